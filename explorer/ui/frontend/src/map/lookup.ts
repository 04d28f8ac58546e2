/** What lies under the pointer, and within a lasso. Points are told by position in drawing order. */
import type { Frame } from "./raster";
import type { Spot } from "./view";

/** The points that may be found: those with a style. */
export interface Searched {
  x: Float32Array;
  y: Float32Array;
  style: Uint16Array;
}

/** The point seen at the pixel nearest to (x, y), at most `reach` pixels away; −1: none. */
export function nearest(frame: Frame, x: number, y: number, reach: number): number {
  const { width, height, numbers } = frame;
  const left = Math.max(0, Math.floor(x - reach));
  const right = Math.min(width - 1, Math.floor(x + reach));
  const top = Math.max(0, Math.floor(y - reach));
  const bottom = Math.min(height - 1, Math.floor(y + reach));
  let found = -1;
  let least = reach * reach;
  for (let py = top; py <= bottom; py++) {
    for (let px = left; px <= right; px++) {
      const number = numbers[py * width + px];
      if (number < 0) continue;
      // From the pixel's square: 0 for the pixel under the pointer itself.
      const dx = Math.max(px - x, 0, x - px - 1);
      const dy = Math.max(py - y, 0, y - py - 1);
      const distance = dx * dx + dy * dy;
      if (distance < least || (distance === least && found < 0)) {
        least = distance;
        found = number;
      }
    }
  }
  return found;
}

/** All points at most `radius` (data units) from a place, the nearest first, at most `most`. */
export function stack(points: Searched, at: Spot, radius: number, most = 200): number[] {
  const { x, y, style } = points;
  const found: { k: number; distance: number }[] = [];
  for (let k = 0; k < style.length; k++) {
    if (style[k] === 0) continue;
    const dx = x[k] - at.x;
    const dy = y[k] - at.y;
    const distance = dx * dx + dy * dy;
    if (distance <= radius * radius) found.push({ k, distance });
  }
  found.sort((a, b) => a.distance - b.distance || a.k - b.k);
  return found.slice(0, most).map(({ k }) => k);
}

const SLABS = 512;

/**
 * The points within a polygon (even-odd rule), in drawing order.
 *
 * The polygon's edges are sorted into horizontal slabs, so that a point is compared with the few
 * edges at its height only.
 *
 * @param polygon x, y, x, y, … of the corners, in data coordinates; closed by itself.
 */
export function inside(points: Searched, polygon: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const corners = polygon.length >> 1;
  let left = Infinity;
  let right = -Infinity;
  let bottom = Infinity;
  let top = -Infinity;
  for (let i = 0; i < corners; i++) {
    left = Math.min(left, polygon[2 * i]);
    right = Math.max(right, polygon[2 * i]);
    bottom = Math.min(bottom, polygon[2 * i + 1]);
    top = Math.max(top, polygon[2 * i + 1]);
  }
  if (corners < 3 || !(top > bottom)) return new Uint32Array(0);
  const perUnit = SLABS / (top - bottom);
  const slabOf = (v: number) => Math.min(SLABS - 1, Math.floor((v - bottom) * perUnit));
  const slabs: number[][] = Array.from({ length: SLABS }, () => []);
  for (let i = 0; i < corners; i++) {
    const j = (i + 1) % corners;
    const edge = [polygon[2 * i], polygon[2 * i + 1], polygon[2 * j], polygon[2 * j + 1]];
    if (edge[1] === edge[3]) continue; // level: never crossed
    const last = slabOf(Math.max(edge[1], edge[3]));
    for (let s = slabOf(Math.min(edge[1], edge[3])); s <= last; s++) slabs[s].push(...edge);
  }
  const { x, y, style } = points;
  let found = new Uint32Array(1024);
  let count = 0;
  for (let k = 0; k < style.length; k++) {
    const u = x[k];
    const v = y[k];
    if (!(u >= left && u <= right && v >= bottom && v <= top) || style[k] === 0) continue;
    const edges = slabs[slabOf(v)];
    let within = false;
    for (let e = 0; e < edges.length; e += 4) {
      const ay = edges[e + 1];
      const by = edges[e + 3];
      if (ay > v === by > v) continue;
      const ax = edges[e];
      if (u < ax + ((edges[e + 2] - ax) * (v - ay)) / (by - ay)) within = !within;
    }
    if (!within) continue;
    if (count === found.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(found);
      found = larger;
    }
    found[count++] = k;
  }
  return found.slice(0, count);
}

/** The corners of a box, for `inside`. */
export function box(a: Spot, b: Spot): Float64Array {
  return Float64Array.of(a.x, a.y, b.x, a.y, b.x, b.y, a.x, b.y);
}
