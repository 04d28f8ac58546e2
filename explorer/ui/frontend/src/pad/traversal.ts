import type { DimensionData } from "../shared/contract";
import { button, h, signed } from "../shared/dom";
import type { Context, Panel } from "./context";
import { savePng } from "./export";
import { linspace } from "./math";
import { Mosaic } from "./mosaic";
import { SHOWN } from "./sliders";
import { toSigma } from "./space";

const COLUMNS = 9;
const REACH = 3;
/** More rows than this stand in two blocks, side by side where there is room. */
const ONE_BLOCK = 4;

/**
 * The codes of a traversal: row by row one dimension is moved from −3σ to 3σ around z. The middle
 * column, which is z itself in every row, is left out and stands once at the end.
 */
export function traversalCodes(
  z: Float32Array,
  rows: number[],
  dimensions: DimensionData[],
  steps: number[],
): Float32Array {
  const moved = steps.filter((step) => step !== 0);
  const codes = new Float32Array((rows.length * moved.length + 1) * z.length);
  let at = 0;
  for (const row of rows) {
    for (const step of moved) {
      codes.set(z, at);
      codes[at + row] += step * dimensions[row].std;
      at += z.length;
    }
  }
  codes.set(z, at);
  return codes;
}

/** Some of the rows, from the one numbered `first` on: a dimension each. */
interface Block {
  first: number;
  rows: number[];
  mosaic: Mosaic;
}

/** Rows of images: what each dimension does, from the place where the user is. */
export class Traversal implements Panel {
  readonly title = "Traverse";
  readonly element = h("div", { class: "traversal" });
  private readonly blocks: Block[];
  private readonly rows: number[];
  private readonly steps = linspace(-REACH, REACH, COLUMNS);

  constructor(private readonly context: Context) {
    const { space, shape } = context;
    this.rows = space.order.filter((i) => space.dimensions[i].active).slice(0, SHOWN);
    if (!this.rows.length) this.rows = space.order.slice(0, SHOWN);
    const { length } = this.rows;
    const half = length > ONE_BLOCK ? Math.ceil(length / 2) : length;
    this.blocks = (half < length ? [0, half] : [0]).map((first) => {
      const rows = this.rows.slice(first, first + half);
      const mosaic = new Mosaic({
        rows: rows.length,
        columns: COLUMNS,
        shape,
        label: "Traversal: each row moves one dimension",
        describe: (cell) => this.describe(rows, cell),
        choose: (cell) => this.go(rows, cell),
      });
      return { first, rows, mosaic };
    });
    const canvases = this.blocks.map(({ mosaic }) => mosaic.canvas);
    const save = () => savePng(canvases, `${space.data.name}-traversal`, "below");
    this.element.append(
      h(
        "p",
        { class: "caption" },
        "Each row moves one dimension away from here, by the σ at its head, all others held. Rows that look alike do little. Click an image to go there; the slider widens where the step leads beyond it. ",
        button("PNG", "Save the traversal as a PNG file", save),
      ),
      h("div", { class: "blocks" }, ...this.blocks.map((block) => this.labelled(block))),
    );
    this.element.style.setProperty("--columns", String(COLUMNS));
  }

  private labelled({ rows, mosaic }: Block): HTMLElement {
    const heads = this.steps.map((step) => h("span", {}, step ? `${signed(step)}σ` : "here"));
    return h(
      "div",
      { class: "labelled" },
      h("div", { class: "heads" }, ...heads),
      h("div", { class: "names" }, ...rows.map((i) => h("span", {}, `z${i}`))),
      mosaic.element,
    );
  }

  open(): void {
    this.update(this.context.walk.position);
  }

  leave(): void {
    this.context.batch.cancel();
  }

  update(z: Float32Array): void {
    const { space, batch, shape } = this.context;
    const codes = traversalCodes(z, this.rows, space.dimensions, this.steps);
    const size = shape.width * shape.height * shape.channels;
    const side = COLUMNS - 1;
    const put = (first: number, images: Float32Array) => {
      for (let i = 0; i * size < images.length; i++) {
        const image = images.subarray(i * size, (i + 1) * size);
        const [row, step] = [Math.floor((first + i) / side), (first + i) % side];
        if (row < this.rows.length) this.place(row, step + (step < side / 2 ? 0 : 1), image);
        else for (let r = 0; r < row; r++) this.place(r, side / 2, image);
      }
    };
    batch.ask(codes, codes.length / z.length, put, () => {
      for (const { mosaic } of this.blocks) mosaic.show();
    });
  }

  private place(row: number, column: number, image: Float32Array): void {
    const block = this.blocks.findLast(({ first }) => first <= row);
    block?.mosaic.place((row - block.first) * COLUMNS + column, image);
  }

  private describe(rows: number[], cell: number): string {
    const { space, walk } = this.context;
    const row = rows[Math.floor(cell / COLUMNS)];
    const step = this.steps[cell % COLUMNS];
    const there = toSigma(walk.position[row], space.dimensions[row]) + step;
    return `z${row} moved by ${signed(step)} σ from here, to ${signed(there)} σ`;
  }

  private go(rows: number[], cell: number): void {
    const { walk, space } = this.context;
    const row = rows[Math.floor(cell / COLUMNS)];
    const z = walk.position.slice();
    z[row] += this.steps[cell % COLUMNS] * space.dimensions[row].std;
    walk.jump(z);
  }
}
