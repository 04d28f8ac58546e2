import type { ScatterMapData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import { beside } from "../shared/files";
import { EachFrame } from "../shared/schedule";
import type { Selection } from "../shared/selection";
import type { View as PageView } from "../shared/view";
import { columnOf, counts, finite, groupsOf, paletteOf } from "./colors";
import { Columns } from "./columns";
import { Engine } from "./engine";
import { Hand } from "./hand";
import { HoverCard } from "./hover";
import { Legend, type Shown } from "./legend";
import style from "./map.css";
import type { Drawn } from "./messages";
import { type Name, Overlay, themeOf } from "./overlay";
import { combine, type Mode, maskOf, numbersOf } from "./selection";
import { type Action, Toolbar } from "./tools";
import {
  besideLegend,
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

/** Width below which the legend lies below. */
const NARROW = 640;
const KEYS =
  "Points. Arrow keys move the map, plus and minus zoom, 0 shows all, Escape clears the selection";
const MOVES: Record<string, [number, number]> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};

/**
 * The element of a map, with what tests may ask of it.
 *
 * `data-points` is the number of points that are drawn, once all are; `data-drawn` counts whole
 * pictures of another state (points, colour); `data-selected` is the number of highlighted points;
 * `data-hidden` that of hidden groups.
 */
export interface MapElement extends HTMLElement {
  /** Where a point is in the browser's window, as it is drawn; undefined if it has no place. */
  place(index: number): [number, number] | undefined;
}

/** A 2-D map of test images, on which one or many can be chosen. */
export class ScatterMap implements PageView<ScatterMapData> {
  private readonly stage = h("div", { class: "stage", tabindex: 0, role: "group" });
  private readonly ring = h("div", { class: "ring", hidden: true });
  private readonly message = h("div", { class: "message", hidden: true });
  private readonly tools = new Toolbar((action) => this.act(action));
  private readonly legend = new Legend((shown) => this.show(shown));
  private readonly element: MapElement;
  private readonly overlay: Overlay;
  private readonly engine: Engine;
  private readonly frames = new EachFrame(() => this.drawOver());
  private readonly observer = new ResizeObserver(() => this.resize());
  private readonly hand: Hand;
  private closed = false;
  private data?: ScatterMapData;
  private drawn?: ScatterMapData;
  private points: Float32Array = new Float32Array(0);
  private bounds = boundsOf([], []);
  private view: View = fitView(this.bounds, { width: 1, height: 1 });
  /** The view of the picture that is seen. */
  private seen: View = this.view;
  /** Whether a hand has moved the view. */
  private moved = false;
  /** Movements of the points that are under way. */
  private travelling = 0;
  private names: Name[] = [];
  private shown: Shown = new Uint8Array(0);
  private chosen: number | null = null;
  private group: readonly number[] = [];
  private over: number | null = null;
  private stopListening: (() => void)[] = [];

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
    makeEngine = (canvas: HTMLCanvasElement) => new Engine(canvas, beside(MAP_WORKER_FILE)),
    private readonly columns = new Columns(),
    private readonly hoverCard = new HoverCard(),
  ) {
    addStyle(style);
    const canvas = h("canvas", { "aria-hidden": "true" });
    const names = h("canvas", { class: "names", "aria-hidden": "true" });
    this.stage.append(canvas, names, this.ring);
    this.stage.setAttribute("aria-label", KEYS);
    const own = [this.legend, this.tools, hoverCard.card].map((part) => part.element);
    const element = h(
      "div",
      { class: "explorer-map", role: "figure" },
      this.stage,
      ...own,
      this.message,
    );
    this.element = Object.assign(element, { place: (index: number) => this.place(index) });
    parent.append(element);
    this.overlay = new Overlay(names);
    this.engine = makeEngine(canvas);
    this.engine.onDrawn((drawn) => this.see(drawn));
    this.hand = new Hand(this.stage, this.tools, {
      view: () => this.view,
      size: () => this.size(),
      fitted: () => this.fitted(),
      look: (view) => this.look(view),
      enter: () => this.enter(),
      leave: () => this.leave(),
      hover: (at) => void this.hover(at),
      click: (at) => void this.click(at),
      whole: () => this.whole(),
      drag: () => this.hoverCard.hide(),
      encircle: (corners, mode) => void this.encircle(corners, mode),
      redraw: () => this.frames.ask(),
    });
    element.addEventListener("keydown", (event) => this.key(event));
    this.observer.observe(this.stage);
  }

  update(data: ScatterMapData): void {
    this.data = data;
    this.element.setAttribute("aria-label", data.alt);
    this.draw(data).catch((error: Error) => {
      if (this.data !== data) return;
      this.message.textContent = `This map could not be drawn: ${error.message}`;
      this.message.hidden = false;
    });
  }

  close(): void {
    this.closed = true;
    this.hand.close();
    this.leave();
    for (const stop of this.stopListening) stop();
    this.observer.disconnect();
    this.frames.close();
    this.hoverCard.close();
    this.engine.close();
    this.element.remove();
  }

  private async draw(data: ScatterMapData): Promise<void> {
    const paths = [data.points, data.labels, data.errors, data.color.column];
    const [points, labels, errors, column] = await this.columns.get(paths);
    if (this.closed || this.data !== data) return;
    const former = this.drawn;
    this.drawn = data;
    this.message.hidden = true;
    const work: Promise<unknown>[] = [];
    if (former?.points !== data.points)
      work.push(this.arrange(points.data as Float32Array, data, former));
    const anew = former?.labels !== data.labels;
    if (anew || JSON.stringify(former?.color) !== JSON.stringify(data.color)) {
      work.push(this.paint(data, labels.data as Int32Array, column.data));
    }
    this.hoverCard.update(data, labels.data, errors.data);
    this.follow(data, former);
    await Promise.all(work);
    if (work.length) await this.nameGroups(data);
    await this.engine.whole();
    if (this.drawn !== data) return;
    const { dataset } = this.element;
    dataset.points = String(finite(this.points));
    dataset.drawn = String((Number(dataset.drawn) || 0) + 1);
  }

  /** Draws other points: those of the same images travel to their new places. */
  private async arrange(
    points: Float32Array,
    data: ScatterMapData,
    former: ScatterMapData | undefined,
  ): Promise<void> {
    const n = points.length >> 1;
    const x = Float32Array.from({ length: n }, (_, i) => points[2 * i]);
    const y = Float32Array.from({ length: n }, (_, i) => points[2 * i + 1]);
    this.points = points;
    this.bounds = boundsOf(x, y);
    this.moved = false;
    this.leave();
    this.resize(false);
    this.view = this.fitted();
    if (!former || former.labels !== data.labels) {
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

  private async paint(
    data: ScatterMapData,
    labels: ArrayLike<number>,
    column: ArrayLike<number>,
  ): Promise<void> {
    const { engine, legend } = this;
    const { color } = data;
    const groups = groupsOf(data);
    const numbers = color.kind === "groups" ? column : labels;
    const work = [
      engine.group(Uint16Array.from(numbers)),
      engine.color(columnOf(color, column), paletteOf(color)),
    ];
    this.show(new Uint8Array(groups.length).fill(1));
    if (color.kind === "values") legend.values(color);
    else legend.groups(color, counts(numbers, this.points, groups.length), this.shown);
    await Promise.all(work);
  }

  private async nameGroups(data: ScatterMapData): Promise<void> {
    const groups = groupsOf(data);
    const places = await this.engine.places();
    if (this.drawn !== data) return;
    this.names = places.map((place) => ({ ...place, text: groups[place.group]?.name ?? "" }));
    this.frames.ask();
  }

  private follow({ name, group }: ScatterMapData, former: ScatterMapData | undefined): void {
    if (name === former?.name && group === former.group) return;
    const { point, group: groups } = this.selection;
    for (const stop of this.stopListening) stop();
    this.stopListening = [
      point.listen(name, (index) => this.choose(index)),
      groups.listen(group, (indices) => this.highlight(indices)),
    ];
    this.choose(point.get(name) ?? null);
    this.highlight(groups.get(group) ?? []);
  }

  private choose(index: number | null): void {
    this.chosen = index;
    this.frames.ask();
  }

  private highlight(indices: readonly number[]): void {
    this.group = indices;
    const n = this.points.length >> 1;
    const known = indices.filter((index) => index >= 0 && index < n);
    this.engine.select(known.length ? maskOf(known, n) : undefined);
    this.element.dataset.selected = String(known.length);
    this.tools.selected(indices.length > 0);
  }

  private show(shown: Shown): void {
    this.shown = shown;
    const hidden = shown.reduce((count, value) => count + 1 - value, 0);
    this.engine.show(hidden ? shown.slice() : undefined);
    this.element.dataset.hidden = String(hidden);
    this.frames.ask();
  }

  private see({ view, whole, moving }: Drawn): void {
    this.seen = view;
    this.drawOver();
    const { at, pressed } = this.hand;
    if (whole && !moving && at && !pressed) void this.hover(at);
  }

  private drawOver(): void {
    const { seen, names, shown, points, over, hand } = this;
    const size = this.size();
    const at = (index: number) =>
      toScreen(seen, size, { x: points[2 * index], y: points[2 * index + 1] });
    this.overlay.draw({
      ...{ view: seen, size, style: themeOf(this.element), axes: this.drawn?.axes ?? null },
      names: this.travelling ? [] : names.filter(({ group }) => shown[group] === 1),
      outline: hand.outline,
      hovered: over === null || hand.pressed ? undefined : at(over),
    });
    const ringed = this.chosen !== null && !this.travelling && this.chosen < points.length >> 1;
    const { x, y } = ringed ? at(this.chosen as number) : { x: NaN, y: NaN };
    this.ring.hidden = !(ringed && Number.isFinite(x));
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  private size(): Size {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  private resize(look = true): void {
    this.engine.resize(this.size());
    if (!look || !this.drawn) return;
    if (!this.moved) this.view = this.fitted();
    this.engine.look(this.view);
  }

  private fitted(): View {
    return besideLegend(this.bounds, this.size(), globalThis.innerWidth <= NARROW);
  }

  private look(view: View, milliseconds = 0): void {
    this.moved = true;
    this.view = view;
    this.engine.look(view, milliseconds);
  }

  private whole(): void {
    this.look(this.fitted(), 250);
    this.moved = false;
  }

  private act(action: Action): void {
    if (action === "whole") this.whole();
    else if (action === "clear") this.enclose([]);
    else if (document.fullscreenElement) void document.exitFullscreen();
    else void this.element.requestFullscreen();
  }

  private enter(): void {
    void this.hoverCard.prepare();
    if (this.drawn) this.selection.hover.set(this.drawn.name, { index: null }, "user");
  }

  private leave(): void {
    this.pointAt(null);
    this.hoverCard.hide();
    const name = this.drawn?.name;
    if (name && this.selection.hover.get(name)) this.selection.hover.set(name, null, "user");
  }

  /** Chooses the point at a place. */
  private async click({ x, y }: Spot): Promise<void> {
    const hit = await this.engine.hover(x, y);
    if (!hit || !this.drawn || hit.point === this.chosen) return;
    this.selection.point.set(this.drawn.name, hit.point, "user");
  }

  /** Selects the points within corners, given in CSS pixels. */
  private async encircle(corners: Spot[], mode: Mode): Promise<void> {
    const polygon = corners.flatMap((corner) => {
      const { x, y } = toData(this.seen, this.size(), corner);
      return [x, y];
    });
    const found = await this.engine.inside(Float64Array.from(polygon));
    const n = this.points.length >> 1;
    const former = this.group.length ? maskOf(this.group, n) : undefined;
    this.enclose(numbersOf(combine(former, found, mode, n)));
  }

  private enclose(indices: ArrayLike<number>): void {
    if (this.drawn) this.selection.group.set(this.drawn.group, Array.from(indices), "user");
  }

  private async hover(at: Spot): Promise<void> {
    if (!this.drawn || this.travelling) return;
    const hit = await this.engine.hover(at.x, at.y).catch(() => null);
    if (hit === null || !this.hand.at || this.hand.pressed || !this.drawn) return;
    const index = hit?.point ?? null;
    if (index !== this.over) {
      this.selection.hover.set(this.drawn.name, { index }, "user");
      this.pointAt(index);
    }
    const size = this.size();
    this.hoverCard.show({ at, index, place: toData(this.seen, size, at) }, size);
  }

  private pointAt(index: number | null): void {
    this.over = index;
    this.stage.toggleAttribute("data-over", index !== null);
    this.frames.ask();
  }

  private key(event: KeyboardEvent): void {
    const size = this.size();
    const middle = { x: size.width / 2, y: size.height / 2 };
    const move = MOVES[event.key];
    if (event.key === "Escape") {
      if (this.hand.pressed) this.hand.release();
      else if (this.group.length) this.enclose([]);
    } else if (event.target !== this.stage || event.ctrlKey || event.metaKey) return;
    else if (move) this.look(pan(this.view, ...move));
    else if (event.key === "0" || event.key === "Home") this.whole();
    else if (event.key === "+" || event.key === "=") {
      this.look(zoom(this.view, size, 1.3, middle, this.fitted()));
    } else if (event.key === "-") {
      this.look(zoom(this.view, size, 1 / 1.3, middle, this.fitted()));
    } else return;
    event.preventDefault();
  }

  private place(index: number): [number, number] | undefined {
    const [x, y] = this.points.subarray(2 * index, 2 * index + 2);
    if (!this.drawn || !Number.isFinite(x) || this.travelling) return undefined;
    const at = toScreen(this.seen, this.size(), { x, y });
    const box = this.stage.getBoundingClientRect();
    return [box.left + at.x, box.top + at.y];
  }
}
