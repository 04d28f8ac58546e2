// Written by `python -m explorer.ui.components.typescript` from contract_grid.py.

/** The codes of one training. */
export interface SmallMapData {
  /** Below the map. */
  title: string;
  /** What it shows, in words. */
  alt: string;
  /** base64 of int16 (n, 2), to be multiplied by the grid's `scale`. */
  points: string;
  /** base64 of uint8 (n,). */
  labels: string;
}

/** Small maps of several trainings, all at one scale, with the prior's rings. */
export interface GridData {
  role: "grid";
  /** Of the grid. */
  name: string;
  /** A click on one tells its number. */
  maps: SmallMapData[];
  /** Maps in a row. */
  columns: number;
  /** Of all points. */
  scale: number;
  /** CSS colour of each class, as #rrggbb. */
  colors: string[];
}

/** The replay of a training: codes of test images and ten reconstructions, epoch by epoch. */
export interface ReplayData {
  role: "replay";
  /** Of the training; another name begins another replay. */
  name: string;
  /** Epoch of each snapshot, counted from 1. */
  epochs: number[];
  /** How many epochs the training will have. */
  total: number;
  /** Of each snapshot, base64 of int16 (n, 2), to be multiplied by `scale`. */
  points: string[];
  scale: number;
  /** Of each snapshot, address of one image with the ten reconstructions side by side. */
  strips: string[];
  /** Address of the ten originals, likewise. */
  originals: string;
  /** base64 of uint8 (n,). */
  labels: string;
  /** CSS colour of each class. */
  colors: string[];
  /** Name of each class. */
  class_names: string[];
  /** What the points are. */
  caption: string;
  /** Text above the images. */
  heading: string;
  /** Titles of the axes. */
  axes: [string, string];
  /** Whether the prior's rings are drawn. */
  prior: boolean;
}
