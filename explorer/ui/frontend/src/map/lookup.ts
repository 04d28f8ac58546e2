/** What lies under the pointer, and within a lasso. Points are told by position in drawing order. */
import { type Frame, numberAt } from "./raster";
import type { Spot } from "./view";

/** The points that may be found: those with a style. */
export interface Searched {
  x: Float32Array;
  y: Float32Array;
  style: Uint16Array;
}

/** The point seen at the pixel nearest to (x, y), at most `reach` pixels away; −1: none. */
export function nearest(frame: Frame, x: number, y: number, reach: number): number {
  const { width, height } = frame;
  const left = Math.max(0, Math.floor(x - reach));
  const right = Math.min(width - 1, Math.floor(x + reach));
  const top = Math.max(0, Math.floor(y - reach));
  const bottom = Math.min(height - 1, Math.floor(y + reach));
  let found = -1;
  let least = reach * reach;
  for (let py = top; py <= bottom; py++) {
    for (let px = left; px <= right; px++) {
      const number = numberAt(frame, py * width + px);
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

/**
 * The points within a polygon (even-odd rule), in drawing order.
 *
 * @param polygon x, y, x, y, … of the corners, in data coordinates; closed by itself.
 */
export function inside(points: Searched, polygon: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const { x, y, style } = points;
  const area = new Area(polygon);
  const { left, right, bottom, top, columns, rows, cells } = area;
  const last = CELLS - 1;
  let found = new Uint32Array(1024);
  let count = 0;
  for (let k = 0; k < style.length; k++) {
    const u = x[k];
    const v = y[k];
    if (!(u >= left && u <= right && v >= bottom && v <= top) || style[k] === 0) continue;
    const row = Math.min(last, ((v - bottom) * rows) | 0);
    const cell = cells[row * CELLS + Math.min(last, ((u - left) * columns) | 0)];
    if (cell === OUTSIDE || (cell === EDGE && !area.crosses(u, v))) continue;
    if (count === found.length) {
      const larger = new Uint32Array(2 * count);
      larger.set(found);
      found = larger;
    }
    found[count++] = k;
  }
  return found.slice(0, count);
}

const CELLS = 256;
const OUTSIDE = 0;
const INSIDE = 1;
/** An edge passes through the cell or close to it. */
const EDGE = 2;

/**
 * A polygon on a grid: most cells are wholly inside or outside, so that most points need one look.
 * A point in another cell is compared with the few edges at its height.
 */
class Area {
  left = Infinity;
  right = -Infinity;
  bottom = Infinity;
  top = -Infinity;
  readonly columns: number;
  readonly rows: number;
  readonly cells = new Uint8Array(CELLS * CELLS);
  /** Edges (x, y, x, y) that reach into row r: from start[r] up to start[r + 1]. */
  private readonly start = new Uint32Array(CELLS + 1);
  private readonly edges: Float64Array;

  constructor(polygon: ArrayLike<number>) {
    const corners = polygon.length >> 1;
    for (let i = 0; i < corners; i++) {
      this.left = Math.min(this.left, polygon[2 * i]);
      this.right = Math.max(this.right, polygon[2 * i]);
      this.bottom = Math.min(this.bottom, polygon[2 * i + 1]);
      this.top = Math.max(this.top, polygon[2 * i + 1]);
    }
    this.columns = CELLS / (this.right - this.left || 1);
    this.rows = CELLS / (this.top - this.bottom || 1);
    const rows: number[][] = Array.from({ length: CELLS }, () => []);
    for (let i = 0; i < corners; i++) {
      const j = (i + 1) % corners;
      this.enter(polygon[2 * i], polygon[2 * i + 1], polygon[2 * j], polygon[2 * j + 1], rows);
    }
    for (let r = 0; r < CELLS; r++) this.start[r + 1] = this.start[r] + rows[r].length;
    this.edges = Float64Array.from(rows.flat());
    for (let cell = 0; cell < this.cells.length; cell++) {
      if (this.cells[cell] === EDGE) continue;
      const x = this.left + ((cell % CELLS) + 0.5) / this.columns;
      const y = this.bottom + (Math.floor(cell / CELLS) + 0.5) / this.rows;
      this.cells[cell] = this.crosses(x, y) ? INSIDE : OUTSIDE;
    }
  }

  private row(y: number): number {
    return Math.min(CELLS - 1, ((y - this.bottom) * this.rows) | 0);
  }

  private column(x: number): number {
    return Math.min(CELLS - 1, ((x - this.left) * this.columns) | 0);
  }

  /** Adds an edge to its rows, and marks the cells along it and beside these. */
  private enter(ax: number, ay: number, bx: number, by: number, rows: number[][]): void {
    const first = this.row(Math.min(ay, by));
    const last = this.row(Math.max(ay, by));
    for (let r = first; r <= last; r++) {
      if (ay !== by) rows[r].push(ax, ay, bx, by); // a level edge is never crossed
      const at = (y: number) => {
        const t = ay === by ? 0 : Math.max(0, Math.min(1, (y - ay) / (by - ay)));
        return ax + t * (bx - ax);
      };
      const low = this.bottom + r / this.rows;
      const ends = ay === by ? [ax, bx] : [at(low), at(low + 1 / this.rows)];
      const from = Math.max(0, this.column(Math.min(...ends)) - 1);
      const to = Math.min(CELLS, this.column(Math.max(...ends)) + 2);
      for (let s = Math.max(0, r - 1); s <= Math.min(CELLS - 1, r + 1); s++) {
        this.cells.fill(EDGE, s * CELLS + from, s * CELLS + to);
      }
    }
  }

  /** Whether a ray to the right crosses the edges an odd number of times. */
  crosses(x: number, y: number): boolean {
    const { start, edges } = this;
    const row = this.row(y);
    let odd = false;
    for (let e = start[row]; e < start[row + 1]; e += 4) {
      const ay = edges[e + 1];
      const by = edges[e + 3];
      if (ay > y === by > y) continue;
      if (x < edges[e] + ((edges[e + 2] - edges[e]) * (y - ay)) / (by - ay)) odd = !odd;
    }
    return odd;
  }
}

/** The corners of a box, for `inside`. */
export function box(a: Spot, b: Spot): Float64Array {
  return Float64Array.of(a.x, a.y, b.x, a.y, b.x, b.y, a.x, b.y);
}
