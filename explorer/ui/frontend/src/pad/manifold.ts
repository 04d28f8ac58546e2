import { button, field, h, select, signed } from "../shared/dom";
import type { Context, Panel } from "./context";
import { savePng } from "./export";
import { linspace, normalQuantiles } from "./math";
import { Mosaic } from "./mosaic";

export type Spread = "data" | "prior";

/**
 * The codes of an n × n grid over two dimensions, the rest held as in z; the first row is the
 * highest.
 */
export function manifoldCodes(
  z: Float32Array,
  across: { dimension: number; values: number[] },
  up: { dimension: number; values: number[] },
): Float32Array {
  const codes = new Float32Array(up.values.length * across.values.length * z.length);
  let at = 0;
  for (const y of up.values.toReversed()) {
    for (const x of across.values) {
      codes.set(z, at);
      codes[at + across.dimension] = x;
      codes[at + up.dimension] = y;
      at += z.length;
    }
  }
  return codes;
}

/** Where an axis begins, which dimension it is, and where it ends. */
type Axis = [HTMLElement, HTMLElement, HTMLElement];

function axis(): Axis {
  return [h("span"), h("strong"), h("span")];
}

function label([low, name, high]: Axis, shown: { dimension: number; values: number[] }): void {
  low.textContent = signed(shown.values[0], 1);
  name.textContent = `z${shown.dimension}`;
  high.textContent = signed(shown.values[shown.values.length - 1], 1);
}

/** A plane of latent space decoded as a grid of images. */
export class Manifold implements Panel {
  readonly title = "Manifold";
  readonly element = h("div", { class: "manifold" });
  private readonly place = h("div", { class: "grid-place" });
  private readonly cross = h("div", { class: "cross" });
  private readonly axes = { across: axis(), up: axis() };
  private mosaic: Mosaic | undefined;
  private size = 20;
  private spread: Spread = "data";
  private across: number;
  private up: number;
  private drawn = "";

  constructor(private readonly context: Context) {
    const [first, second] = [...context.space.order.slice(0, 2)].sort((a, b) => a - b);
    this.across = first;
    this.up = second ?? first;
    const save = () => {
      if (this.mosaic) savePng(this.mosaic.canvas, `${context.space.data.name}-manifold`);
    };
    this.element.append(
      h("div", { class: "bar" }, ...this.controls(), button("PNG", "Save as a PNG file", save)),
      h(
        "p",
        { class: "caption" },
        "What the decoder makes of each point of a plane. The ring is where you are; click an image to go there.",
      ),
      h(
        "div",
        { class: "with-axes" },
        h("div", { class: "axis up" }, ...this.axes.up),
        this.place,
        h("div", { class: "axis across" }, ...this.axes.across),
      ),
    );
  }

  open(): void {
    this.drawn = "";
    this.update(this.context.walk.position);
  }

  leave(): void {
    this.context.batch.cancel();
  }

  update(z: Float32Array): void {
    this.mark(z);
    // The grid itself depends on the held dimensions alone.
    const held = z.filter((_, i) => i !== this.across && i !== this.up);
    const wanted = [this.size, this.spread, this.across, this.up, ...held].join();
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.draw(z);
  }

  private draw(z: Float32Array): void {
    const { size } = this;
    if (!this.mosaic || this.mosaic.count !== size * size) {
      this.context.batch.cancel();
      this.mosaic = new Mosaic({
        rows: size,
        columns: size,
        shape: this.context.shape,
        gap: 0,
        label: "Manifold: a plane of latent space decoded",
        choose: (cell) => this.go(cell),
      });
      this.mosaic.element.append(this.cross);
      this.place.replaceChildren(this.mosaic.element);
    }
    const { mosaic } = this;
    const across = { dimension: this.across, values: this.values(this.across) };
    const up = { dimension: this.up, values: this.values(this.up) };
    label(this.axes.across, across);
    label(this.axes.up, up);
    const codes = manifoldCodes(z, across, up);
    this.context.batch.ask(codes, size * size, (first, images) => mosaic.put(first, images));
  }

  private values(dimension: number): number[] {
    const { dimensions, data } = this.context.space;
    const { low, high, std } = dimensions[dimension];
    if (this.spread === "data") return linspace(low, high, this.size);
    const scale = data.prior.factor ? std : 1;
    return normalQuantiles(this.size).map((q) => data.prior.mean[dimension] + scale * q);
  }

  private go(cell: number): void {
    const { walk } = this.context;
    const z = walk.position.slice();
    z[this.across] = this.values(this.across)[cell % this.size];
    z[this.up] = this.values(this.up).toReversed()[Math.floor(cell / this.size)];
    walk.jump(z);
  }

  private mark(z: Float32Array): void {
    const share = (dimension: number) => {
      const values = this.values(dimension);
      let place = values.findIndex((value) => value > z[dimension]);
      if (place === 0) return 0;
      if (place < 0) place = values.length - 1;
      const [a, b] = [values[place - 1], values[place]];
      const cell = place - 1 + (z[dimension] - a) / (b - a);
      return Math.min(1, (cell + 0.5) / values.length);
    };
    this.cross.style.left = `${100 * share(this.across)}%`;
    this.cross.style.top = `${100 * (1 - share(this.up))}%`;
  }

  private controls(): HTMLElement[] {
    const { space } = this.context;
    const redraw = () => this.update(this.context.walk.position);
    const numbers = Array.from({ length: space.zDim }, (_, i) => i);
    const options = numbers.map((i) => ({ value: String(i), text: `z${i}` }));
    const across = select("Horizontal dimension", options, (value) => {
      this.across = Number(value);
      redraw();
    });
    const up = select("Vertical dimension", options, (value) => {
      this.up = Number(value);
      redraw();
    });
    [across.value, up.value] = [String(this.across), String(this.up)];
    const sizeText = h("output", {}, `${this.size} × ${this.size}`);
    const size = h("input", { type: "range", min: 5, max: 30, value: this.size });
    size.addEventListener("input", () => {
      this.size = size.valueAsNumber;
      sizeText.textContent = `${this.size} × ${this.size}`;
      redraw();
    });
    const prior = space.data.prior.factor ? "the fitted Gaussian's" : "the prior's";
    const spread = select(
      "Spread of the grid",
      [
        { value: "data", text: "range of the real codes" },
        { value: "prior", text: `${prior} quantiles` },
      ],
      (value) => {
        this.spread = value as Spread;
        redraw();
      },
    );
    const axes = space.zDim === 2 ? [] : [field("Across", across), field("Up", up)];
    return [
      ...axes,
      field("Images", h("span", { class: "with-output" }, size, sizeText)),
      field("Over", spread),
    ];
  }
}
