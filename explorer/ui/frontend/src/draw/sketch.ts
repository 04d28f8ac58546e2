import { h } from "../shared/dom";
import { context2d, type ImageShape } from "../shared/picture";
import { EachFrame } from "../shared/schedule";
import { level, type Sheet } from "./prepare";

/** The paper is a whole number of times as large as an image, and at least so many pixels. */
const LEAST_PIXELS = 280;
/** Widths of the pen, as shares of the paper's width. */
export const PENS = { Fine: 0.045, Medium: 0.08, Broad: 0.2 } as const;
const INK = "#ffffff";
const PAPER = "#000000";

interface Stroke {
  width: number;
  color: string;
  places: [number, number][];
}

/** Black paper for mouse, pen, finger and keys, on which a picture can be put, too. */
export class Sketch {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  pen: number = PENS.Medium;
  color = INK;
  private readonly context: CanvasRenderingContext2D;
  /** Where the keyboard's pen is. */
  private readonly cursor: [number, number];
  private readonly mark = h("div", { class: "pen", hidden: true });
  private readonly frames: EachFrame;
  private strokes: Stroke[] = [];
  private picture: ImageData | undefined;
  /** Whether the arrow keys draw. */
  private penDown = false;

  /** @param changed Called once a frame in which something was drawn. */
  constructor(
    private readonly shape: ImageShape,
    changed: () => void,
  ) {
    const scale = Math.ceil(LEAST_PIXELS / Math.max(shape.width, shape.height));
    const [width, height] = [shape.width * scale, shape.height * scale];
    this.canvas = h("canvas", { class: "sketch", width, height, tabindex: 0, role: "application" });
    this.canvas.setAttribute("aria-roledescription", "drawing paper");
    this.canvas.setAttribute(
      "aria-label",
      "Draw here. Arrow keys move the pen, Space sets it down and lifts it, Backspace undoes.",
    );
    this.element = h("div", { class: "paper" }, this.canvas, this.mark);
    this.context = context2d(this.canvas);
    this.cursor = [width / 2, height / 2];
    this.frames = new EachFrame(() => {
      this.redraw();
      changed();
    });
    this.redraw();
    this.listen();
  }

  clear(): void {
    this.strokes = [];
    this.picture = undefined;
    this.frames.ask();
  }

  /** Takes the last stroke away, or the picture below all of them. */
  undo(): void {
    if (this.strokes.length) this.strokes.pop();
    else this.picture = undefined;
    this.frames.ask();
  }

  /** Puts a picture on the paper, as large as fits; it replaces everything. */
  put(picture: CanvasImageSource, width: number, height: number, photograph: boolean): void {
    const { canvas, context } = this;
    context.fillStyle = PAPER;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const scale = Math.min(canvas.width / width, canvas.height / height);
    const [w, hh] = [width * scale, height * scale];
    context.imageSmoothingEnabled = scale < 1; // small pictures keep their pixels
    context.drawImage(picture, (canvas.width - w) / 2, (canvas.height - hh) / 2, w, hh);
    if (photograph) this.write(level(this.sheet()));
    this.picture = context.getImageData(0, 0, canvas.width, canvas.height);
    this.strokes = [];
    this.frames.ask();
  }

  /** What is on the paper. Grey data see its brightness. */
  sheet(): Sheet {
    const { width, height } = this.canvas;
    const { channels } = this.shape;
    const rgba = this.context.getImageData(0, 0, width, height).data;
    const data = new Float32Array(width * height * channels);
    for (let i = 0, from = 0; i < data.length; i += channels, from += 4) {
      if (channels >= 3) {
        for (let c = 0; c < 3; c++) data[i + c] = rgba[from + c] / 255;
      } else {
        // ITU-R BT.601, in whole numbers that keep a grey as it is.
        const grey = 299 * rgba[from] + 587 * rgba[from + 1] + 114 * rgba[from + 2];
        data[i] = grey / 255_000;
      }
    }
    return { width, height, data, channels };
  }

  close(): void {
    this.frames.close();
  }

  private write({ data, channels }: Sheet): void {
    const { width, height } = this.canvas;
    const pixels = this.context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) {
        pixels.data[4 * i + c] = Math.round(255 * data[i * channels + (channels >= 3 ? c : 0)]);
      }
      pixels.data[4 * i + 3] = 255;
    }
    this.context.putImageData(pixels, 0, 0);
  }

  private redraw(): void {
    const { canvas, context } = this;
    if (this.picture) context.putImageData(this.picture, 0, 0);
    else {
      context.fillStyle = PAPER;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    context.lineCap = context.lineJoin = "round";
    for (const { width, color, places } of this.strokes) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(...places[0]);
      for (const place of places) context.lineTo(...place);
      context.stroke();
    }
  }

  private begin(place: [number, number]): void {
    const width = this.pen * this.canvas.width;
    this.strokes.push({ width, color: this.color, places: [place] });
    this.frames.ask();
  }

  private draw(place: [number, number]): void {
    this.strokes.at(-1)?.places.push(place);
    this.frames.ask();
  }

  private listen(): void {
    const { canvas } = this;
    const placeOf = (event: PointerEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) / box.width) * canvas.width,
        ((event.clientY - box.top) / box.height) * canvas.height,
      ];
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.mark.hidden = true;
      this.penDown = false;
      this.begin(placeOf(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      const all = event.getCoalescedEvents?.() ?? [];
      for (const each of all.length ? all : [event]) this.draw(placeOf(each));
    });
    canvas.addEventListener("keydown", (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    const { cursor, canvas } = this;
    if (step) {
      const length = canvas.width / this.shape.width;
      cursor[0] = Math.min(canvas.width, Math.max(0, cursor[0] + step[0] * length));
      cursor[1] = Math.min(canvas.height, Math.max(0, cursor[1] + step[1] * length));
      if (this.penDown) this.draw([...cursor]);
    } else if (event.key === " ") {
      this.penDown = !this.penDown;
      if (this.penDown) this.begin([...cursor]);
    } else if (event.key === "Backspace") {
      this.penDown = false;
      this.undo();
    } else return;
    event.preventDefault();
    this.mark.hidden = false;
    this.mark.classList.toggle("down", this.penDown);
    this.mark.style.left = `${(100 * cursor[0]) / canvas.width}%`;
    this.mark.style.top = `${(100 * cursor[1]) / canvas.height}%`;
  }
}
