import { percentile } from "./math";

export interface Neighbour {
  index: number;
  distance: number;
}

/**
 * The `k` codes nearest to `z` in Euclidean distance, nearest first, by looking at every one.
 *
 * @param codes n codes of z's length, one after the other.
 */
export function nearest(codes: Float32Array, z: ArrayLike<number>, k: number): Neighbour[] {
  const size = z.length;
  const found: Neighbour[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (let start = 0, index = 0; start + size <= codes.length; start += size, index++) {
    let distance = 0;
    for (let i = 0; i < size && distance < worst; i++) {
      const difference = codes[start + i] - z[i];
      distance += difference * difference;
    }
    if (distance >= worst) continue;
    let place = found.length;
    while (place > 0 && found[place - 1].distance > distance) place--;
    found.splice(place, 0, { index, distance });
    if (found.length > k) found.pop();
    if (found.length === k) worst = found[k - 1].distance;
  }
  return found.map(({ index, distance }) => ({ index, distance: Math.sqrt(distance) }));
}

export type Verdict = "inside" | "edge" | "hole";

/** Shares of the real codes that lie nearer to another one: the borders between the verdicts. */
export const EDGE = 0.9;
export const HOLE = 0.99;

export interface Surroundings {
  /** Share of the real codes whose nearest other code is nearer than `distance`, in [0, 1]. */
  percentile: number;
  verdict: Verdict;
}

/** Judges a distance to the nearest real code by the distances between the real codes. */
export function judge(distance: number, quantiles: ArrayLike<number>): Surroundings {
  const share = percentile(distance, quantiles);
  const verdict = share <= EDGE ? "inside" : share <= HOLE ? "edge" : "hole";
  return { percentile: share, verdict };
}

/**
 * Where a percentile stands on the meter, in [0, 1]. The last tenth of the codes, in which the
 * verdicts change, gets two fifths of its length (see `.scale` in whereami.css).
 */
export function meterPlace(share: number): number {
  if (share <= EDGE) return (0.6 * share) / EDGE;
  if (share <= HOLE) return 0.6 + (0.2 * (share - EDGE)) / (HOLE - EDGE);
  return 0.8 + (0.2 * (share - HOLE)) / (1 - HOLE);
}

/** The mean of the neighbours' points, the nearer the heavier (weights 1 / distance²). */
export function placeAmong(
  neighbours: Neighbour[],
  points: Float32Array,
): { x: number; y: number } {
  let [x, y, total] = [0, 0, 0];
  for (const { index, distance } of neighbours) {
    if (Number.isNaN(points[2 * index])) continue; // a code that the map leaves out
    const weight = 1 / (distance * distance + 1e-12);
    x += weight * points[2 * index];
    y += weight * points[2 * index + 1];
    total += weight;
  }
  return { x: x / total, y: y / total };
}
