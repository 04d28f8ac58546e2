/**
 * Draws points into typed arrays: colours, and beside each pixel the number of its point.
 *
 * Pixels are 32-bit words of bytes R, G, B, A (little-endian), premultiplied until `shade`, so that
 * one blend is four multiplications and that the drawing can go on where it stopped.
 */
import { LEVELS, PHASES, type Stamps } from "./stamps";

/** More points than this cannot be numbered. */
export const MOST_POINTS = 0xffffff;
const NUMBER = MOST_POINTS;
/** One point in the count above the number; 255 at most. */
const ONE = 1 << 24;

/**
 * Two words a pixel, side by side: drawing a point is one look into memory, which is most of its
 * time. The first is the premultiplied colour; the second holds, in its lower 24 bits, the position
 * in drawing order of the point seen there, and above it how many points there are, up to 255 (for
 * discs: 1). 0 points: none.
 */
export interface Frame {
  width: number;
  height: number;
  words: Int32Array;
}

/** Position in drawing order of the point seen at pixel q; −1: none. */
export function numberAt(frame: Frame, q: number): number {
  const word = frame.words[2 * q + 1];
  return word >>> 24 === 0 ? -1 : word & NUMBER;
}

/** From data to pixels: px = x · scale + x0, py = y0 − y · scale. */
export interface Transform {
  scale: number;
  x0: number;
  y0: number;
}

/** What is drawn: the columns in drawing order, of which element 0 is point `base`. */
export interface Batch {
  x: Float32Array;
  y: Float32Array;
  base: number;
  /** Row of the colour table for each point, by position in drawing order; 0: not drawn. */
  style: Uint16Array;
  /** Only points with a row in [low, high) are drawn; whole numbers. */
  low: number;
  high: number;
}

/** Colours of each style at each level of coverage, premultiplied, and what is kept beneath (/ 256). */
export interface Table {
  color: Int32Array;
  keep: Uint16Array;
}

/** An empty frame, of the former's memory if there is enough of it and not far too much. */
export function makeFrame(width: number, height: number, former?: Frame): Frame {
  const length = 2 * width * height;
  const room = former ? former.words.buffer.byteLength / 4 : 0;
  if (!former || room < length || room > 8 * length) {
    return { width, height, words: new Int32Array(length) };
  }
  return { width, height, words: new Int32Array(former.words.buffer, 0, length).fill(0) };
}

/**
 * The table for a palette.
 *
 * @param palette R, G, B, A of each colour.
 * @param opacity Of a point; times A.
 * @param dim The same for points outside the selection.
 */
export function makeTable(palette: Uint8Array, opacity: number, dim: number): Table {
  const rows = palette.length / 4;
  const color = new Int32Array((1 + 2 * rows) * LEVELS);
  const keep = new Uint16Array(color.length).fill(256);
  for (let style = 1; style <= 2 * rows; style++) {
    const at = 4 * ((style - 1) % rows);
    const alpha = (palette[at + 3] / 255) * (style > rows ? dim : opacity);
    for (let level = 1; level <= LEVELS; level++) {
      const weight = Math.round((256 * alpha * level) / LEVELS);
      const part = (value: number) => (value * weight) >> 8;
      const entry = style * LEVELS + level - 1;
      color[entry] =
        part(palette[at]) |
        (part(palette[at + 1]) << 8) |
        (part(palette[at + 2]) << 16) |
        (part(255) << 24);
      keep[entry] = 256 - weight;
    }
  }
  return { color, keep };
}

const MASK = 0x00ff00ff;

/** Draws the points from `from` up to `to` as discs, each over those before it. */
export function drawDiscs(
  frame: Frame,
  batch: Batch,
  at: Transform,
  stamps: Stamps,
  table: Table,
  from: number,
  to: number,
): void {
  const { width, height, words } = frame;
  const { x, y, base, style, low, high } = batch;
  const { scale, x0, y0 } = at;
  const { reach, start, dx, dy, offset, level } = stamps;
  const { color, keep } = table;
  for (let k = from; k < to; k++) {
    const row = style[k];
    if (row < low || row >= high) continue;
    const fx = x[k - base] * scale + x0;
    const fy = y0 - y[k - base] * scale;
    // As a comparison that NaN fails too.
    if (!(fx > -reach && fx < width + reach && fy > -reach && fy < height + reach)) continue;
    const px = ((fx + reach) | 0) - reach; // floor, for it is above −reach
    const py = ((fy + reach) | 0) - reach;
    const phase = (((fy - py) * PHASES) | 0) * PHASES + (((fx - px) * PHASES) | 0);
    const inside = px >= reach && px < width - reach && py >= reach && py < height - reach;
    const center = py * width + px;
    const first = row * LEVELS - 1;
    for (let i = start[phase], end = start[phase + 1]; i < end; i++) {
      if (!inside) {
        const qx = px + dx[i];
        const qy = py + dy[i];
        if (qx < 0 || qx >= width || qy < 0 || qy >= height) continue;
      }
      const q = 2 * (center + offset[i]);
      const entry = first + level[i];
      const kept = keep[entry];
      const under = words[q];
      words[q] =
        (color[entry] +
          ((Math.imul(under & MASK, kept) >>> 8) & MASK) +
          (Math.imul((under >>> 8) & MASK, kept) & ~MASK)) |
        0;
      if (level[i] >= LEVELS / 2) words[q + 1] = ONE | k;
    }
  }
}

