// Written by `python -m explorer.ui.components.typescript` from contract_pad.py.

/** One latent dimension as the real codes fill it. */
export interface DimensionData {
  mean: number;
  std: number;
  low: number;
  high: number;
  importance: number;
  active: boolean;
  /** Heights of a histogram of the codes over [low, high], the highest being 1. */
  density: number[];
}

/** Where new codes are drawn from: mean + lower-triangular factor · standard normal noise. */
export interface PriorData {
  name: string;
  mean: number[];
  /** Rows of the lower-triangular factor, or null for the identity. */
  factor: number[][] | null;
}

/** The formula of a linear map: a code's place is (z - origin) · axes. */
export interface LinearData {
  origin: number[];
  axes: [number[], number[]];
}

/** A map of the codes: exact where it is linear, else known at the codes alone. */
export interface MapData {
  name: string;
  /** Address of a .npy array (n, 2) float32. */
  points: string;
  linear: LinearData | null;
}

/** A point of latent space with a name, for instance a centroid. */
export interface CodeData {
  name: string;
  z: number[];
}

/** Where a pad begins. */
export interface StartData {
  /** The pad moves to `z` when this changes, and at no other time. */
  token: string;
  /** Index of the image whose code it is, or null. */
  index: number | null;
  z: number[];
  /** What *Reset* returns to. */
  home: number[];
}

/** How a data set places what is drawn in its images. */
export interface DrawingData {
  /** Share of the image's shorter side that the longer side of the ink takes. */
  fill: number;
  /** What lies in the middle of the image: the ink's centre of mass, or of its box. */
  centre: "mass" | "box";
}
