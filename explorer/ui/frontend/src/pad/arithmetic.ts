import { button, h } from "../shared/dom";
import type { Context, Panel } from "./context";
import { savePng } from "./export";
import { analogy } from "./math";
import { Mosaic } from "./mosaic";
import { nearest } from "./nearest";
import { Picker } from "./picker";

/** A − B + C, and the real image nearest to the result. */
export class Arithmetic implements Panel {
  readonly title = "Arithmetic";
  readonly element = h("div", { class: "arithmetic" });
  private readonly pickers: Picker[];
  private readonly cells: Mosaic[];
  private readonly nearestText = h("span", { class: "caption" });

  constructor(private readonly context: Context) {
    const { space, walk, shape } = context;
    this.pickers = ["A", "B", "C"].map(
      (letter, i) => new Picker(space, walk, letter, `class:${i}`, true, () => this.draw()),
    );
    const labels = ["A", "B", "C", "A − B + C", "Nearest real image"];
    this.cells = labels.map((label) => new Mosaic({ rows: 1, columns: 1, shape, label }));
    this.element.append(
      h(
        "p",
        { class: "caption" },
        "What B has is taken from A, what C has is added. It works as far as the space is straight.",
      ),
      h("div", { class: "sum" }, ...this.terms()),
      this.bar(),
    );
  }

  open(): void {
    this.draw();
  }

  leave(): void {
    this.context.batch.cancel();
  }

  update(): void {}

  private terms(): HTMLElement[] {
    const signs = ["", "−", "+", "=", "≈"];
    const captions: (Node | string)[] = [
      ...this.pickers.map((picker) => picker.element),
      "A − B + C",
      this.nearestText,
    ];
    return this.cells.map(({ element }, i) =>
      h(
        "div",
        { class: "term" },
        h("span", { class: "sign", "aria-hidden": "true" }, signs[i]),
        h("div", {}, element, h("div", { class: "term-name" }, captions[i])),
      ),
    );
  }

  private bar(): HTMLElement {
    const { walk, space } = this.context;
    const save = () =>
      savePng(
        this.cells.map(({ canvas }) => canvas),
        `${space.data.name}-a-minus-b-plus-c`,
      );
    return h(
      "div",
      { class: "bar" },
      button("Go there", "Move z to A − B + C", () => walk.jump(this.result())),
      button("PNG", "Save the five images side by side as a PNG file", save),
    );
  }

  private result(): Float32Array {
    const [a, b, c] = this.pickers.map((picker) => picker.picked.z);
    return analogy(a, b, c);
  }

  private draw(): void {
    const { batch, space, images, shape } = this.context;
    const z = [...this.pickers.map((picker) => picker.picked.z), this.result()];
    const [found] = nearest(space.codes, z[3], 1);
    z.push(space.code(found.index));
    const what = images() ? "" : "reconstruction of ";
    const distance = found.distance.toFixed(2);
    this.nearestText.textContent = `${what}${space.nameOf(found.index)}, distance ${distance}`;
    const codes = new Float32Array(z.length * space.zDim);
    z.forEach((code, i) => {
      codes.set(code, i * space.zDim);
    });
    const size = shape.width * shape.height * shape.channels;
    batch.ask(codes, z.length, (first, decoded) => {
      for (let i = 0; i * size < decoded.length; i++) {
        this.cells[first + i].put(0, decoded.subarray(i * size, (i + 1) * size));
      }
      const real = images();
      if (real) {
        const image = real.subarray(found.index * size, (found.index + 1) * size);
        this.cells[4].put(0, image, 1);
      }
    });
  }
}
