/** What the page and the map's worker tell each other. */
import type { Place } from "./labels";
import type { Columns, Indices } from "./points";
import type { Bounds, Size, View } from "./view";

/** Colours as rows of a palette, or as values between two limits. */
export type Colors =
  | { kind: "index"; column: Indices }
  | { kind: "value"; column: Float32Array; low: number; high: number };

export interface Hit {
  /** Number of the point in the columns that were loaded. */
  point: number;
  /** Data coordinates. */
  x: number;
  y: number;
}

/** What was drawn; told after each picture. */
export interface Drawn {
  view: View;
  /** Points of this picture, and whether these are all. */
  points: number;
  whole: boolean;
  /** Pixels of the picture per CSS pixel. */
  ratio: number;
  /** Milliseconds that the drawing took. */
  milliseconds: number;
  /** Whether points or view are on their way to somewhere else. */
  moving: boolean;
}

/** Requests, by name: what they carry and what they answer. */
export interface Requests {
  load: { ask: { columns: Columns; seed: number }; answer: { count: number; bounds: Bounds } };
  color: { ask: { colors?: Colors; palette: Uint8Array }; answer: undefined };
  group: { ask: { column?: Indices }; answer: undefined };
  travel: {
    ask: { columns: Columns; milliseconds: number; view?: View };
    answer: { bounds: Bounds };
  };
  hover: { ask: { x: number; y: number; reach: number }; answer: Hit | undefined };
  stack: { ask: { x: number; y: number; reach: number }; answer: Hit[] };
  inside: { ask: { polygon: Float64Array }; answer: Uint32Array };
  places: { ask: { bounds?: Bounds }; answer: Place[] };
  positions: { ask: { points: Uint32Array }; answer: Float32Array };
  whole: { ask: undefined; answer: undefined };
}
export type Kind = keyof Requests;

export type Request = { [K in Kind]: { kind: K; id: number; ask: Requests[K]["ask"] } }[Kind];

/** Messages without an answer; of those that wait, the newest of a kind wins. */
export type Command =
  | { kind: "open"; canvas: OffscreenCanvas | HTMLCanvasElement }
  | { kind: "size"; size: Size; ratio: number }
  | { kind: "view"; view: View; milliseconds: number }
  | { kind: "show"; visible?: Uint8Array }
  | { kind: "select"; mask?: Uint8Array }
  | { kind: "close" };

export type ToWorker = Request | Command;

export type FromWorker =
  | { kind: "answer"; id: number; answer?: unknown; error?: string }
  | { kind: "drawn"; drawn: Drawn };
