/**
 * A 2-D map to be embedded: points that a worker draws, names and axes over them, and a hand that
 * pans, zooms, hovers, clicks and selects. What points mean is known to its owner alone:
 *     const map = new MapView(parent, { hover: (hovered) => …, click: (index) => … });
 *     await map.draw({ of: "the test images", points, paint, axes: null });
 */
import { addStyle, h } from "../shared/dom";
import { beside } from "../shared/files";
import { EachFrame, Newest } from "../shared/schedule";
import { finite } from "./colors";
import type { Content, MapElement, MapEvents, Paint, Settings } from "./content";
import type { Ellipse } from "./ellipses";
import { Engine } from "./engine";
import { Hand } from "./hand";
import { type Placed, placed } from "./images";
import style from "./map.css";
import type { Colors, Drawn } from "./messages";
import { cleared, type Name, Overlay, type Style, themeOf } from "./overlay";
import { Plane } from "./plane";
import { type Hovered, Pointer, type Seen } from "./pointer";
import { columnsOf } from "./points";
import { type Mode, maskOf } from "./selection";
import {
  boundsOf,
  fitView,
  pan,
  type Size,
  type Spot,
  toData,
  toScreen,
  type View,
  zoom,
} from "./view";

export type { Content, MapElement, MapEvents, Paint, Settings } from "./content";

/** Points may become images at so many times the scale that shows all. */
const CLOSE = 1.5;

export class MapView implements Seen {
  readonly element: MapElement;
  readonly engine: Engine;
  /** Takes the focus and the hand. */
  readonly stage = h("div", { class: "stage", tabindex: 0, role: "group" });
  readonly hand: Hand;
  /** What the decoder makes of each place, under the points. */
  readonly plane: Plane;
  private readonly ringed = h("div", { class: "ring", hidden: true });
  private readonly pointer: Pointer;
  private readonly underlay = h("canvas", { class: "under", "aria-hidden": "true" });
  private readonly overlay: Overlay;
  private readonly frames = new EachFrame(() => this.drawOver());
  private readonly observer = new ResizeObserver(() => this.resize());
  private readonly naming = new Newest(
    (content: Content) => this.name(content),
    () => undefined,
  );
  private content?: Content;
  private closed = false;
  private bounds = boundsOf([], []);
  private view: View = fitView(this.bounds, { width: 1, height: 1 });
  /** The view of the picture that is seen. */
  seen: View = this.view;
  /** Whether a hand has moved the view. */
  private moved = false;
  /** Movements of the points that are under way. */
  private travelling = 0;
  private names: Name[] = [];
  private shown: Uint8Array = new Uint8Array(0);
  private chosen: number | null = null;
  private group: readonly number[] = [];
  /** 1 for each highlighted point. */
  private mask?: Uint8Array;
  private marked: number | null = null;
  private ellipses: readonly Ellipse[] = [];
  /** Of the page, asked for anew once the map rests: to ask costs a part of each frame. */
  private style?: Style;
  /** Points that are shown as images, as of the last whole picture. */
  images: readonly Placed[] = [];

  constructor(
    parent: HTMLElement,
    private readonly events: MapEvents = {},
    private readonly settings: Settings = {},
  ) {
    addStyle(style);
    const canvas = h("canvas", { class: "points", "aria-hidden": "true" });
    const names = h("canvas", { class: "names", "aria-hidden": "true" });
    const plane = h("canvas", { class: "plane", "aria-hidden": "true" });
    this.stage.append(plane, this.underlay, canvas, names, this.ringed);
    this.plane = new Plane(plane, () => this.frames.ask());
    const element = h("div", { class: "explorer-map", role: "figure" }, this.stage);
    this.element = Object.assign(element, { place: (index: number) => this.place(index) });
    element.addEventListener("transitionend", () => this.refresh()); // another theme
    parent.append(element);
    this.overlay = new Overlay(names);
    const make = settings.makeEngine ?? ((target) => new Engine(target, beside(MAP_WORKER_FILE)));
    this.engine = make(canvas);
    this.engine.onDrawn((drawn) => this.see(drawn));
    this.pointer = new Pointer(this.engine, this);
    this.hand = new Hand(this.stage, settings.tools ?? { tool: "pan", changed: () => undefined }, {
      view: () => this.view,
      size: () => this.size,
      fitted: () => this.fitted(),
      look: (view) => this.look(view),
      enter: () => events.enter?.(),
      leave: () => this.leave(),
      hover: (at) => this.hover(at),
      click: (at) => void this.pointer.click(at),
      whole: () => this.pointer.over === null && this.whole(),
      drag: () => events.drag?.(),
      encircle: (corners, mode) => void this.encircle(corners, mode),
      redraw: () => this.frames.ask(),
    });
    this.observer.observe(this.stage);
  }

