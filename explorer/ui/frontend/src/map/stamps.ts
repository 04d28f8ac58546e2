/** Discs with a smooth edge, drawn once for each radius and place within a pixel. */

/** Places within a pixel along each axis for which there is a stamp. */
export const PHASES = 4;
/** Steps of coverage, from 1 to this. */
export const LEVELS = 16;

/** What covers less of a pixel is not seen, and would cost as much as the rest. */
const FAINTEST = 2;

export interface Stamps {
  /** Pixels of a stamp lie at −reach … reach + 1 around the pixel that holds the centre. */
  reach: number;
  /** Pixels of stamp i (PHASES × row + column) are from start[i] to start[i + 1]. */
  start: Int32Array;
  dx: Int8Array;
  dy: Int8Array;
  /** dy × width + dx. */
  offset: Int32Array;
  /** Coverage, 1 … LEVELS. */
  level: Uint8Array;
}

/**
 * @param radius In pixels of the frame, at most 60.
 * @param width Of the frame, in pixels.
 */
export function makeStamps(radius: number, width: number): Stamps {
  const reach = Math.ceil(radius);
  const start = new Int32Array(PHASES * PHASES + 1);
  const pixels: [number, number, number][] = [];
  for (let phase = 0; phase < PHASES * PHASES; phase++) {
    const cx = ((phase % PHASES) + 0.5) / PHASES;
    const cy = (Math.floor(phase / PHASES) + 0.5) / PHASES;
    for (let dy = -reach - 1; dy <= reach + 1; dy++) {
      for (let dx = -reach - 1; dx <= reach + 1; dx++) {
        const level = Math.round(LEVELS * coverage(dx - cx, dy - cy, radius));
        if (level >= FAINTEST) pixels.push([dx, dy, level]);
      }
    }
    start[phase + 1] = pixels.length;
  }
  return {
    reach: reach + 1,
    start,
    dx: Int8Array.from(pixels, ([dx]) => dx),
    dy: Int8Array.from(pixels, ([, dy]) => dy),
    offset: Int32Array.from(pixels, ([dx, dy]) => dy * width + dx),
    level: Uint8Array.from(pixels, ([, , level]) => level),
  };
}

/** The part of the pixel [left, left + 1] × [top, top + 1] within a disc about 0; 8 × 8 samples. */
function coverage(left: number, top: number, radius: number): number {
  let inside = 0;
  for (let i = 0; i < 64; i++) {
    const x = left + ((i & 7) + 0.5) / 8;
    const y = top + ((i >> 3) + 0.5) / 8;
    if (x * x + y * y <= radius * radius) inside += 1;
  }
  return inside / 64;
}
