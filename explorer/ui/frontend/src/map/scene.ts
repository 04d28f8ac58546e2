/** The points of a map with all that decides how they are drawn, in drawing order. */
import { peakDensity } from "./appearance";
import { densestPlaces, type Place } from "./labels";
import { inside, stack } from "./lookup";
import type { Colors, Hit } from "./messages";
import {
  ALL,
  arrange,
  arrangeBlocks,
  arrangeColumns,
  binned,
  byPlace,
  type Columns,
  type Indices,
  permutation,
  styles,
} from "./points";
import { type Batch, MOST_POINTS } from "./raster";
import { numbersOf } from "./selection";
import { type Bounds, boundsOf, type Spot } from "./view";

/** Points of one embedding. */
interface Embedding {
  x: Float32Array;
  y: Float32Array;
  bounds: Bounds;
  /** See `peakDensity`. */
  peak: number;
}

const EMPTY: Embedding = {
  x: new Float32Array(0),
  y: new Float32Array(0),
  bounds: boundsOf([], []),
  peak: 0,
};
const GREY = Uint8Array.of(128, 128, 128, 255);

export class Scene {
  palette = GREY;
  private order = new Uint32Array(0);
  private positionOf?: Uint32Array;
  private here = EMPTY;
  private target?: Embedding;
  /** How much of the way to the target is done, in [0, 1). */
  private progress = 0;
  private colors?: Indices;
  private groups?: Indices;
  private visible?: Uint8Array;
  private selected?: Uint8Array;
  private column = new Uint16Array(0);
  private dimmedFrom = ALL;
  private stale = true;
  private scratch = { x: new Float32Array(0), y: new Float32Array(0) };

  get count(): number {
    return this.order.length;
  }

  /** Style of each point; 0: neither drawn nor found. */
  get style(): Uint16Array {
    if (this.stale) {
      const { x, y } = this.here;
      const { colors, groups, visible, selected } = this;
      const rows = this.palette.length / 4;
      const source = { x, y, colors, rows, groups, visible, selected };
      this.dimmedFrom = styles(source, this.column).dimmed;
      this.stale = false;
    }
    return this.column;
  }

  /** Ranges of styles, drawn one after the other: what is not selected lies below what is. */
  get passes(): { low: number; high: number }[] {
    this.style; // up to date
    const { dimmedFrom } = this;
    const all = { low: 1, high: ALL };
    if (dimmedFrom === ALL) return [all];
    return [
      { low: dimmedFrom, high: ALL },
      { low: 1, high: dimmedFrom },
    ];
  }

  get bounds(): Bounds {
    const { here, target, progress } = this;
    if (!target) return here.bounds;
    const one = (side: keyof Bounds) => mix(here.bounds[side], target.bounds[side], progress);
    return { left: one("left"), right: one("right"), bottom: one("bottom"), top: one("top") };
  }

  get peak(): number {
    return mix(this.here.peak, this.target?.peak ?? 0, this.target ? this.progress : 0);
  }

  get travelling(): boolean {
    return this.target !== undefined;
  }

  load(columns: Columns, seed: number): void {
    const count = columns.x.length;
    if (count > MOST_POINTS) {
      throw new Error(`The map draws at most ${MOST_POINTS} points. Received: ${count}.`);
    }
    const order = permutation(count, seed);
    this.here = embedding(columns, order);
    this.order = order;
    this.target = undefined;
    this.colors = undefined;
    this.groups = undefined;
    this.visible = undefined;
    this.selected = undefined;
    this.column = new Uint16Array(order.length);
    this.sort();
  }

  color(colors: Colors | undefined, palette: Uint8Array): void {
    const column = colors && this.columnOf(colors);
    this.colors = column && arrange(column, this.order);
    this.palette = palette.length ? Uint8Array.from(palette) : GREY;
    this.stale = true;
  }

  group(column: Indices | undefined): void {
    if (column) this.check(column.length);
    this.groups = column && arrange(column, this.order);
    this.stale = true;
  }

  show(visible: Uint8Array | undefined): void {
    this.visible = visible;
    this.stale = true;
  }

  select(mask: Uint8Array | undefined): void {
    if (mask) this.check(mask.length);
    this.selected = mask && arrange(mask, this.order);
    this.stale = true;
  }

