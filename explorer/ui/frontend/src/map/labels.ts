/** Names on the map: at the densest place of each class, without overlap. */
import type { Bounds } from "./view";

/** Cells along each axis of the histogram. */
const CELLS = 64;

export interface Place {
  group: number;
  /** Data coordinates of the densest place. */
  x: number;
  y: number;
  /** Points of the group within the bounds. */
  count: number;
}

export interface Grouped {
  x: Float32Array;
  y: Float32Array;
  groups: ArrayLike<number>;
}

/**
 * The densest place of each group that has points in the bounds: the mode of its two-dimensional
 * histogram, smoothed, then the mean of the points about it.
 */
export function densestPlaces(points: Grouped, count: number, bounds: Bounds): Place[] {
  const { x, y, groups } = points;
  const { left, right, bottom, top } = bounds;
  const extent = Math.max(right - left, top - bottom) || 1;
  const cells = CELLS * CELLS;
  const perUnit = (CELLS - 1e-6) / extent;
  const histogram = new Float32Array(count * cells);
  const sums = new Float64Array(2 * count * cells);
  const totals = new Uint32Array(count);
  for (let k = 0; k < x.length; k++) {
    if (!(x[k] >= left && x[k] <= right && y[k] >= bottom && y[k] <= top)) continue;
    const column = (x[k] - left) * perUnit;
    const row = (y[k] - bottom) * perUnit;
    const cell = groups[k] * cells + (row | 0) * CELLS + (column | 0);
    histogram[cell] += 1;
    sums[2 * cell] += x[k];
    sums[2 * cell + 1] += y[k];
    totals[groups[k]] += 1;
  }
  const places: Place[] = [];
  for (let group = 0; group < count; group++) {
    if (totals[group] === 0) continue;
    const own = histogram.subarray(group * cells, (group + 1) * cells);
    const smooth = smoothed(smoothed(own));
    let peak = 0;
    for (let cell = 1; cell < cells; cell++) if (smooth[cell] > smooth[peak]) peak = cell;
    const sum = sumAround(own, sums.subarray(2 * group * cells), peak);
    const x = sum.n ? sum.x / sum.n : left + ((peak % CELLS) + 0.5) / perUnit;
    const y = sum.n ? sum.y / sum.n : bottom + (Math.floor(peak / CELLS) + 0.5) / perUnit;
    places.push({ group, x, y, count: totals[group] });
  }
  return places;
}

/** The mean of each cell and those around it. */
function smoothed(cells: Float32Array): Float32Array {
  const result = new Float32Array(cells.length);
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      let sum = 0;
      for (let r = Math.max(0, row - 1); r <= Math.min(CELLS - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(CELLS - 1, column + 1); c++) {
          sum += cells[r * CELLS + c];
        }
      }
      result[row * CELLS + column] = sum / 9;
    }
  }
  return result;
}

function sumAround(histogram: Float32Array, sums: Float64Array, peak: number) {
  const sum = { n: 0, x: 0, y: 0 };
  const middle = { row: Math.floor(peak / CELLS), column: peak % CELLS };
  for (let row = Math.max(0, middle.row - 1); row <= Math.min(CELLS - 1, middle.row + 1); row++) {
    for (
      let column = Math.max(0, middle.column - 1);
      column <= Math.min(CELLS - 1, middle.column + 1);
      column++
    ) {
      const cell = row * CELLS + column;
      sum.n += histogram[cell];
      sum.x += sums[2 * cell];
      sum.y += sums[2 * cell + 1];
    }
  }
  return sum;
}

export interface Label {
  text: string;
  /** Middle of the text, in CSS pixels. */
  x: number;
  y: number;
  /** Extent of the text with the room around it, in CSS pixels. */
  width: number;
  height: number;
  /** The label with less weight gives way. */
  weight: number;
}

/** How far a label may be pushed from its place, in its own heights, before it is left out. */
const FARTHEST = 2;

/**
 * Labels without overlap, all of them within the map: the heavier keep their places, the others are
 * pushed aside a little, or left out where there is no room. Those beyond the edge are left out.
 *
 * @param taken Where something else is.
 */
export function declutter(
  labels: Label[],
  width: number,
  height: number,
  taken: Label[] = [],
): Label[] {
  const kept = [...taken];
  const within = labels.filter((l) => l.x >= 0 && l.x <= width && l.y >= 0 && l.y <= height);
  for (const label of within.sort((a, b) => b.weight - a.weight)) {
    const place = freePlace(label, kept, width, height);
    if (place) kept.push(place);
  }
  return kept.slice(taken.length);
}

/** The nearest free place on rings about the label's own. */
function freePlace(label: Label, kept: Label[], width: number, height: number): Label | undefined {
  const step = label.height / 4;
  for (let ring = 0; ring <= FARTHEST * 4; ring++) {
    const directions = ring === 0 ? 1 : 16;
    for (let d = 0; d < directions; d++) {
      // Up and down first: text is wider than high, so that this clears it soonest.
      const angle = Math.PI / 2 + ((d % 2 ? 1 : -1) * Math.ceil(d / 2) * 2 * Math.PI) / 16;
      const x = label.x + Math.cos(angle) * ring * step * 1.5;
      const y = label.y - Math.sin(angle) * ring * step;
      const moved = {
        ...label,
        x: clamp(x, label.width / 2, width - label.width / 2),
        y: clamp(y, label.height / 2, height - label.height / 2),
      };
      if (!kept.some((other) => overlap(moved, other))) return moved;
    }
  }
  return undefined;
}

export function overlap(a: Label, b: Label): boolean {
  return (
    2 * Math.abs(a.x - b.x) < a.width + b.width && 2 * Math.abs(a.y - b.y) < a.height + b.height
  );
}

function clamp(value: number, low: number, high: number): number {
  return low > high ? (low + high) / 2 : Math.min(high, Math.max(low, value));
}

export interface LabelStyle {
  /** CSS font, e.g. "600 18px system-ui". */
  font: string;
  color: string;
  /** Of the outline, as the background: the text is read on any colour. */
  halo: string;
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The labels' extents in a font, in CSS pixels, with a little room around them. */
export function measure(context: Context, font: string, texts: string[]) {
  context.font = font;
  return texts.map((text) => {
    const { width, fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText(text);
    return { width: width + 8, height: fontBoundingBoxAscent + fontBoundingBoxDescent + 2 };
  });
}

/** Writes labels with an outline; the context is scaled to CSS pixels. */
export function drawLabels(
  context: Context,
  labels: Pick<Label, "text" | "x" | "y">[],
  style: LabelStyle,
): void {
  context.font = style.font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 5;
  context.strokeStyle = style.halo;
  context.fillStyle = style.color;
  for (const { text, x, y } of labels) context.strokeText(text, x, y);
  for (const { text, x, y } of labels) context.fillText(text, x, y);
}
