import { button, field, h, select } from "../shared/dom";
import type { Context, Panel } from "./context";
import { saveGif, savePng } from "./export";
import { lerp, linspace, slerp } from "./math";
import { Mosaic } from "./mosaic";
import { type Picked, Picker } from "./picker";

const STRIP = 11;
const GIF_FRAMES = 30;
const SECONDS = 3;

const CURVES = { line: lerp, arc: slerp };
type Curve = keyof typeof CURVES;

/** Codes at even steps from a to b, both included, one after the other. */
export function pathCodes(
  a: Float32Array,
  b: Float32Array,
  curve: Curve,
  count: number,
): Float32Array {
  const codes = new Float32Array(count * a.length);
  linspace(0, 1, count).forEach((t, i) => {
    codes.set(CURVES[curve](a, b, t), i * a.length);
  });
  return codes;
}

/** The image at share t of a cross-fade: what a path through pixels instead of codes looks like. */
export function crossFade(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return lerp(a, b, t);
}

/** A walk from one point to another, as a strip, by hand, and as a film. */
export class Path implements Panel {
  readonly title = "Path";
  readonly element = h("div", { class: "path" });
  private readonly from: Picker;
  private readonly to: Picker;
  private readonly fade: Mosaic;
  private readonly strip: Mosaic;
  private readonly scrubber: HTMLInputElement;
  private readonly playButton: HTMLButtonElement;
  private readonly fadeMark = h("div", { class: "strip-mark", hidden: true });
  private readonly stripMark = h("div", { class: "strip-mark", hidden: true });
  private curve: Curve = "line";
  private playing: number | undefined;
  /** Where the film has led. */
  private led = new Float32Array();

  constructor(private readonly context: Context) {
    const { space, walk, shape } = context;
    const change = () => this.draw();
    this.from = new Picker(space, walk, "From A", "class:0", true, change);
    this.to = new Picker(space, walk, "To B", "class:1", true, change);
    const options = { rows: 1, columns: STRIP, shape };
    this.fade = new Mosaic({ ...options, label: "Cross-fade of the pixels from A to B" });
    this.strip = new Mosaic({
      ...options,
      label: "Decoded path from A to B",
      describe: (cell) => `${Math.round((100 * cell) / (STRIP - 1))} % of the way`,
      choose: (cell) => {
        this.stop();
        this.goTo(cell / (STRIP - 1));
        walk.release();
      },
    });
    this.fade.element.append(this.fadeMark);
    this.strip.element.append(this.stripMark);
    this.scrubber = h("input", { type: "range", min: 0, max: 1, step: 0.002, value: 0 });
    this.scrubber.setAttribute("aria-label", "Share of the way from A to B");
    this.scrubber.addEventListener("input", () => {
      this.stop();
      this.goTo(this.scrubber.valueAsNumber);
    });
    this.scrubber.addEventListener("change", () => walk.release());
    this.playButton = button("Play", "Walk from A to B and back", () => this.togglePlay());
    this.element.append(this.bar(), ...this.strips());
  }

  open(): void {
    this.draw();
  }

  leave(): void {
    this.stop();
    this.context.batch.cancel();
    this.context.follow([]);
  }

  update(): void {}

  private bar(): HTMLElement {
    const { name } = this.context.space.data;
    const curve = select(
      "Kind of path",
      [
        { value: "line", text: "straight line" },
        { value: "arc", text: "arc around zero" },
      ],
      (value) => {
        this.curve = value as Curve;
        this.draw();
      },
    );
    return h(
      "div",
      { class: "bar" },
      field("From A", this.from.element),
      field("To B", this.to.element),
      field("Along a", curve),
      this.playButton,
      button("GIF", "Save the path as a GIF film", () => this.film()),
      button("PNG", "Save both strips as a PNG file", () =>
        savePng([this.fade.canvas, this.strip.canvas], `${name}-path`, "below"),
      ),
    );
  }

