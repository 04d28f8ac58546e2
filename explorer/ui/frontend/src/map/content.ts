/** What a map draws. */
import type { Colors } from "./messages";

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
