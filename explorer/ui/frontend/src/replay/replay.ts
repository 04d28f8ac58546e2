import { classPaint } from "../map/colors";
import type { Paint, Settings } from "../map/content";
import { PRIOR } from "../map/ellipses";
import { MapView } from "../map/mapview";
import { fitView, reducedMotion } from "../map/view";
import type { ReplayData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import { EachFrame } from "../shared/schedule";
import type { Selection } from "../shared/selection";
import type { View } from "../shared/view";
import { between, type Film, readFilm } from "./film";
import style from "./replay.css";

/** Milliseconds from one epoch to the next; long trainings play in this many in all. */
const EPOCH = 600;
const LONGEST = 20_000;
const EMPTY = { left: 0, right: 1, bottom: 0, top: 1 };
/** Images beside the map. */
const PAIRS = 10;

/**
 * A film of a training: the codes of the test images and ten reconstructions, epoch by epoch. To
 * drag the slider asks the server nothing, and between two epochs the points glide.
 */
export class Replay implements View<ReplayData> {
  private readonly root = h("div", { class: "explorer-replay" });
  private readonly map: MapView;
  private readonly heading = h("div", { class: "heading" });
  private readonly pairs = Array.from({ length: PAIRS }, () => ({
    original: h("div", { class: "tile", role: "img", "aria-label": "original" }),
    reconstruction: h("div", { class: "tile", role: "img", "aria-label": "reconstruction" }),
  }));
  private readonly legend = h("div", { class: "legend" });
  private readonly play = h("button", { class: "play", type: "button" });
  private readonly slider = h("input", {
    type: "range",
    min: 0,
    step: "any",
    "aria-label": "Epoch",
  });
  private readonly epoch = h("output", { class: "epoch" });
  private readonly frame = new EachFrame(() => this.step());

  private data: ReplayData | undefined;
  private film: Film = { frames: [], labels: new Uint8Array(0), bounds: EMPTY };
  private paint: Paint | undefined;
  /** The points that are shown. */
  private shown: Float32Array | undefined;
  /** The frame that is shown; between two whole numbers the points are between two frames. */
  private at = 0;
  /** The frame that it moves to, if it moves. */
  private target: number | null = null;
  private before: number | null = null;
  private playing = false;
  /** Whether it moves on to each new frame of a training. */
  private following = true;
  private images: { data: ReplayData; frame: number } | undefined;

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
    makeEngine?: Settings["makeEngine"],
  ) {
    addStyle(style);
    const map = h("div", { class: "map" });
    this.map = new MapView(
      map,
      {},
      { fit: (_, size) => fitView(this.film.bounds, size), makeEngine },
    );
    const tiles = this.pairs.map(({ original, reconstruction }, i) => {
      for (const tile of [original, reconstruction]) {
        tile.style.backgroundPosition = `${(i * 100) / (PAIRS - 1)}% 0`;
      }
      return h("div", { class: "pair" }, original, reconstruction);
    });
    this.root.append(
      map,
      h(
        "div",
        { class: "side" },
        this.heading,
        h("div", { class: "tiles" }, ...tiles),
        this.legend,
      ),
      h("div", { class: "controls" }, this.play, this.slider, this.epoch),
    );
    parent.append(this.root);
    this.slider.addEventListener("input", () => this.drag());
    this.slider.addEventListener("keydown", (event) => this.press(event));
    this.play.addEventListener("click", () => this.toggle());
  }

  update(data: ReplayData): void {
    const { data: former } = this;
    this.data = data;
    const another = former?.name !== data.name;
    if (another || former.epochs.join() !== data.epochs.join()) this.receive(data, another);
    this.draw();
  }

  close(): void {
    this.stop();
    this.frame.close();
    this.map.close();
    this.root.remove();
  }

  private get last(): number {
    return this.film.frames.length - 1;
  }

  private receive(data: ReplayData, another: boolean): void {
    this.film = readFilm(data);
    this.heading.textContent = data.heading;
    this.paint = classPaint(this.film.labels, data.colors, data.class_names);
    this.shown = undefined;
    this.map.outline(data.prior ? PRIOR : []);
    const shown = data.class_names.flatMap((name, i) => {
      if (!name || !this.film.labels.includes(i)) return [];
      const spot = h("i");
      spot.style.background = data.colors[i];
      return [h("span", {}, spot, name)];
    });
    this.legend.replaceChildren(...shown);
    this.slider.max = String(this.last);
    this.slider.disabled = this.play.disabled = this.last === 0;
    this.label();
    if (another) this.go(this.last);
    else if (this.following) this.glide(this.last);
  }

  private drag(): void {
    this.stop();
    this.at = Number(this.slider.value);
    this.following = this.at > this.last - 0.02;
    this.draw();
  }

  private press(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.go(Math.min(this.last, Math.max(0, Math.round(this.at) + step)));
  }

  private toggle(): void {
    if (this.playing) {
      this.stop();
      return;
    }
    if (this.at > this.last - 0.02) this.at = 0;
    this.playing = true;
    this.following = true;
    this.glide(this.last);
  }

  /** Shows a frame at once. */
  private go(frame: number): void {
    this.stop();
    this.at = frame;
    this.following = frame === this.last;
    this.draw();
  }

  private stop(): void {
    this.playing = false;
    this.target = null;
    this.label();
  }

  /** Moves to a frame, one epoch after the other. */
  private glide(target: number): void {
    if (reducedMotion() && !this.playing) {
      this.at = target;
      this.draw();
      return;
    }
    const moving = this.target !== null;
    this.target = target;
    this.label();
    if (moving) return;
    this.before = null;
    this.frame.ask();
  }

  private step(): void {
    if (this.target === null) return;
    const now = performance.now();
    const speed = Math.max(1 / EPOCH, this.film.frames.length / LONGEST);
    // The first step only takes the time.
    this.at = Math.min(this.target, this.at + (now - (this.before ?? now)) * speed);
    this.before = now;
    if (this.at >= this.target) this.stop();
    else this.frame.ask();
    this.draw();
  }

  private label(): void {
    const text = this.playing ? "Pause" : "Play how the codes formed";
    this.play.textContent = this.playing ? "❚❚" : "▶";
    this.play.setAttribute("aria-label", text);
    this.play.title = text;
  }

  private draw(): void {
    const { data, film, root } = this;
    if (!data || !film.frames.length) return;
    const at = Math.min(this.at, this.last);
    this.place(data, between(film.frames, reducedMotion() ? Math.floor(at) : at));
    const nearest = Math.round(at);
    this.describe(data, nearest);
    this.slider.value = String(at);
    root.dataset.epoch = String(data.epochs[nearest]);
    this.selection.epoch.set(data.name, data.epochs[nearest], "user");
  }

  private place(data: ReplayData, points: Float32Array): void {
    const { film, shown, paint, map } = this;
    if (points === shown || !paint) return;
    this.shown = points;
    // Points of another film, or of one that has grown: the view fits all of them.
    if (!shown) {
      const of = `${data.name} ${film.labels.length}`;
      void map.draw({ of, points, paint, axes: data.axes }).catch(console.error);
    } else map.move(points);
  }

  private describe(data: ReplayData, frame: number): void {
    if (this.images?.data === data && this.images.frame === frame) return;
    this.images = { data, frame };
    for (const { original, reconstruction } of this.pairs) {
      original.style.backgroundImage = `url(${data.originals})`;
      reconstruction.style.backgroundImage = `url(${data.strips[frame]})`;
    }
    this.epoch.textContent = `epoch ${data.epochs[frame]} of ${data.total}`;
    this.map.element.setAttribute(
      "aria-label",
      `${data.caption}, after epoch ${data.epochs[frame]}`,
    );
  }
}
