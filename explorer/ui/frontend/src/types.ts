/** What the Python side sends (see `PadData` in __init__.py, which fills it). */
export interface PadData {
  role: "pad";
  name: string;
  kind: string;
  z_dim: number;
  /** Height, width, channels. */
  image_shape: [number, number, number];
  /** Address of decoder.onnx, relative to the app's root. */
  model: string;
  /** Addresses of .npy arrays: codes (n, z_dim) float32, labels (n,) int32. */
  codes: string;
  labels: string;
  /** Address of the real images (n, h, w, c) uint8, or null where they are too large to send. */
  images: string | null;
  dimensions: Dimension[];
  /** What `Dimension.importance` measures, for instance "KL, in nats". */
  importance_name: string;
  /** Quantiles 0 %, 1 %, … 100 % of the distance from a real code to the nearest other one. */
  neighbour_quantiles: number[];
  prior: Prior;
  /** The maps that the server has, the one to show first at the front. */
  maps: MapData[];
  classes: ClassData[];
  centroids: NamedCode[];
  /** The image selected on the map page, or null. */
  selection: number | null;
  /** Where to begin. The pad moves there when `token` changes, and at no other time. */
  start: { token: string; name: string; z: number[] };
}

/** What the Python side sends for a preview (see `preview` in __init__.py). */
export interface PreviewData {
  role: "preview";
  /** Keys of the charts and galleries whose clicks are heard; of the gallery of the images. */
  places: string[];
  gallery: string;
  z_dim: number;
  image_shape: [number, number, number];
  /** As in `PadData`. */
  model: string;
  codes: string;
  images: string | null;
}

/** One latent dimension as the real codes fill it. */
export interface Dimension {
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
export interface Prior {
  name: string;
  mean: number[];
  /** Rows of the lower-triangular factor, or null for the identity. */
  factor: number[][] | null;
}

/** A picture of the codes: exact where it is linear, else known at the codes alone. */
export interface MapData {
  name: string;
  /** Address of a .npy array (n, 2) float32. */
  points: string;
  linear: { origin: number[]; axes: [number[], number[]] } | null;
}

export interface ClassData {
  name: string;
  color: string;
}

export interface NamedCode {
  name: string;
  z: number[];
}

export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}
