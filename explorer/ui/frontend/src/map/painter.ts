/**
 * Draws a scene on a canvas, in a worker or in the page: a part of the points while the view moves,
 * as many as fit in a frame, and all of them once it rests, in slices between which messages are
 * heard.
 */
import { type Appearance, appearance, DIM, leastShade } from "./appearance";
import { Budget } from "./budget";
import { nearest } from "./lookup";
import type { Drawn, Hit } from "./messages";
import { BLOCK } from "./points";
import {
  drawDiscs,
  drawDots,
  type Frame,
  logShades,
  makeFrame,
  makeMeans,
  makeTable,
  shade,
  type Table,
  type Transform,
} from "./raster";
import type { Scene } from "./scene";
import { makeStamps, PHASES, type Stamps } from "./stamps";
import { between, ease, fitView, type Size, type Spot, toData, type View } from "./view";

/** So many points are drawn in every frame, whatever the time. */
const LEAST = BLOCK;
/** Milliseconds that a frame may take while the view moves, and a slice at rest. */
const FRAME = 11;
const SLICE = 6;
/** Milliseconds without a new view until the map counts as at rest. */
const REST = 20;
/** At most so many points count before a selected one, under density shading. */
const SELECTED_MOST = 1;

type Canvas = OffscreenCanvas | HTMLCanvasElement;
type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** A drawing that may go on: all its passes up to `pass`, of that one the points up to `reached`. */
interface Picture {
  view: View;
  ratio: number;
  transform: Transform;
  look: Appearance;
  stamps?: Stamps;
  table: Table;
  passes: { low: number; high: number }[];
  pass: number;
  reached: number;
  milliseconds: number;
}

interface Motion {
  start: number;
  milliseconds: number;
}

export class Painter {
  private canvas?: Canvas;
  private context?: Context;
  private size: Size = { width: 0, height: 0 };
  private ratio = 1;
  private view?: View;
  private viewMotion?: Motion & { from: View; to: View };
  private travel?: Motion & { arrived: () => void };
  private frame?: Frame;
  private image?: { data: ImageData; words: Int32Array };
  private picture?: Picture;
  private asked = false;
  private resting?: ReturnType<typeof setTimeout>;
  /** Of a picture's frame apart from its points, in milliseconds per pixel. */
  private pixelCost = 3e-6;
  /** Points of the last picture of a moving view: the next has few more, or it would flicker. */
  private lastPart = Infinity;
  private readonly budget = new Budget();
  private done = false;
  private generation = 0;
  private waiting: (() => void)[] = [];
  private table?: { key: string; palette: Uint8Array; table: Table };
  private stamps?: { key: string; stamps: Stamps };

  constructor(
    private readonly scene: Scene,
    private readonly told: (drawn: Drawn) => void,
  ) {}

  open(canvas: Canvas): void {
    this.canvas = canvas;
    this.context = canvas.getContext("2d") as Context;
    this.changed();
  }

  resize(size: Size, ratio: number): void {
    this.size = size;
    this.ratio = ratio;
    this.changed();
  }

  look(view: View, milliseconds = 0): void {
    const from = this.currentView();
    const moves = milliseconds > 0 && this.picture !== undefined;
    this.viewMotion = moves
      ? { from, to: view, start: performance.now(), milliseconds }
      : undefined;
    if (!moves) this.view = view;
    this.changed();
  }

  /** Begins the movement that the scene has prepared; resolves when all points have arrived. */
  async depart(milliseconds: number): Promise<void> {
    this.travel?.arrived();
    this.travel = undefined;
    if (milliseconds <= 0) {
      this.scene.advance(1);
      this.changed();
      return;
    }
    await new Promise<void>((arrived) => {
      this.travel = { start: performance.now(), milliseconds, arrived };
      this.changed();
    });
  }

