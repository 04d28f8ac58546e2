import { type Bounds, boundsOf } from "../map/view";
import type { ReplayData } from "../shared/contract";

/** The codes of a training, frame by frame. */
export interface Film {
  /** Of each frame, x, y, x, y, … */
  frames: Float32Array[];
  /** Class of each point. */
  labels: Uint8Array;
  /** What holds all points of all frames: the view does not move between epochs. */
  bounds: Bounds;
}

export function readFilm(data: ReplayData): Film {
  const frames = data.points.map((text) => readPoints(text, data.scale));
  return { frames, labels: bytes(data.labels), bounds: withPrior(allOf(frames), data.prior) };
}

/** Points from base64 of int16. */
export function readPoints(base64: string, scale: number): Float32Array<ArrayBuffer> {
  const values = new Int16Array(bytes(base64).buffer);
  return Float32Array.from(values, (value) => value * scale);
}

export function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const raw = atob(base64);
  return Uint8Array.from({ length: raw.length }, (_, i) => raw.charCodeAt(i));
}

/** The points at a time; between two whole numbers they are on their way from frame to frame. */
export function between(frames: Float32Array[], at: number): Float32Array {
  const first = Math.floor(at);
  const before = frames[first];
  const after = frames[Math.min(first + 1, frames.length - 1)];
  const share = at - first;
  if (share === 0 || after.length !== before.length) return before;
  return before.map((value, i) => value + (after[i] - value) * share);
}

/** The smallest box that holds all points of all frames. */
export function allOf(frames: Float32Array[]): Bounds {
  const corners = frames.map((points) => {
    const column = (axis: number) => points.filter((_, i) => i % 2 === axis);
    return boundsOf(column(0), column(1));
  });
  const sides = (one: (bounds: Bounds) => number) => corners.map(one);
  return {
    left: Math.min(...sides(({ left }) => left)),
    right: Math.max(...sides(({ right }) => right)),
    bottom: Math.min(...sides(({ bottom }) => bottom)),
    top: Math.max(...sides(({ top }) => top)),
  };
}

/** Radius of the outer ring of the prior, with room for its name. */
const RING = 2.3;

/** A box that holds the prior's rings too, if they are drawn. */
export function withPrior(bounds: Bounds, prior: boolean): Bounds {
  if (!prior) return bounds;
  return {
    left: Math.min(bounds.left, -RING),
    right: Math.max(bounds.right, RING),
    bottom: Math.min(bounds.bottom, -RING),
    top: Math.max(bounds.top, RING),
  };
}
