import { h } from "../shared/dom";
import type { ImageShape } from "../shared/picture";
import { context2d, putImage } from "../shared/picture";

export interface MosaicOptions {
  rows: number;
  columns: number;
  shape: ImageShape;
  /** Empty pixels between the images. */
  gap?: number;
  label: string;
  /** Says what a cell holds, for the tooltip and for screen readers. */
  describe?: (cell: number) => string;
  /** Called when a cell is clicked, or chosen with the keyboard. */
  choose?: (cell: number) => void;
}

/** Many images on one canvas, in rows; a click or Enter chooses one. */
export class Mosaic {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly count: number;
  private readonly context: CanvasRenderingContext2D;
  private readonly pixels: ImageData;
  private readonly cursor = h("div", { class: "cell-cursor", hidden: true });
  private readonly gap: number;
  private active = 0;

  constructor(private readonly options: MosaicOptions) {
    const { rows, columns, shape, gap = 1, label, choose } = options;
    this.gap = gap;
    this.count = rows * columns;
    const width = columns * (shape.width + gap) - gap;
    const height = rows * (shape.height + gap) - gap;
    this.canvas = h("canvas", { class: "mosaic-canvas", width, height });
    this.context = context2d(this.canvas);
    this.pixels = this.context.createImageData(width, height);
    this.element = h("div", { class: "mosaic", role: "img", "aria-label": label });
    this.element.append(this.canvas, this.cursor);
    this.element.style.setProperty("--columns", String(columns));
    if (choose) this.becomeChoosable(label);
  }

  /** Draws images from cell `first` on. @param scale 255 for values in [0, 1], 1 for uint8. */
  put(first: number, images: ArrayLike<number> & { subarray?: unknown }, scale = 255): void {
    const { shape } = this.options;
    const size = shape.width * shape.height * shape.channels;
    for (let i = 0; i * size < images.length; i++) {
      const image = (images as Float32Array).subarray(i * size, (i + 1) * size);
      this.place(first + i, image, scale);
    }
    this.show();
  }

  /** Writes one image into a cell; `show` brings it to the screen. */
  place(cell: number, image: ArrayLike<number>, scale = 255): void {
    const { shape, columns } = this.options;
    const left = (cell % columns) * (shape.width + this.gap);
    const top = Math.floor(cell / columns) * (shape.height + this.gap);
    putImage(this.pixels, image, shape, left, top, scale);
  }

  show(): void {
    this.context.putImageData(this.pixels, 0, 0);
  }

  /** The cell under a point given as shares of the picture's width and height. */
  cellAt(x: number, y: number): number {
    const { rows, columns } = this.options;
    const column = Math.min(columns - 1, Math.max(0, Math.floor(x * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(y * rows)));
    return row * columns + column;
  }

  private becomeChoosable(label: string): void {
    const { element } = this;
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "grid of images");
    element.setAttribute("aria-label", `${label}. Arrow keys move, Enter goes there.`);
    element.classList.add("choosable");
    element.addEventListener("click", (event) => this.choose(this.under(event)));
    element.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") this.point(this.under(event));
    });
    element.addEventListener("pointerleave", () => {
      this.cursor.hidden = true;
    });
    element.addEventListener("focus", () => {
      if (element.matches(":focus-visible")) this.point(this.active);
    });
    element.addEventListener("blur", () => {
      this.cursor.hidden = true;
    });
    element.addEventListener("keydown", (event) => this.onKey(event));
  }

  private under(event: MouseEvent): number {
    const box = this.canvas.getBoundingClientRect();
    return this.cellAt(
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    );
  }

  private choose(cell: number): void {
    this.active = cell;
    this.options.choose?.(cell);
  }

  private onKey(event: KeyboardEvent): void {
    const { columns, rows } = this.options;
    const steps: Record<string, number> = {
      ArrowLeft: this.active % columns > 0 ? -1 : 0,
      ArrowRight: this.active % columns < columns - 1 ? 1 : 0,
      ArrowUp: this.active >= columns ? -columns : 0,
      ArrowDown: this.active < columns * (rows - 1) ? columns : 0,
    };
    if (event.key in steps) this.point(this.active + steps[event.key]);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.active);
    else return;
    event.preventDefault();
  }

  private point(cell: number): void {
    const { columns, rows, describe, label } = this.options;
    this.active = cell;
    const { style } = this.cursor;
    style.left = `${(100 * (cell % columns)) / columns}%`;
    style.top = `${(100 * Math.floor(cell / columns)) / rows}%`;
    style.width = `${100 / columns}%`;
    style.height = `${100 / rows}%`;
    this.cursor.hidden = false;
    if (describe) {
      const text = describe(cell);
      this.element.title = text;
      this.element.setAttribute("aria-label", `${label}: ${text}. Enter goes there.`);
    }
  }
}