  /** Resolves when the picture is whole and at rest. */
  whole(): Promise<void> {
    if (this.done) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Other points were loaded: what moved has ended, and the view fits them until one is given. */
  restart(): void {
    this.travel?.arrived();
    this.travel = undefined;
    this.viewMotion = undefined;
    this.view = undefined;
    this.lastPart = Infinity;
    this.changed();
  }

  /** Draws anew; the newest state wins. */
  changed(): void {
    this.done = false;
    this.generation += 1;
    clearTimeout(this.resting);
    if (this.asked) return;
    this.asked = true;
    nextFrame(() => this.draw());
  }

  /** The point seen nearest to a place, given in CSS pixels. */
  hover(at: Spot, reach: number): Hit | undefined {
    const { frame, picture } = this;
    if (!frame || !picture) return undefined;
    const k = nearest(frame, at.x * picture.ratio, at.y * picture.ratio, reach * picture.ratio);
    // What the frame was drawn from may have changed since.
    if (k < 0 || k >= this.scene.count || this.scene.style[k] === 0) return undefined;
    return this.scene.hit(k);
  }

  /** All points at a place, given in CSS pixels, the nearest first. */
  stack(at: Spot, reach: number): Hit[] {
    const view = this.currentView();
    const radius = (reach + (this.picture?.look.radius ?? 0)) / view.scale;
    return this.scene.stack(toData(view, this.size, at), radius);
  }

  close(): void {
    this.generation += 1;
    clearTimeout(this.resting);
    this.context = undefined;
    this.frame = undefined;
    this.image = undefined;
  }

  private currentView(): View {
    return this.view ?? fitView(this.scene.bounds, this.size);
  }

  /** One frame: as many points as it has time for. */
  private draw(): void {
    this.asked = false;
    if (!this.context || this.size.width < 1 || this.size.height < 1) return;
    const moving = this.move();
    const start = performance.now();
    const picture = this.begin(this.movingRatio());
    const area = this.pixels();
    const cleared = performance.now();
    const most = Math.max(2, FRAME - 2 * area * this.pixelCost);
    const budget = Math.min(most, this.budget.next(start));
    this.part(picture, cleared + budget / picture.passes.length);
    const drawn = performance.now();
    this.present(picture);
    const end = performance.now();
    const cost = (cleared - start + end - drawn) / Math.max(1, area);
    this.pixelCost += 0.2 * (cost - this.pixelCost);
    picture.milliseconds = end - start;
    if (moving) this.changed();
    else this.restLater(picture);
    this.tell(picture, moving);
  }

  /** Advances what is on its way; true while something is. */
  private move(): boolean {
    const now = performance.now();
    const { viewMotion, travel } = this;
    if (viewMotion) {
      const t = (now - viewMotion.start) / viewMotion.milliseconds;
      this.view = between(viewMotion.from, viewMotion.to, ease(t));
      if (t >= 1) this.viewMotion = undefined;
    }
    if (travel) {
      const t = (now - travel.start) / travel.milliseconds;
      this.scene.advance(ease(t));
      if (t >= 1) {
        this.travel = undefined;
        travel.arrived();
      }
    }
    return this.viewMotion !== undefined || this.travel !== undefined;
  }

  /** An empty picture of what is to be seen now. */
  private begin(ratio: number): Picture {
    const { scene, size } = this;
    const view = this.currentView();
    const width = Math.max(1, Math.round(size.width * ratio));
    const height = Math.max(1, Math.round(size.height * ratio));
    this.frame = makeFrame(width, height, this.frame);
    const zoom = view.scale / fitView(scene.bounds, size).scale;
    const look = appearance(scene.count, size, zoom, ratio);
    const transform = transformOf(
      view,
      { width, height },
      ratio,
      look.kind === "dots" ? 1 : PHASES,
    );
    const stamps = look.kind === "discs" ? this.stampsOf(look.radius * ratio, width) : undefined;
    const table = this.tableOf(look);
    const { passes } = scene;
    return {
      ...{ view, ratio, transform, look, stamps, table, passes },
      ...{ pass: 0, reached: 0, milliseconds: 0 },
    };
  }

  /** Draws the first points of each pass, until the time is over in the first. */
  private part(picture: Picture, until: number): void {
    let most = Math.min(this.scene.count, wholeBlocks(this.lastPart * 1.1));
    picture.passes.forEach((_, pass) => {
      picture.pass = pass;
      picture.reached = 0;
      while (picture.reached < most) {
        this.chunk(picture, most);
        if (pass === 0 && picture.reached >= LEAST && performance.now() > until) {
          most = picture.reached;
        }
      }
    });
    this.lastPart = most < this.scene.count ? most : Infinity;
  }

  private chunk(picture: Picture, most: number): void {
    const { frame, scene } = this;
    if (!frame) return;
    const { passes, pass, transform, stamps, table } = picture;
    const from = picture.reached;
    const to = Math.min(from + BLOCK, most);
    const { low, high } = passes[pass];
    const batch = scene.batch(from, to, low, high);
    if (stamps) drawDiscs(frame, batch, transform, stamps, table, from, to);
    else drawDots(frame, batch, transform, table, from, to, pass > 0 ? SELECTED_MOST : undefined);
    picture.reached = to;
  }

  private present(picture: Picture): void {
    const { canvas, context, frame, scene } = this;
    if (!canvas || !context || !frame) return;
    const { width, height } = frame;
    if (this.image?.data.width !== width || this.image.data.height !== height) {
      const words = new Int32Array(width * height);
      const bytes = new Uint8ClampedArray(words.buffer);
      this.image = { data: new ImageData(bytes, width, height), words };
    }
    const { scale } = picture.transform;
    const part = picture.reached / Math.max(1, scene.count) || 1;
    const peak = scene.peak / (scale * scale);
    const shades = picture.stamps ? undefined : logShades(peak, part, leastShade(peak));
    shade(frame, this.image.words, shades);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.putImageData(this.image.data, 0, 0);
    this.picture = picture;
  }

  private restLater(picture: Picture): void {
    const whole = picture.reached >= this.scene.count && picture.ratio === this.ratio;
    if (whole) this.finish();
    else this.resting = setTimeout(() => this.rest(picture), REST);
  }

  /** Draws all points at the screen's resolution: goes on with a picture where that is possible. */
  private async rest(part: Picture): Promise<void> {
    const { generation, scene } = this;
    const start = performance.now();
    const goesOn = part.ratio === this.ratio && part.passes.length === 1;
    const picture = goesOn ? part : this.begin(this.ratio);
    this.picture = picture; // whose resolution a hover must know
    let until = start + SLICE;
    for (picture.pass = 0; picture.pass < picture.passes.length; picture.pass++) {
      while (picture.reached < scene.count) {
        this.chunk(picture, scene.count);
        if (performance.now() < until) continue;
        await breath();
        if (this.generation !== generation) return;
        until = performance.now() + SLICE;
      }
      if (picture.pass < picture.passes.length - 1) picture.reached = 0;
    }
    this.present(picture);
    picture.milliseconds = performance.now() - start;
    this.finish();
    this.tell(picture, false);
  }

  private finish(): void {
    this.done = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private tell(picture: Picture, moving: boolean): void {
    const { view, ratio, milliseconds, reached: points } = picture;
    this.told({ view, points, whole: this.done, ratio, milliseconds, moving });
  }

  private pixels(): number {
    return this.frame ? this.frame.width * this.frame.height : 0;
  }

  /** The screen's resolution if a frame has the time for so many pixels. */
  private movingRatio(): number {
    const area = this.size.width * this.size.height * this.ratio ** 2;
    return this.ratio > 1 && area * this.pixelCost > FRAME / 2 ? 1 : this.ratio;
  }

  private tableOf(look: Appearance): Table {
    const { palette } = this.scene;
    const key = `${look.kind} ${look.opacity.toFixed(2)}`;
    if (this.table?.key !== key || this.table.palette !== palette) {
      const table =
        look.kind === "dots"
          ? makeMeans(palette, DIM)
          : makeTable(palette, look.opacity, DIM * look.opacity);
      this.table = { key, palette, table };
    }
    return this.table.table;
  }

  private stampsOf(radius: number, width: number): Stamps {
    const rounded = Math.max(0.5, Math.round(radius * 8) / 8);
    const key = `${rounded} ${width}`;
    if (this.stamps?.key !== key) this.stamps = { key, stamps: makeStamps(rounded, width) };
    return this.stamps.stamps;
  }
}

function wholeBlocks(points: number): number {
  return Math.ceil(points / BLOCK) * BLOCK;
}

/** Snapped to a part of a pixel, so that all points move alike when the view does. */
function transformOf(view: View, size: Size, ratio: number, steps: number): Transform {
  const scale = view.scale * ratio;
  const snap = (value: number) => Math.round(value * steps) / steps;
  return {
    scale,
    x0: snap(size.width / 2 - view.x * scale),
    y0: snap(size.height / 2 + view.y * scale),
  };
}

/** Before the screen is next refreshed. */
function nextFrame(act: () => void): void {
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(act);
  else setTimeout(act, 16);
}

/** Lets messages be heard; unlike a timer it is never made to wait. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
