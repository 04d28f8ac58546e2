import type { ScatterMapData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import { beside, fetchFile, type NpyArray, readNpy } from "../shared/files";
import { EachFrame } from "../shared/schedule";
import type { Selection } from "../shared/selection";
import type { View as PageView } from "../shared/view";
import { palette, scalePalette } from "./colors";
import { Engine } from "./engine";
import { listen } from "./gestures";
import { HoverCard } from "./hover";
import { Legend, type Shown } from "./legend";
import style from "./map.css";
import type { Drawn } from "./messages";
import { type Name, Overlay } from "./overlay";
import { combine, maskOf, numbersOf } from "./selection";
import { type Action, modeOf, outline, Toolbar } from "./tools";
import {
  type Bounds,
  boundsOf,
  fitView,
  MARGIN,
  pan,
  type Size,
  type Spot,
  toData,
  toScreen,
  type View,
  zoom,
} from "./view";

/** A click is one that moves less than this, in CSS pixels. */
const STILL = 4;
/** Room for the legend where there is some to spare, in CSS pixels: at the right, or below. */
const BESIDE = 180;
const BELOW = 100;
/** Width below which the legend lies below. */
const NARROW = 640;
const EMPTY: Bounds = { left: -1, right: 1, bottom: -1, top: 1 };
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

type Load = (path: string) => Promise<NpyArray>;
const loadFile: Load = async (path) => readNpy(await fetchFile(path));

/** A 2-D map of test images, on which one or many can be chosen. */
export class ScatterMap implements PageView<ScatterMapData> {
  private readonly stage = h("div", { class: "stage", tabindex: 0, role: "group" });
  private readonly ring = h("div", { class: "ring", hidden: true });
  private readonly message = h("div", { class: "message", hidden: true });
  private readonly tools = new Toolbar(
    () => this.choseTool(),
    (action) => this.act(action),
  );
  private readonly legend = new Legend((shown) => this.show(shown));
  private readonly hoverCard: HoverCard;
  private readonly element: MapElement;
  private readonly overlay: Overlay;
  private readonly engine: Engine;
  private readonly frames = new EachFrame(() => this.drawOver());
  private readonly observer = new ResizeObserver(() => this.resize());
  private readonly ended = new AbortController();
  private files = new Map<string, Promise<NpyArray>>();
  private data?: ScatterMapData;
  private drawn?: ScatterMapData;
  private points: Float32Array = new Float32Array(0);
  private bounds = EMPTY;
  private view: View = fitView(EMPTY, { width: 1, height: 1 });
  /** The view of the picture that is seen. */
  private seen: View = this.view;
  /** Whether a hand has moved the view. */
  private moved = false;
  private travelling = false;
  private names: Name[] = [];
  private shown: Shown = new Uint8Array(0);
  private chosen: number | null = null;
  private group: readonly number[] = [];
  private pointer?: Spot;
  private over: number | null = null;
  private press?: { at: Spot; spots: Spot[] };
  private stopListening: (() => void)[] = [];

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
    makeEngine = (canvas: HTMLCanvasElement) => new Engine(canvas, beside(MAP_WORKER_FILE)),
    private readonly load: Load = loadFile,
    hoverCard = new HoverCard(),
  ) {
    addStyle(style);
    this.hoverCard = hoverCard;
    const canvas = h("canvas", { "aria-hidden": "true" });
    const names = h("canvas", { class: "names", "aria-hidden": "true" });
    this.stage.append(canvas, names, this.ring);
    this.stage.setAttribute(
      "aria-label",
      "Points. Arrow keys move the map, plus and minus zoom, 0 shows all, Escape clears the selection",
    );
    const own = [this.stage, this.legend.element, this.tools.element, this.message];
    const element = h("div", { class: "explorer-map", role: "figure" }, ...own);
    element.append(hoverCard.card.element);
    this.element = Object.assign(element, { place: (index: number) => this.place(index) });
    parent.append(element);
    this.overlay = new Overlay(names);
    this.engine = makeEngine(canvas);
    this.engine.onDrawn((drawn) => this.see(drawn));
    this.listen();
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
    this.ended.abort();
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
    this.files = new Map(paths.map((path) => [path, this.files.get(path) ?? this.load(path)]));
    const [points, labels, errors, column] = await Promise.all(
      paths.map((path) => this.files.get(path) as Promise<NpyArray>),
    );
    if (this.ended.signal.aborted || this.data !== data) return;
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
    this.travelling = true;
    await this.engine.travel({ x, y }, this.view);
    this.travelling = false;
  }

  private async paint(
    data: ScatterMapData,
    labels: Int32Array,
    column: ArrayLike<number>,
  ): Promise<void> {
    const { engine, legend } = this;
    const { color } = data;
    const groups = color.kind === "groups" ? color.groups : data.classes;
    const numbers = color.kind === "groups" ? column : labels;
    const indices = () => Uint16Array.from(numbers);
    this.shown = new Uint8Array(groups.length).fill(1);
    const counts = new Uint32Array(groups.length);
    for (let i = 0; i < numbers.length; i++) {
      if (!Number.isNaN(this.points[2 * i])) counts[numbers[i]] += 1;
    }
    const work: Promise<unknown>[] = [engine.group(indices())];
    if (color.kind === "groups") {
      const colors = palette(groups.map((group) => group.color));
      work.push(engine.color({ kind: "index", column: indices() }, colors));
      legend.groups(color, counts, this.shown);
    } else {
      const { low, high } = color;
      const values = { kind: "value", column: Float32Array.from(column), low, high } as const;
      work.push(engine.color(values, scalePalette(color.scale)));
      legend.values(color);
    }
    this.show(this.shown);
    await Promise.all(work);
  }

  private async nameGroups(data: ScatterMapData): Promise<void> {
    const groups = data.color.kind === "groups" ? data.color.groups : data.classes;
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
    if (whole && !moving && this.pointer && !this.press) void this.hover(this.pointer);
  }

  private drawOver(): void {
    const { seen, names, shown, points, over, press } = this;
    const size = this.size();
    const at = (index: number) =>
      toScreen(seen, size, { x: points[2 * index], y: points[2 * index + 1] });
    this.overlay.draw({
      ...{ view: seen, size, style: this.style(), axes: this.drawn?.axes ?? null },
      names: this.travelling ? [] : names.filter(({ group }) => shown[group] === 1),
      outline: press && this.tools.tool !== "pan" ? outline(this.tools.tool, press.spots) : [],
      hovered: over === null || press ? undefined : at(over),
    });
    const ringed = this.chosen !== null && !this.travelling && this.chosen < points.length >> 1;
    const { x, y } = ringed ? at(this.chosen as number) : { x: NaN, y: NaN };
    this.ring.hidden = !(ringed && Number.isFinite(x));
    this.ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  private style() {
    const found = getComputedStyle(this.element);
    const color = (name: string, other: string) => found.getPropertyValue(name).trim() || other;
    return {
      text: color("--st-text-color", "#31333f"),
      background: color("--st-background-color", "#fff"),
      accent: color("--st-primary-color", "#e8467c"),
      family: color("--st-font", "sans-serif"),
    };
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

  /** The view that shows all; what room there is to spare is left to the legend. */
  private fitted(): View {
    const size = this.size();
    const { left, right, bottom, top } = this.bounds;
    const fit = fitView(this.bounds, size);
    const spare = (length: number, extent: number) =>
      Math.max(0, length - 2 * MARGIN - extent * fit.scale) / 2 / fit.scale;
    if (globalThis.innerWidth <= NARROW) {
      const room = Math.min(BELOW / 2 / fit.scale, spare(size.height, top - bottom));
      return { ...fit, y: fit.y - room };
    }
    const room = Math.min(BESIDE / 2 / fit.scale, spare(size.width, right - left));
    return { ...fit, x: fit.x + room };
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

  private choseTool(): void {
    this.stage.dataset.tool = this.tools?.tool ?? "pan";
  }

  private listen(): void {
    const { stage, element } = this;
    const { signal } = this.ended;
    listen(stage, {
      view: () => this.view,
      size: () => this.size(),
      fitted: () => this.fitted(),
      look: (view) => this.look(view),
      pans: () => this.tools.tool === "pan",
    });
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ) => stage.addEventListener(type, act, { signal });
    on("pointerenter", () => this.enter());
    on("pointerleave", () => this.leave());
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => void this.up(event));
    on("pointercancel", () => this.release());
    on("dblclick", () => this.tools.tool === "pan" && this.whole());
    element.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  private spot({ clientX, clientY }: MouseEvent): Spot {
    const box = this.stage.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  private enter(): void {
    void this.hoverCard.prepare();
    if (this.drawn) this.selection.hover.set(this.drawn.name, { index: null }, "user");
  }

  private leave(): void {
    this.pointer = undefined;
    this.pointAt(null);
    this.hoverCard.hide();
    const name = this.drawn?.name;
    if (name && this.selection.hover.get(name)) this.selection.hover.set(name, null, "user");
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.spot(event);
    this.press = { at, spots: [at] };
    if (this.tools.tool !== "pan") this.stage.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const at = this.spot(event);
    if (!this.press) {
      this.pointer = at;
      void this.hover(at);
      return;
    }
    this.press.spots.push(at);
    if (far(this.press.spots)) this.hoverCard.hide();
    if (this.tools.tool !== "pan") this.frames.ask();
  }

  private async up(event: PointerEvent): Promise<void> {
    const { press, drawn } = this;
    this.release();
    if (!press || !drawn) return;
    if (!far(press.spots)) {
      const hit = await this.engine.hover(press.at.x, press.at.y);
      if (hit && hit.point !== this.chosen) {
        this.selection.point.set(drawn.name, hit.point, "user");
      }
      return;
    }
    if (this.tools.tool === "pan") return;
    const corners = outline(this.tools.tool, press.spots);
    const polygon = corners.flatMap((corner) => {
      const { x, y } = toData(this.seen, this.size(), corner);
      return [x, y];
    });
    const found = await this.engine.inside(Float64Array.from(polygon));
    const n = this.points.length >> 1;
    const former = this.group.length ? maskOf(this.group, n) : undefined;
    this.enclose(numbersOf(combine(former, found, modeOf(event), n)));
  }

  private release(): void {
    this.press = undefined;
    this.frames.ask();
  }

  private enclose(indices: ArrayLike<number>): void {
    if (this.drawn) this.selection.group.set(this.drawn.group, Array.from(indices), "user");
  }

  private async hover(at: Spot): Promise<void> {
    if (!this.drawn || this.travelling) return;
    const hit = await this.engine.hover(at.x, at.y).catch(() => null);
    if (hit === null || !this.pointer || this.press || !this.drawn) return;
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
      if (this.press) this.release();
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

/** Whether a press has moved. */
function far(spots: Spot[]): boolean {
  const [first] = spots;
  return spots.some(({ x, y }) => Math.hypot(x - first.x, y - first.y) >= STILL);
}

function finite(points: Float32Array): number {
  let count = 0;
  for (let i = 0; i < points.length; i += 2) if (Number.isFinite(points[i])) count += 1;
  return count;
}
