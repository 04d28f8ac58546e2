import type { Decodes } from "./decoder";
import { h, select } from "./dom";
import { judge, type Neighbour, nearest, type Verdict } from "./nearest";
import { Pad } from "./pad";
import { Picture } from "./picture";
import { axesPlane, mapPlane, type Plane } from "./plane";
import { Newest } from "./schedule";
import type { Space } from "./space";
import type { ImageShape } from "./types";
import type { Walk } from "./walk";

const NEIGHBOURS = 5;

const WORDS: Record<Verdict, { title: string; text: string }> = {
  inside: { title: "Inside the data", text: "Real codes are as near to each other as this." },
  edge: { title: "At the edge of the data", text: "Few real codes are this far from the next." },
  hole: { title: "In a hole", text: "Hardly any real code is this far from all others." },
};

/** The map with a cross, the nearest real image, and whether any real code is near at all. */
export class WhereAmI {
  readonly element = h("section", { class: "where", "aria-label": "Where am I?" });
  private readonly pad: Pad;
  private plane: Plane | undefined;
  private readonly planes = new Map<string, () => Plane>();
  private readonly caption = h("p", { class: "caption" });
  private readonly nearestPicture: Picture;
  private readonly nearestText = h("p", { class: "caption" });
  private readonly title = h("strong", {});
  private readonly text = h("span", { class: "caption" });
  private readonly meter = h("div", { class: "needle" });
  private images: Uint8Array | undefined;
  private shownIndex = -1;
  private readonly recon: Newest<number>;
  private neighbours: Neighbour[] = [];

  constructor(
    private readonly space: Space,
    private readonly walk: Walk,
    decoder: Decodes,
    private readonly shape: ImageShape,
    mapPoints: Float32Array | undefined,
  ) {
    const { classes } = space.data;
    this.pad = new Pad(
      (index) => classes[space.labels[index]]?.color ?? "#888888",
      (x, y) => {
        if (this.plane?.reach) walk.move(this.plane.reach(walk.position, x, y));
      },
      () => walk.release(),
    );
    this.nearestPicture = new Picture(shape, "nearest", "Nearest real image");
    this.recon = new Newest(async (index) => {
      const image = await decoder.decode(space.code(index), 1);
      if (index === this.shownIndex && !this.images) this.nearestPicture.draw(image);
    });
    this.offerPlanes(mapPoints);
    this.element.append(this.chooser(), this.pad.element, this.caption, this.verdict());
    this.showPlane(this.planes.keys().next().value ?? "");
  }

  /** Takes the real images once they have arrived; until then reconstructions stand in. */
  setImages(images: Uint8Array): void {
    this.images = images;
    this.shownIndex = -1;
    this.update(this.walk.position);
  }

  update(z: Float32Array): void {
    this.neighbours = nearest(this.space.codes, z, NEIGHBOURS);
    const [first] = this.neighbours;
    if (!first) return;
    this.mark(z);
    const quantiles = this.space.data.neighbour_quantiles;
    const { verdict, percentile } = judge(first.distance, quantiles);
    if (this.title.textContent !== WORDS[verdict].title) {
      this.title.textContent = WORDS[verdict].title;
      this.text.textContent = WORDS[verdict].text;
      this.element.dataset.verdict = verdict;
    }
    this.meter.style.left = `${100 * percentile}%`;
    const share = percentile < 0.995 ? Math.round(100 * percentile) : 99;
    this.nearestText.textContent =
      `${this.space.nameOf(first.index)} · distance ${first.distance.toFixed(2)}, ` +
      `${percentile >= 0.995 ? "over " : ""}${share} % of real codes have a nearer neighbour`;
    this.showNearest(first.index);
  }

  /** Brings the texts for screen readers up to date; too slow to do while dragging. */
  describe(): void {
    const [first] = this.neighbours;
    if (!first) return;
    this.pad.describe(`${this.plane?.caption ?? ""} ${this.title.textContent}.`);
    this.nearestPicture.describe(`Nearest real image: ${this.space.nameOf(first.index)}`);
  }

  /** One sentence about the place, for the large image's text alternative. */
  summary(): string {
    const [first] = this.neighbours;
    return first
      ? `${this.title.textContent}; nearest real image: ${this.space.nameOf(first.index)}`
      : "";
  }

  close(): void {
    this.recon.close();
  }

  private offerPlanes(mapPoints: Float32Array | undefined): void {
    const { space } = this;
    const { map } = space.data;
    const [first, second] = [...space.order.slice(0, 2)].sort((a, b) => a - b);
    const axes = () => axesPlane(space, first, second ?? first);
    if (space.zDim === 2) this.planes.set("axes", axes);
    if (map && mapPoints && !(space.zDim === 2 && map.linear)) {
      this.planes.set("map", () => mapPlane(map, mapPoints));
    }
    if (space.zDim !== 2) this.planes.set("axes", axes);
  }

  private chooser(): HTMLElement {
    const { space } = this;
    const numbers = Array.from({ length: space.zDim }, (_, i) => i);
    const options = numbers.map((i) => ({ value: String(i), text: `z${i}` }));
    const pick = () => this.use(axesPlane(space, Number(across.value), Number(up.value)));
    const across = select("Horizontal dimension", options, pick);
    const up = select("Vertical dimension", options, pick);
    const [first, second] = [...space.order.slice(0, 2)].sort((a, b) => a - b);
    across.value = String(first);
    up.value = String(second ?? first);
    const axes = h("span", { class: "axes", hidden: this.planes.size > 1 }, across, " × ", up);
    const names = { map: space.data.map?.name ?? "Map", axes: "Two dimensions" };
    const views = [...this.planes.keys()].map((value) => ({
      value,
      text: value === "axes" ? names.axes : `${names.map} map`,
    }));
    const view = select("Kind of map", views, (value) => {
      axes.hidden = value !== "axes" || space.zDim === 2;
      if (value === "axes") pick();
      else this.showPlane(value);
    });
    const plain = space.zDim === 2 && views.length === 1;
    axes.hidden = plain || view.value !== "axes" || space.zDim === 2;
    return h(
      "div",
      { class: "bar" },
      h("h3", {}, "Where am I?"),
      plain || views.length < 2 ? null : view,
      axes,
    );
  }

  private verdict(): HTMLElement {
    const scale = h("div", { class: "scale", "aria-hidden": "true" }, this.meter);
    const words = h("div", { class: "words" }, this.title, scale, this.text, this.nearestText);
    return h("div", { class: "verdict" }, this.nearestPicture.canvas, words);
  }

  private showPlane(name: string): void {
    const make = this.planes.get(name);
    if (make) this.use(make());
  }

  private use(plane: Plane): void {
    this.plane = plane;
    this.caption.textContent = plane.caption;
    this.pad.show(plane);
    this.mark(this.walk.position);
    this.describe();
  }

  private mark(z: Float32Array): void {
    if (!this.plane || !this.neighbours.length) return;
    const { x, y } = this.plane.place(z, this.neighbours);
    this.pad.mark(x, y);
  }

  private showNearest(index: number): void {
    if (index === this.shownIndex) return;
    this.shownIndex = index;
    if (this.images) {
      const { width, height, channels } = this.shape;
      const size = width * height * channels;
      this.nearestPicture.draw(this.images.subarray(index * size, (index + 1) * size), 1);
    } else {
      this.recon.ask(index);
    }
  }
}
