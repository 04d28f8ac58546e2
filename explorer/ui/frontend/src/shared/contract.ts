// Written by `python -m explorer.ui.components.typescript` from contract.py.

import type { GridData, ReplayData, SmallMapData } from "./contract_grid";
import type { CellsData, CrossData, MarksData } from "./contract_marks";
import type {
  CodeData,
  DimensionData,
  DrawingData,
  LinearData,
  MapData,
  PriorData,
  StartData,
} from "./contract_pad";
import type { SaveData } from "./contract_save";
import type { StoryData, StoryMemberData } from "./contract_story";

export type {
  CellsData,
  CodeData,
  CrossData,
  DimensionData,
  DrawingData,
  GridData,
  LinearData,
  MapData,
  MarksData,
  PriorData,
  ReplayData,
  SaveData,
  SmallMapData,
  StartData,
  StoryData,
  StoryMemberData,
};

export type TileRole = "original" | "reconstruction" | "difference";

/** An image of a gallery. */
export interface TileData {
  /** Address of the image. */
  src: string;
  /** Text below it. */
  caption: string;
  /** What it shows, in words. */
  alt: string;
  /** What a click on it tells; null: it is no button. */
  index: number | null;
  /** What it shows of the chosen point, where a preview may replace it. */
  role: TileRole | null;
}

/** Small images in a row or a grid. */
export interface GalleryData {
  role: "gallery";
  /** Key of the gallery. */
  name: string;
  tiles: TileData[];
  /** Images per row, sharing the whole width; null: as many as fit. */
  columns: number | null;
  /** Width of an image in pixels, where `columns` is null. */
  width: number;
  /** Index of the point that the images are of, if a preview shows images here. */
  about: number | null;
}

/** A Plotly figure. */
export interface ChartData {
  role: "chart";
  /** Key of the chart. */
  name: string;
  /** Charts of one group highlight the same points. */
  group: string;
  /**
   * The figure as JSON. The first entry of a point's `customdata` is its index. The last trace of a
   * selectable figure in 3-D is its ring.
   */
  figure: string;
  /** Whether points can be chosen. */
  selectable: boolean;
  /** Name of the replay whose epoch is marked on the x axes; "" for none. */
  follows: string;
  /** In pixels; null: as high as a map. */
  height: number | null;
  /** What the figure shows, in words. */
  alt: string;
}

/** Draws nothing: takes the clicks on a chart to Python, and shows Python's point on it. */
export interface PointData {
  role: "point";
  /** Key of the chart. */
  chart: string;
  /** Index of the point to be ringed, or null. */
  shown: number | null;
}

/** Draws nothing: takes boxes and lassos to Python, and shows what is selected. */
export interface GroupData {
  role: "group";
  /** Name of the group of charts. */
  group: string;
  /** The points to be highlighted, as base64 of a bit for each, the lowest first. */
  shown: string;
}

/** Draws nothing: decodes the images of a click before the server answers. */
export interface PreviewData {
  role: "preview";
  /** Keys of the charts and galleries whose clicks are heard. */
  places: string[];
  /** Key of the gallery of the images. */
  gallery: string;
  z_dim: number;
  /** Height, width, channels. */
  image_shape: [number, number, number];
  /** Address of decoder.onnx, relative to the app's root. */
  model: string;
  /** Address of a .npy array (n, z_dim) float32. */
  codes: string;
  /** Address of the test images (n, h, w, c) uint8, or null where they are too large. */
  images: string | null;
  /**
   * Address of one of them (h, w, c), * standing for its index; null where `images` has them, or
   * there are none.
   */
  image: string | null;
}

/** A code as bars over the range of all codes; the others have a number for each dimension. */
export interface BarsData {
  role: "bars";
  z: number[];
  /** Where the usual range of a dimension begins. */
  low: number[];
  /** Where it ends. */
  high: number[];
}

/** A class of the data set, with its CSS colour. */
export interface ClassData {
  name: string;
  color: string;
}

/** Points coloured by the group that they are in. */
export interface GroupColorData {
  kind: "groups";
  /** Address of a .npy array (n,) int32: number of each point's group. */
  column: string;
  /** By these numbers; CSS colours as #rrggbb or #rrggbbaa. */
  groups: ClassData[];
  /** Numbers of the groups in the order of the legend. */
  order: number[];
}

/** Points coloured by a number. */
export interface ValueColorData {
  kind: "values";
  /** Address of a .npy array (n,) float32. */
  column: string;
  /** What the number is. */
  title: string;
  /** Where the colour scale begins. */
  low: number;
  /** Where it ends. */
  high: number;
  /** Its colours as #rrggbb, evenly spaced. */
  scale: string[];
}

