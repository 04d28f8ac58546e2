/** Walking from point to point with the keys of the arrows. */
import type { Spot } from "./view";

/** In data coordinates: y points up. */
const DIRECTIONS: Record<string, Spot> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

/** The direction of a key, or undefined if it is no arrow. */
export function directionOf(key: string): Spot | undefined {
  return DIRECTIONS[key];
}

/**
 * The number of the nearest point that lies within 45° of a direction, so that each other point is
 * ahead in one of four; null if there is none.
 *
 * @param points x, y, x, y, …; NaN for those without a place.
 * @param isShown Whether a point can be seen.
 */
export function ahead(
  points: ArrayLike<number>,
  from: Spot,
  { x: u, y: v }: Spot,
  isShown: (index: number) => boolean,
): number | null {
  let found: number | null = null;
  let nearest = Infinity;
  for (let i = 0; 2 * i < points.length; i++) {
    const dx = points[2 * i] - from.x;
    const dy = points[2 * i + 1] - from.y;
    const along = dx * u + dy * v;
    if (!(along > 0 && Math.abs(dx * v - dy * u) <= along)) continue; // also where it is NaN
    const squared = dx * dx + dy * dy;
    if (squared >= nearest || !isShown(i)) continue;
    nearest = squared;
    found = i;
  }
  return found;
}
