import type { MapData } from "../shared/contract";
import { h, select } from "../shared/dom";
import { type Neighbour, nearest } from "./nearest";
import { Pad } from "./pad";
import { axesPlane, linePlane, mapPlane, type Plane } from "./plane";
import type { Space } from "./space";
import type { Walk } from "./walk";

const AXES = "axes";
const CIRCLE = Array.from({ length: 64 }, (_, i) => [
  Math.cos((2 * Math.PI * i) / 64),
  Math.sin((2 * Math.PI * i) / 64),
]);
/** Real codes among which a code lies on a map without a formula. */
export const NEIGHBOURS = 5;

/** The small map with the cross: any two dimensions, or one of the maps of the server. */
export class Atlas {
  readonly element = h("div", { class: "atlas" });
  private readonly pad: Pad;
  private readonly caption = h("p", { class: "caption" });
  private readonly axes = h("span", { class: "axes" });
  private readonly across: HTMLSelectElement;
  private readonly up: HTMLSelectElement;
  private plane: Plane | undefined;
  private wanted = "";
  private neighbours: Neighbour[] = [];
  private route: Float32Array[] = [];
  private shown: Parameters<Atlas["star"]> = [null, null];

  /** @param loadPoints Fetches the points of a map, (n, 2). */
  constructor(
    private readonly space: Space,
    private readonly walk: Walk,
    private readonly loadPoints: (map: MapData) => Promise<Float32Array>,
  ) {
    const { classes, maps } = space.data;
    this.pad = new Pad(
      classes,
      space.labels,
      (x, y) => {
        if (this.plane?.reach) walk.move(this.plane.reach(walk.position, x, y));
      },
      () => walk.release(),
    );
    const numbers = Array.from({ length: space.zDim }, (_, i) => i);
    const options = numbers.map((i) => ({ value: String(i), text: `z${i}` }));
    this.across = select("Horizontal dimension", options, () => this.showAxes());
    this.up = select("Vertical dimension", options, () => this.showAxes());
    const [first, second = first] = space.order.slice(0, 2).sort((a, b) => a - b);
    [this.across.value, this.up.value] = [String(first), String(second)];
    this.axes.append(this.across, " × ", this.up);

    // The space itself is the best map where it can be drawn; PCA of two dimensions only turns it.
    const drawable = space.zDim <= 3;
    const offered = maps.flatMap((map, i) =>
      space.zDim <= 2 && map.linear ? [] : [{ value: String(i), text: map.name }],
    );
    const own = { value: AXES, text: space.zDim === 2 ? "The space itself" : "Two dimensions" };
    const views = drawable ? [own, ...offered] : [...offered, own];
    const menu = select("Kind of map", views, (value) => void this.choose(value));
    menu.hidden = views.length < 2;
    this.element.append(
      h("div", { class: "bar" }, h("h2", {}, "Where am I?"), menu),
      this.pad.element,
      h("div", { class: "legend" }, this.axes, this.caption),
    );
    void this.choose(views[0].value);
  }

  /** @param neighbours The real codes nearest to z. */
  update(z: Float32Array, neighbours: Neighbour[]): void {
    this.neighbours = neighbours;
    if (!this.plane || !neighbours.length) return;
    const { x, y } = this.plane.place(z, neighbours);
    this.pad.mark(x, y);
  }

  /** Draws a path of codes from A to B; none without codes. */
  follow(codes: Float32Array[]): void {
    this.route = codes;
    const { plane, space } = this;
    if (!plane) return;
    this.pad.route(codes.map((z) => plane.place(z, nearest(space.codes, z, NEIGHBOURS))));
  }

  /** Shows where the code of an image lies, its q(z|x) and draws from it; null: none. */
  star(
    z: Float32Array | null,
    std: Float32Array | null,
    samples: readonly Float32Array[] = [],
  ): void {
    this.shown = [z, std, samples];
    const matrix = std && this.plane?.spread?.(std);
    if (!z || !matrix || !this.plane) {
      this.pad.star(z !== null);
      return;
    }
    const { plane } = this;
    const { x, y } = plane.place(z, []);
    const [xx, xy, yx, yy] = matrix;
    const outline = (sigma: number) =>
      CIRCLE.map(([cos, sin]) => ({
        x: x + sigma * (xx * cos + xy * sin),
        y: y + sigma * (yx * cos + yy * sin),
      }));
    const dots = samples.map((sample) => plane.place(sample, []));
    this.pad.star(true, [outline(1), outline(2)], dots);
  }

  close(): void {
    this.pad.close();
  }

  describe(text: string): void {
    this.pad.describe(`${this.plane?.caption ?? ""} ${text}`);
  }

  private async choose(view: string): Promise<void> {
    this.wanted = view;
    this.axes.hidden = view !== AXES || this.space.zDim <= 2;
    if (view === AXES) {
      this.showAxes();
      return;
    }
    const map = this.space.data.maps[Number(view)];
    try {
      const points = await this.loadPoints(map);
      if (this.wanted === view) this.show(mapPlane(map, points));
    } catch {
      this.caption.textContent = `The ${map.name} map could not be loaded; choose another one.`;
    }
  }

  private showAxes(): void {
    const { space, across, up } = this;
    this.show(
      space.zDim === 1
        ? linePlane(space)
        : axesPlane(space, Number(across.value), Number(up.value)),
    );
  }

  private show(plane: Plane): void {
    this.plane = plane;
    this.caption.textContent = plane.caption;
    this.pad.show(plane);
    this.follow(this.route);
    this.star(...this.shown);
    this.update(this.walk.position, this.neighbours);
    this.describe("");
  }
}