  private strips(): HTMLElement[] {
    const line = (caption: string, content: HTMLElement) =>
      h("div", { class: "strip" }, h("p", { class: "caption" }, caption), content);
    return [
      line(
        "Pixels cross-faded: two images through each other (a real image where A or B is one)",
        this.fade.element,
      ),
      line("Codes interpolated, then decoded: one image becomes the other", this.strip.element),
      this.scrubber,
    ];
  }

  private draw(): void {
    const { batch, shape } = this.context;
    const [a, b] = [this.from.picked.z, this.to.picked.z];
    const size = shape.width * shape.height * shape.channels;
    const images = new Float32Array(STRIP * size);
    const put = (first: number, part: Float32Array) => {
      images.set(part, first * size);
      this.strip.put(first, part);
    };
    const codes = pathCodes(a, b, this.curve, STRIP);
    this.context.follow(
      Array.from({ length: STRIP }, (_, i) => codes.slice(i * a.length, (i + 1) * a.length)),
    );
    batch.ask(codes, STRIP, put, () => {
      const ends = [
        this.realImage(this.from.picked) ?? images.subarray(0, size),
        this.realImage(this.to.picked) ?? images.subarray((STRIP - 1) * size),
      ];
      linspace(0, 1, STRIP).forEach((t, i) => {
        this.fade.place(i, crossFade(ends[0], ends[1], t));
      });
      this.fade.show();
    });
  }

  /** The pixels in [0, 1] of a point that is a real image, once those have arrived. */
  private realImage({ index }: Picked): Float32Array | undefined {
    const real = this.context.images();
    if (!real || index === undefined) return undefined;
    const { width, height, channels } = this.context.shape;
    const size = width * height * channels;
    const image = real.subarray(index * size, (index + 1) * size);
    return Float32Array.from(image, (value) => value / 255);
  }

  private goTo(t: number): void {
    this.scrubber.value = String(t);
    const center = `${(100 * (t * (STRIP - 1) + 0.5)) / STRIP}%`;
    for (const mark of [this.stripMark, this.fadeMark]) {
      mark.style.left = center;
      mark.hidden = false;
    }
    this.led = Float32Array.from(CURVES[this.curve](this.from.picked.z, this.to.picked.z, t));
    this.context.walk.move(this.led);
  }

  private togglePlay(): void {
    if (this.playing !== undefined) {
      this.stop();
      this.context.walk.release();
      return;
    }
    this.playButton.textContent = "Stop";
    this.goTo(this.scrubber.valueAsNumber);
    const began = performance.now() - this.scrubber.valueAsNumber * SECONDS * 1000;
    const frame = (now: number) => {
      // A hand has moved something else: it takes over.
      const { position } = this.context.walk;
      if (this.led.some((value, i) => value !== position[i])) return this.stop();
      const turns = Math.max(0, now - began) / (SECONDS * 1000);
      this.goTo(turns % 2 <= 1 ? turns % 1 : 1 - (turns % 1));
      this.playing = requestAnimationFrame(frame);
    };
    this.playing = requestAnimationFrame(frame);
  }

  private stop(): void {
    if (this.playing !== undefined) cancelAnimationFrame(this.playing);
    this.playing = undefined;
    this.playButton.textContent = "Play";
  }

  private film(): void {
    const { batch, shape, space } = this.context;
    const [a, b] = [this.from.picked.z, this.to.picked.z];
    const size = shape.width * shape.height * shape.channels;
    const images = new Float32Array(2 * GIF_FRAMES * size);
    const put = (first: number, part: Float32Array) => images.set(part, first * size);
    batch.ask(pathCodes(a, b, this.curve, GIF_FRAMES), GIF_FRAMES, put, () => {
      for (let i = 0; i < GIF_FRAMES; i++) {
        const back = images.slice((GIF_FRAMES - 1 - i) * size, (GIF_FRAMES - i) * size);
        images.set(back, (GIF_FRAMES + i) * size);
      }
      saveGif(images, shape, `${space.data.name}-path`);
    });
  }
}