/** A 2-D map of the test images. */
export interface ScatterMapData {
  role: "map";
  /**
   * Key of the map, as of a chart. What is chosen on one map of a name, and what the pointer is
   * over, is so on all.
   */
  name: string;
  /** Maps and charts of one group highlight the same points. */
  group: string;
  /** What the map shows, in words. */
  alt: string;
  /** Address of a .npy array (n, 2) float32, NaN for images without a point. */
  points: string;
  /** Whether another picture is on its way. */
  old: boolean;
  color: GroupColorData | ValueColorData;
  /** Titles of the axes; null where coordinates mean nothing. */
  axes: [string, string] | null;
  /**
   * The latent dimensions that the axes are, where these are all there are: then every place of the
   * map is a code.
   */
  place: [number, number] | null;
  /**
   * Address of a .npy array (n, 2) float32, the standard deviations of each q(z|x) along the axes,
   * where these are latent dimensions of a VAE: its prior is N(0, 1) along both. Else null.
   */
  spread: string | null;
  /** The classes of the data set. */
  classes: ClassData[];
  /** Address of a .npy array (n,) int32. */
  labels: string;
  /** Address of a .npy array (n,) float32, the reconstruction errors, or null without a decoder. */
  errors: string | null;
  z_dim: number;
  /** Height, width, channels. */
  image_shape: [number, number, number];
  /** Address of decoder.onnx, relative to the app's root, or null without a decoder. */
  model: string | null;
  /** Address of a .npy array (n, z_dim) float32, or null without a decoder. */
  codes: string | null;
  /** As `PreviewData.images`. */
  images: string | null;
  /** As `PreviewData.image`. */
  image: string | null;
  /** What is drawn besides the points, if anything. */
  marks: MarksData | null;
  /** Left, right, bottom and top of what is seen at first; null: all points. */
  extent: [number, number, number, number] | null;
  /** Maps of one camera show the same place at the same scale; null: each its own. */
  camera: string | null;
}

/** The decoder of one checkpoint, with sliders. */
export interface PadData {
  role: "pad";
  /** Key of the pad. */
  key: string;
  /** Name of the checkpoint. */
  name: string;
  kind: string;
  z_dim: number;
  /** Height, width, channels. */
  image_shape: [number, number, number];
  /** Address of decoder.onnx, relative to the app's root. */
  model: string;
  /** Address of encoder.onnx, or null: then nothing can be drawn. */
  encoder: string | null;
  /**
   * Address of a .npy array (n, z_dim) float32, the standard deviations of each q(z|x); null for an
   * AE.
   */
  stds: string | null;
  /** What the reconstruction errors are: cross-entropy in nats, or squared differences. */
  loss: string;
  /** Quantiles 0 %, 1 %, … 100 % of the test images' reconstruction errors. */
  errors: number[];
  /** How the data set places what is drawn; null: the whole picture is the image. */
  drawing: DrawingData | null;
  /** Address of a .npy array (n, z_dim) float32. */
  codes: string;
  /** Address of a .npy array (n,) int32. */
  labels: string;
  /** Address of the test images (n, h, w, c) uint8, or null where they are too large. */
  images: string | null;
  dimensions: DimensionData[];
  /** What `importance` of a dimension measures, for instance "KL, in nats". */
  importance_name: string;
  /** What that is, in a sentence or two. */
  importance_help: string;
  /** What words of the captions mean. */
  terms: Record<string, string>;
  /** Quantiles 0 %, 1 %, … 100 % of the distance from a real code to the nearest other one. */
  neighbour_quantiles: number[];
  prior: PriorData;
  /** The maps that the server has, the one to show first at the front. */
  maps: MapData[];
  classes: ClassData[];
  centroids: CodeData[];
  /** Index of the image chosen on the map page, or null. */
  selection: number | null;
  start: StartData;
}

export type Message =
  | GalleryData
  | ChartData
  | ScatterMapData
  | PointData
  | GroupData
  | PreviewData
  | BarsData
  | PadData
  | ReplayData
  | GridData
  | SaveData
  | StoryData;

/** The z that was let go. */
export interface ReleasedCode {
  /** Of the start that it belongs to: an answer may cross with a new start. */
  token: string;
  z: number[];
}

/** What the browser tells: `place` is a state, which is kept, the others are triggers. */
export interface Heard {
  /** Index of the point that was clicked (gallery, point). */
  clicked: number;
  /** The points that are selected now, as `GroupData.shown` (group). */
  selected: string;
  /** Where the user last let go (pad). */
  place: ReleasedCode;
}
