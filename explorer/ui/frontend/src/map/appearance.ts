/** How points look at a zoom: discs where there is room, density shading where there is none. */
import type { Bounds, Size } from "./view";

export interface Appearance {
  kind: "discs" | "dots";
  /** In CSS pixels. */
  radius: number;
  /** Of one disc. */
  opacity: number;
}

/** Below this radius in pixels of the screen a disc is no more than a pixel. */
const LEAST_DISC = 0.5;
/** Radii in CSS pixels: the least that is seen well, and the largest, fitted and zoomed in. */
const SMALLEST = 0.85;
const LARGEST = 4;
const LARGEST_ZOOMED = 6;

/**
 * @param n Number of points.
 * @param size Of the map.
 * @param zoom Scale over that of the fitted view.
 * @param ratio Pixels of the screen per CSS pixel.
 */
export function appearance(n: number, size: Size, zoom: number, ratio: number): Appearance {
  // About a third of the map is covered by a typical embedding.
  const spacing = Math.sqrt((0.35 * size.width * size.height) / Math.max(1, n));
  const fitted = Math.min(LARGEST, 0.42 * spacing);
  const wanted = fitted * zoom ** 0.75;
  if (wanted * ratio < LEAST_DISC) return { kind: "dots", radius: 0.5 / ratio, opacity: 1 };
  const radius = Math.min(LARGEST_ZOOMED, Math.max(SMALLEST, wanted));
  return { kind: "discs", radius, opacity: Math.min(0.85, 0.5 + 0.15 * radius) };
}

/** Alpha (of 255) of a lone point under density shading: more where there are few to a pixel. */
export function leastShade(peak: number): number {
  return Math.round(200 - 90 * Math.min(1, Math.log(Math.max(1, peak)) / Math.log(8)));
}

/** Points outside the selection: enough to see the map's shape, little enough to see the others. */
export const DIM = 0.14;

const CELLS = 256;

/** Points per squared unit of the data in the densest places: the 99th percentile of cells in use. */
export function peakDensity(x: Float32Array, y: Float32Array, bounds: Bounds): number {
  const extent = Math.max(bounds.right - bounds.left, bounds.top - bounds.bottom) || 1;
  const perUnit = (CELLS - 1e-6) / extent;
  const counts = new Uint32Array(CELLS * CELLS);
  // A prefix is a fair sample.
  const n = Math.min(x.length, 500_000);
  for (let k = 0; k < n; k++) {
    const column = (x[k] - bounds.left) * perUnit;
    const row = (y[k] - bounds.bottom) * perUnit;
    if (!(column >= 0 && column < CELLS && row >= 0 && row < CELLS)) continue;
    counts[(row | 0) * CELLS + (column | 0)] += 1;
  }
  const used = counts.filter((count) => count > 0).sort();
  const peak = used.length ? used[Math.floor(0.99 * (used.length - 1))] : 0;
  return peak * (x.length / Math.max(1, n)) * perUnit * perUnit;
}