  /** Number of images, with a place or without. */
  get count(): number {
    return (this.content?.points.length ?? 0) >> 1;
  }

  /** In CSS pixels. */
  get size(): Size {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  get at(): Spot | undefined {
    return this.hand.pressed || this.closed ? undefined : this.hand.at;
  }

  get finger(): boolean {
    return this.hand.looking;
  }

  /** Draws this; resolves once all of it is seen, or the map is closed. */
  async draw(content: Content): Promise<void> {
    await this.drawAll(content).catch((error) => {
      if (!this.closed) throw error;
    });
  }

  private async drawAll(content: Content): Promise<void> {
    const former = this.content;
    this.style = undefined;
    this.content = content;
    const others = former?.of !== content.of;
    const work: Promise<unknown>[] = [];
    if (others || former.points !== content.points) work.push(this.arrange(content.points, others));
    if (others || former.paint !== content.paint) work.push(this.paint(content.paint));
    this.frames.ask();
    await Promise.all(work);
    if (work.length) await this.name(content);
    await this.engine.whole();
    if (this.content !== content || this.closed) return;
    const { dataset } = this.element;
    dataset.points = String(finite(content.points));
    dataset.drawn = String((Number(dataset.drawn) || 0) + 1);
  }

  /** Shows the groups with a 1, hides those with a 0. */
  show(shown: Uint8Array): void {
    this.shown = shown;
    this.pointer.forget();
    const hidden = shown.reduce((count, value) => count + 1 - value, 0);
    this.engine.show(hidden ? shown.slice() : undefined);
    this.element.dataset.hidden = String(hidden);
    this.frames.ask();
  }

  /** Rings one point. */
  ring(index: number | null): void {
    this.chosen = index;
    this.frames.ask();
  }

  /** Draws these points over dimmed others; all alike if there are none. */
  highlight(indices: readonly number[]): void {
    this.group = indices;
    const n = this.count;
    const known = indices.filter((index) => index >= 0 && index < n);
    this.mask = known.length ? maskOf(known, n) : undefined;
    this.engine.select(this.mask);
    this.frames.ask();
    this.element.dataset.selected = String(known.length);
  }

  /** Draws ellipses. */
  outline(ellipses: readonly Ellipse[]): void {
    this.ellipses = ellipses;
    this.frames.ask();
  }

  /** Draws anew what lies over the points and under them: an image is there now, or a decoder. */
  refresh(): void {
    this.rest();
    this.frames.ask();
  }

  /** Marks a point as the one under the pointer. */
  mark(index: number | null): void {
    this.marked = index;
    this.stage.toggleAttribute("data-over", index !== null);
    this.frames.ask();
  }

  /**
   * Puts the points of the same images elsewhere at once, as a film does many times a second: what is
   * seen keeps its place, and the names follow when they can.
   */
  move(points: Float32Array): void {
    const { content } = this;
    if (!content || content.points.length !== points.length) return;
    this.content = { ...content, points };
    this.names = [];
    const { x, y } = columnsOf(points);
    this.bounds = boundsOf(x, y);
    void this.engine.travel({ x, y }, undefined, 0).catch(() => undefined);
    this.naming.ask(this.content);
  }

  /** Shows all points. */
  whole(): void {
    this.look(this.fitted(), 250);
    this.moved = false;
  }

  /** Moves what is seen by so many CSS pixels. */
  pan(dx: number, dy: number): void {
    this.look(pan(this.view, dx, dy));
  }

  /** Zooms about the middle. */
  zoom(factor: number): void {
    const { size } = this;
    const middle = { x: size.width / 2, y: size.height / 2 };
    this.look(zoom(this.view, size, factor, middle, this.fitted()));
  }

  close(): void {
    this.closed = true;
    this.plane.use(undefined);
    this.naming.close();
    this.hand.close();
    this.observer.disconnect();
    this.frames.close();
    this.engine.close();
    this.element.remove();
  }

  /** Draws other points: those of the same images travel to their new places. */
  private async arrange(points: Float32Array, others: boolean): Promise<void> {
    const { x, y } = columnsOf(points);
    this.bounds = boundsOf(x, y);
    this.moved = false;
    this.images = [];
    this.pointer.forget();
    this.leave();
    this.engine.resize(this.size);
    this.view = this.fitted();
    if (others) {
      const loaded = this.engine.load({ x, y });
      this.engine.look(this.view);
      this.highlight(this.group);
      await loaded;
      return;
    }
    this.travelling += 1;
    await this.engine.travel({ x, y }, this.view);
    this.travelling -= 1;
  }

  private async paint({ colors, palette, groups, names }: Paint): Promise<void> {
    const { engine } = this;
    const copy = colors && { ...colors, column: colors.column.slice() };
    const work = [
      engine.group(Uint16Array.from(groups)),
      engine.color(copy as Colors | undefined, palette),
    ];
    this.show(new Uint8Array(names.length).fill(1));
    await Promise.all(work);
  }

  private async name(content: Content): Promise<void> {
    const places = await this.engine.places();
    if (this.content !== content) return;
    const { names } = content.paint;
    this.names = places.map((place) => ({ ...place, text: names[place.group] ?? "" }));
    this.frames.ask();
  }

  private see({ view, whole, moving }: Drawn): void {
    this.seen = view;
    this.drawOver();
    if (whole && !moving) this.rest();
    else this.plane.stop();
    const { at } = this.hand;
    if (whole && !moving && at) this.hover(at);
  }

  /** The picture is whole, and at rest. */
  private rest(): void {
    const { seen: view, size, settings, content } = this;
    this.style = undefined;
    void this.plane.decode(view, size);
    if (!settings.framed || !content) return;
    const { points, paint } = content;
    const shown = (index: number) => this.shown[paint.groups[index]] === 1;
    const close = view.scale > CLOSE * this.fitted().scale;
    this.images = close ? placed({ points, shown, view, size }) : [];
    this.element.dataset.images = String(this.images.length);
    this.frames.ask();
  }

  private drawOver(): void {
    this.style ??= themeOf(this.element);
    const { seen, names, shown, marked, hand, chosen, size, settings, style } = this;
    this.plane.draw(seen, size);
    // An empty canvas over the page costs as much in each frame as a full one.
    this.underlay.hidden = !settings.under?.there;
    const below = this.underlay.hidden ? null : cleared(this.underlay, size);
    if (below) settings.under?.draw(below, (place) => toScreen(seen, size, place), style);
    this.overlay.draw({
      ...{ view: seen, size, style, axes: this.content?.axes ?? null, over: settings.over },
      ellipses: this.travelling ? [] : this.ellipses,
      images: this.travelling ? [] : this.images,
      framed: (index) => settings.framed?.(index),
      faint: (index) => this.mask?.[index] === 0,
      names: this.travelling ? [] : names.filter(({ group }) => shown[group] === 1),
      outline: hand.outline,
      toolbar: settings.tools !== undefined,
      hovered: marked === null || hand.pressed ? undefined : this.spot(marked),
    });
    const ring = chosen !== null && !this.travelling ? this.spot(chosen) : undefined;
    this.ringed.hidden = !ring;
    if (ring) this.ringed.style.transform = `translate(${ring.x}px, ${ring.y}px)`;
  }

  /** Where a point is drawn, in CSS pixels; undefined if it has no place. */
  private spot(index: number): Spot | undefined {
    const [x, y] = this.content?.points.subarray(2 * index, 2 * index + 2) ?? [];
    return Number.isFinite(x) ? toScreen(this.seen, this.size, { x, y }) : undefined;
  }

  private place(index: number): [number, number] | undefined {
    const at = this.travelling ? undefined : this.spot(index);
    const box = this.stage.getBoundingClientRect();
    return at && [box.left + at.x, box.top + at.y];
  }

  private resize(): void {
    this.engine.resize(this.size);
    if (!this.content) return;
    if (!this.moved) this.view = this.fitted();
    this.engine.look(this.view);
  }

  private fitted(): View {
    const fitted = this.settings.fit ?? fitView;
    return fitted(this.bounds, this.size);
  }

  private look(view: View, milliseconds = 0): void {
    this.lookAt(view, milliseconds);
    this.events.look?.(view);
  }

  /** Shows another place, at another scale. */
  lookAt(view: View, milliseconds = 0): void {
    this.moved = true;
    this.pointer.forget();
    this.view = view;
    this.engine.look(view, milliseconds);
  }

  private leave(): void {
    this.pointer.leave();
    this.events.leave?.();
  }

  hovered(hovered: Hovered): void {
    this.events.hover?.(hovered, this.size);
  }

  clicked(index: number): void {
    this.events.click?.(index);
  }

  private hover(at: Spot): void {
    if (this.content && !this.travelling && !this.hand.pressed) void this.pointer.hover(at);
  }

  private async encircle(corners: Spot[], mode: Mode): Promise<void> {
    const polygon = corners.flatMap((corner) => {
      const { x, y } = toData(this.seen, this.size, corner);
      return [x, y];
    });
    this.events.enclose?.(await this.engine.inside(Float64Array.from(polygon)), mode);
  }
}
