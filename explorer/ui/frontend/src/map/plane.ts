/** The decoded manifold under the points: tiles of a grid of codes, coarse first, finer at rest. */
import type { Decodes } from "../decoder/decoder";
import { type ImageShape, putImage } from "../shared/picture";
import { type Size, type Spot, toScreen, type View } from "./view";

/** Edge of a finest tile in CSS pixels, at least; below twice as much. */
const EDGE = 32;
/** Levels of the coarse tiles above the finest: 4 × 4 of these to one. */
const COARSER = 2;
/** Tiles decoded at a time: a hover waits for no more. */
const BATCH = 16;
/** Tiles that are kept; the eldest go first. */
const KEPT = 4096;

/** A square of the plane of codes: its edge is 2^-level, its number counts from 0. */
export interface Tile {
  level: number;
  column: number;
  row: number;
}

/** The middle of a tile: its code. */
export function middle({ level, column, row }: Tile): Spot {
  const edge = 2 ** -level;
  return { x: (column + 0.5) * edge, y: (row + 0.5) * edge };
}

/** The level whose tiles are at least `EDGE` wide. */
export function levelOf(view: View): number {
  return Math.floor(Math.log2(view.scale / EDGE));
}

/** The tiles of a level that are seen, the nearest to the middle first. */
export function tiles(view: View, size: Size, level: number): Tile[] {
  const edge = 2 ** -level;
  const half = { x: size.width / 2 / view.scale, y: size.height / 2 / view.scale };
  const found: Tile[] = [];
  for (let row = Math.floor((view.y - half.y) / edge); row * edge < view.y + half.y; row++) {
    for (
      let column = Math.floor((view.x - half.x) / edge);
      column * edge < view.x + half.x;
      column++
    ) {
      found.push({ level, column, row });
    }
  }
  const far = (tile: Tile) => {
    const { x, y } = middle(tile);
    return (x - view.x) ** 2 + (y - view.y) ** 2;
  };
  return found.sort((a, b) => far(a) - far(b));
}

/** What decodes, and which latent dimensions the axes are. */
export interface Source {
  decoder: Pick<Decodes, "decode">;
  axes: readonly [number, number];
  shape: ImageShape;
}

export class Plane {
  private readonly known = new Map<string, HTMLCanvasElement>();
  private source?: Source;
  private turn = 0;

  /** @param changed Told when there is more to draw. */
  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly changed: () => void,
  ) {
    canvas.hidden = true;
  }

  private get on(): boolean {
    return this.source !== undefined;
  }

  /** Paints with this decoder; nothing without one. */
  use(source: Source | undefined): void {
    if (this.source?.decoder === source?.decoder) return;
    this.source = source;
    this.canvas.hidden = source === undefined;
    this.known.clear();
    this.stop();
    this.changed();
  }

  /** Drops what is not decoded yet. */
  stop(): void {
    this.turn += 1;
  }

  /** Decodes what is missing at a view: coarse tiles, then fine ones; a later call ends it. */
  async decode(view: View, size: Size): Promise<void> {
    this.stop();
    const { turn, source } = this;
    const level = levelOf(view);
    const wanted = [level - COARSER, level].flatMap((each) => tiles(view, size, each));
    const missing = wanted.filter((tile) => !this.known.has(name(tile)));
    this.canvas.dataset.tiles = "";
    for (let from = 0; source && from < missing.length; from += BATCH) {
      const part = missing.slice(from, from + BATCH);
      const codes = part.flatMap((tile) => {
        const { x, y } = middle(tile);
        const z = [0, 0];
        z[source.axes[0]] = x;
        z[source.axes[1]] = y;
        return z;
      });
      const images = await source.decoder.decode(Float32Array.from(codes), part.length);
      if (this.source !== source) return;
      const pixels = images.length / part.length;
      part.forEach((tile, i) => {
        this.keep(tile, images.subarray(i * pixels, (i + 1) * pixels), source.shape);
      });
      this.changed();
      if (turn !== this.turn) return;
    }
    this.canvas.dataset.tiles = String(source ? tiles(view, size, level).length : 0);
  }

  /** Draws what is known at a view, the fine over the coarse. */
  draw(view: View, size: Size): void {
    const { canvas } = this;
    const context = this.on ? canvas.getContext("2d") : null;
    if (!context) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    context.imageSmoothingEnabled = false;
    const level = levelOf(view);
    for (let each = level - 2 * COARSER; each <= level; each++) {
      for (const tile of tiles(view, size, each)) {
        const picture = this.known.get(name(tile));
        if (picture) drawTile(context, picture, tile, view, size);
      }
    }
  }

  private keep(tile: Tile, image: Float32Array, shape: ImageShape): void {
    const picture = document.createElement("canvas");
    picture.width = shape.width;
    picture.height = shape.height;
    const context = picture.getContext("2d");
    if (context) {
      const pixels = context.createImageData(shape.width, shape.height);
      putImage(pixels, image, shape);
      context.putImageData(pixels, 0, 0);
    }
    this.known.set(name(tile), picture);
    for (const eldest of this.known.keys()) {
      if (this.known.size <= KEPT) break;
      this.known.delete(eldest);
    }
  }
}

function name({ level, column, row }: Tile): string {
  return `${level} ${column} ${row}`;
}

/** On whole pixels, so that there are no seams. */
function drawTile(
  context: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  tile: Tile,
  view: View,
  size: Size,
): void {
  const edge = 2 ** -tile.level;
  const corner = (column: number, row: number) =>
    toScreen(view, size, { x: column * edge, y: row * edge });
  const from = corner(tile.column, tile.row + 1);
  const to = corner(tile.column + 1, tile.row);
  const [left, top] = [Math.round(from.x), Math.round(from.y)];
  context.drawImage(picture, left, top, Math.round(to.x) - left, Math.round(to.y) - top);
}
