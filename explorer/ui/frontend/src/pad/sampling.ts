import { button, field, h, wholeNumber } from "../shared/dom";
import type { Context, Panel } from "./context";
import { savePng } from "./export";
import { randomNumbers } from "./math";
import { Mosaic } from "./mosaic";
import { drawFrom } from "./space";

const COUNT = 64;
const COLUMNS = 16;
const LAST_SEED = 2 ** 31 - 1;

/** A gallery of images drawn from the prior; the seed fixes them. */
export class Sampling implements Panel {
  readonly title = "Prior";
  readonly element = h("div", { class: "sampling" });
  private readonly mosaic: Mosaic;
  private readonly seed = h("input", { type: "number", min: 0, step: 1, value: 0 });
  private codes = new Float32Array();

  constructor(private readonly context: Context) {
    const { space, shape } = context;
    this.mosaic = new Mosaic({
      rows: COUNT / COLUMNS,
      columns: COLUMNS,
      shape,
      label: `${COUNT} images drawn from ${space.data.prior.name}`,
      describe: (cell) => `draw ${cell + 1}`,
      choose: (cell) => this.go(cell),
    });
    this.seed.addEventListener("change", () => this.draw());
    const again = button("Draw again", "Draw 64 others, with the next seed", () => {
      this.seed.value = String(Number(this.seed.value) + 1);
      this.draw();
    });
    const save = () => savePng(this.mosaic.canvas, `${space.data.name}-prior-${this.seed.value}`);
    this.element.append(
      h(
        "div",
        { class: "bar" },
        field("Seed", this.seed),
        again,
        button("PNG", "Save the gallery as a PNG file", save),
      ),
      h(
        "p",
        { class: "caption" },
        `Codes drawn from ${space.data.prior.name}, decoded. Good draws look like the data; click one to go there.`,
      ),
      this.mosaic.element,
    );
  }

  open(): void {
    this.draw();
  }

  leave(): void {
    this.context.batch.cancel();
  }

  update(): void {}

  private draw(): void {
    const { space, batch } = this.context;
    const random = randomNumbers(wholeNumber(this.seed, LAST_SEED));
    this.codes = drawFrom(space.data.prior, COUNT, random) as Float32Array<ArrayBuffer>;
    batch.ask(this.codes, COUNT, (first, images) => this.mosaic.put(first, images));
  }

  private go(cell: number): void {
    const { zDim } = this.context.space;
    this.context.walk.jump(this.codes.slice(cell * zDim, (cell + 1) * zDim));
  }
}