  /** Prepares a movement of all points to other places; `advance` makes it. */
  depart(columns: Columns): Bounds {
    this.check(columns.x.length);
    if (this.target) this.here = this.between(this.here, this.target, this.progress);
    this.target = embedding(columns, this.order);
    this.progress = 0;
    return this.target.bounds;
  }

  /** Sets how much of the movement is done; at 1 all points are exactly at their targets. */
  advance(progress: number): void {
    this.progress = progress;
    if (progress < 1 || !this.target) return;
    this.here = this.target;
    this.target = undefined;
    this.progress = 0;
    this.sort();
  }

  /** The points from `from` up to `to`, where they are now. */
  batch(from: number, to: number, low: number, high: number): Batch {
    const { style, target, here, progress } = this;
    if (!target) return { x: here.x, y: here.y, base: 0, style, low, high };
    if (this.scratch.x.length < to - from) {
      this.scratch = { x: new Float32Array(to - from), y: new Float32Array(to - from) };
    }
    const { x, y } = this.scratch;
    for (let k = from; k < to; k++) {
      x[k - from] = mix(here.x[k], target.x[k], progress);
      y[k - from] = mix(here.y[k], target.y[k], progress);
    }
    return { x, y, base: from, style, low, high };
  }

  /** The point at a position in drawing order. */
  hit(k: number): Hit {
    const { x, y } = this.batch(k, k + 1, 1, ALL);
    const i = this.target ? 0 : k;
    return { point: this.order[k], x: x[i], y: y[i] };
  }

  stack(at: Spot, radius: number): Hit[] {
    const { x, y } = this.here;
    return stack({ x, y, style: this.style }, at, radius).map((k) => this.hit(k));
  }

  /** Numbers of the points within a polygon, ascending. */
  inside(polygon: Float64Array): Uint32Array<ArrayBuffer> {
    const { x, y } = this.here;
    const found = inside({ x, y, style: this.style }, polygon);
    const mask = new Uint8Array(this.count);
    for (let i = 0; i < found.length; i++) mask[this.order[found[i]]] = 1;
    return numbersOf(mask); // faster than to sort
  }

  places(bounds = this.bounds): Place[] {
    const { groups } = this;
    if (!groups) return [];
    let count = 0;
    for (let k = 0; k < groups.length; k++) if (groups[k] >= count) count = groups[k] + 1;
    return densestPlaces({ x: this.here.x, y: this.here.y, groups }, count, bounds);
  }

  /** x, y, x, y, … of points by their numbers; NaN for a number that there is not. */
  positions(points: Uint32Array): Float32Array<ArrayBuffer> {
    if (!this.positionOf) {
      this.positionOf = new Uint32Array(this.count);
      for (let k = 0; k < this.count; k++) this.positionOf[this.order[k]] = k;
    }
    const result = new Float32Array(2 * points.length).fill(NaN);
    for (let i = 0; i < points.length; i++) {
      if (points[i] >= this.count) continue;
      const { x, y } = this.hit(this.positionOf[points[i]]);
      result[2 * i] = x;
      result[2 * i + 1] = y;
    }
    return result;
  }

  /** Sorts each block by place. */
  private sort(): void {
    const { here, colors, groups, selected } = this;
    const sorted = byPlace(here.x, here.y, here.bounds);
    for (const column of [here.x, here.y, this.order, colors, groups, selected]) {
      if (column) arrangeBlocks(column, sorted);
    }
    this.positionOf = undefined;
    this.stale = true;
  }

  private columnOf(colors: Colors): Indices {
    this.check(colors.column.length);
    if (colors.kind === "index") return colors.column;
    return binned(colors.column, colors.low, colors.high);
  }

  private check(length: number): void {
    if (length === this.count) return;
    throw new Error(`The column must have ${this.count} rows, one per point. Received: ${length}.`);
  }

  private between(from: Embedding, to: Embedding, progress: number): Embedding {
    const x = from.x.map((value, k) => mix(value, to.x[k], progress));
    const y = from.y.map((value, k) => mix(value, to.y[k], progress));
    return { x, y, bounds: this.bounds, peak: this.peak };
  }
}

function embedding(columns: Columns, order: Uint32Array): Embedding {
  const { x, y } = arrangeColumns(columns, order);
  const bounds = boundsOf(x, y);
  return { x, y, bounds, peak: peakDensity(x, y, bounds) };
}

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