/**
 * Colours of each style by how many points of the pixel came before, for `drawDots`: the n-th point
 * counts 1/n, so that a pixel has the mean colour of its points, up to a least weight.
 */
export function makeMeans(palette: Uint8Array, dim: number): Table {
  const rows = palette.length / 4;
  const color = new Int32Array((1 + 2 * rows) * LEVELS);
  const keep = new Uint16Array(color.length).fill(256);
  for (let style = 1; style <= 2 * rows; style++) {
    const at = 4 * ((style - 1) % rows);
    const alpha = (palette[at + 3] / 255) * (style > rows ? dim : 1);
    for (let before = 0; before < LEVELS; before++) {
      const share = 256 / (1 + before);
      const part = (value: number) => Math.floor((value * alpha * share) / 256);
      const entry = style * LEVELS + before;
      color[entry] =
        part(palette[at]) |
        (part(palette[at + 1]) << 8) |
        (part(palette[at + 2]) << 16) |
        (part(255) << 24);
      keep[entry] = 256 - Math.ceil(share);
    }
  }
  return { color, keep };
}

/**
 * Draws the points from `from` up to `to` as one pixel each and counts them, for density shading.
 *
 * @param most At most so many points count as having been there before: 1 for a selection, which
 *   must be seen among many others.
 */
export function drawDots(
  frame: Frame,
  batch: Batch,
  at: Transform,
  means: Table,
  from: number,
  to: number,
  most = LEVELS - 1,
): void {
  const { width, height, words } = frame;
  const { x, y, base, style, low, high } = batch;
  const { scale, x0, y0 } = at;
  const { color, keep } = means;
  for (let k = from; k < to; k++) {
    const row = style[k];
    if (row < low || row >= high) continue;
    const fx = x[k - base] * scale + x0;
    const fy = y0 - y[k - base] * scale;
    if (!(fx >= 0 && fx < width && fy >= 0 && fy < height)) continue;
    const q = 2 * ((fy | 0) * width + (fx | 0));
    const before = words[q + 1] >>> 24;
    const entry = row * LEVELS + Math.min(before, most);
    const kept = keep[entry];
    const under = words[q];
    words[q] =
      (color[entry] +
        ((Math.imul(under & MASK, kept) >>> 8) & MASK) +
        (Math.imul((under >>> 8) & MASK, kept) & ~MASK)) |
      0;
    words[q + 1] = (Math.min(before + 1, 255) << 24) | k;
  }
}

/** 255 · 2¹⁶ / alpha: undoes the premultiplication without a division. */
const RECIPROCAL = Int32Array.from({ length: 256 }, (_, a) =>
  a ? Math.ceil((255 * 65536) / a) : 0,
);

/**
 * Writes the picture: colours with plain alpha, as `ImageData` wants them.
 *
 * @param out Shape (width · height,).
 * @param shades Shape (256,): alpha (0 … 255) by count of points; none for discs.
 */
export function shade(frame: Frame, out: Int32Array, shades?: Uint8Array): void {
  const { words } = frame;
  for (let q = 0; q < out.length; q++) {
    const word = words[2 * q];
    if (word === 0) {
      out[q] = 0;
      continue;
    }
    let alpha = word >>> 24;
    const factor = RECIPROCAL[alpha];
    if (shades) alpha = (alpha * shades[words[2 * q + 1] >>> 24] + 255) >> 8;
    out[q] =
      (Math.imul(word & 255, factor) >>> 16) |
      ((Math.imul((word >>> 8) & 255, factor) >>> 16) << 8) |
      ((Math.imul((word >>> 16) & 255, factor) >>> 16) << 16) |
      (alpha << 24);
  }
}

/**
 * Alpha by count, on a logarithmic scale from `least` for one point to 255 for `peak` of them.
 *
 * @param peak Points at a pixel in the densest places when all points are drawn.
 * @param part Share of the points that is drawn, in (0, 1].
 */
export function logShades(peak: number, part: number, least: number): Uint8Array {
  const shades = new Uint8Array(256);
  const top = Math.log(Math.max(2, peak));
  for (let count = 1; count < shades.length; count++) {
    const level = Math.min(1, Math.log(Math.max(1, count / part)) / top);
    shades[count] = Math.round(least + (255 - least) * level);
  }
  return shades;
}
