/** What a map draws, and what it tells its owner. */
import type { Engine } from "./engine";
import type { Tools } from "./hand";
import type { Framed } from "./images";
import type { Colors } from "./messages";
import type { Draw } from "./overlay";
import type { Hovered } from "./pointer";
import type { Mode } from "./selection";
import type { Bounds, Size, View } from "./view";

/** What is drawn. What is the same object as before is not drawn anew. */
export interface Content {
  /** Names the images: points of the same images travel to their new places. */
  of: string;
  /** x, y, x, y, …; NaN for an image without a point. */
  points: Float32Array;
  paint: Paint;
  /** Titles of the axes; null where coordinates mean nothing. */
  axes: [string, string] | null;
}

/** How points are coloured and grouped. */
export interface Paint {
  colors: Colors | undefined;
  /** R, G, B, A of each index, or, for values, of "no value" and then 255 steps. */
  palette: Uint8Array;
  /** The group of each point, and the names that are written at their densest places. */
  groups: ArrayLike<number>;
  names: readonly string[];
}

/** What a map tells its owner. */
export interface MapEvents {
  /** The pointer has come over the map, or left it. */
  enter?(): void;
  leave?(): void;
  hover?(hovered: Hovered, size: Size): void;
  /** A hand has moved the view. */
  look?(view: View): void;
  /** A point was clicked. */
  click?(index: number): void;
  /** A press has become a drag. */
  drag?(): void;
  /** Points within a lasso or a box, ascending. */
  enclose?(found: Uint32Array, mode: Mode): void;
}

export interface Settings {
  /** What the hand draws with; without them it pans. */
  tools?: Tools;
  /** The view that shows all; without it, all points with a margin. */
  fit?: (bounds: Bounds, size: Size) => View;
  /** The image of a point and its frame, once they are there: few points are shown as these. */
  framed?: (index: number) => Framed | undefined;
  /** What lies below the points, while it is there, and over them besides names and axes. */
  under?: { readonly there: boolean; draw: Draw };
  over?: Draw;
  makeEngine?: (canvas: HTMLCanvasElement) => Engine;
}

/**
 * The element of a map, with what tests may ask of it.
 *
 * `data-points` is the number of points that are drawn, once all are; `data-drawn` counts whole
 * pictures of another state (points, colour); `data-selected` is the number of highlighted points;
 * `data-hidden` that of hidden groups; `data-images` that of points shown as images.
 */
export interface MapElement extends HTMLElement {
  /** Where a point is in the browser's window, as it is drawn; undefined if it has no place. */
  place(index: number): [number, number] | undefined;
}
