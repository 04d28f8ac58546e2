import type { Encoded } from "../decoder/encoder";
import type { Context, Panel } from "../pad/context";
import { percentile } from "../pad/math";
import { Mosaic } from "../pad/mosaic";
import { nearest } from "../pad/nearest";
import { button, field, h, select } from "../shared/dom";
import { Picture } from "../shared/picture";
import { Newest } from "../shared/schedule";
import { Camera, hasCamera } from "./camera";
import { reconstructionError } from "./error";
import { prepare } from "./prepare";
import { PENS, Sketch } from "./sketch";

const NEAREST = 8;
/** Share of the test images from which on an error says that the model knows no such image. */
const STRANGE = 0.99;
const PICTURES = ["As the model sees it", "Reconstruction", "Difference"] as const;

/** What tests ask of the panel. */
export interface DrawElement extends HTMLElement {
  drawn?: { image: Float32Array; encoded: Encoded; error: number };
}

/** Draw an image: it is encoded and decoded under the hand, and z goes where it lies. */
export class Draw implements Panel {
  readonly title = "Draw";
  readonly element: DrawElement = h("div", { class: "draw" });
  private readonly sketch: Sketch;
  private readonly camera = new Camera();
  private readonly pictures: Picture[];
  private readonly similar: Mosaic;
  private readonly text = h("p", { role: "status" });
  private readonly newest: Newest<Float32Array>;
  private readonly file = h("input", { type: "file", accept: "image/*", hidden: true });
  private readonly nothing: Float32Array;
  private neighbours: number[] = [];
  /** Where z lies while it is the code of what is drawn. */
  private at: Float32Array | undefined;

  constructor(private readonly context: Context) {
    const { shape } = context;
    this.nothing = new Float32Array(shape.width * shape.height * shape.channels);
    this.sketch = new Sketch(shape, () => this.changed());
    this.pictures = PICTURES.map((label) => new Picture(shape, "drawn", label));
    this.similar = new Mosaic({
      rows: 1,
      columns: NEAREST,
      shape,
      label: `The ${NEAREST} nearest real images`,
      describe: (cell) => context.space.nameOf(this.neighbours[cell] ?? 0),
      choose: (cell) => {
        const index = this.neighbours[cell];
        if (index !== undefined) context.walk.jump(context.space.code(index));
      },
    });
    this.newest = new Newest(
      (image) => this.encode(image),
      (error) => this.fail(error),
    );
    this.file.addEventListener("change", () => void this.take(this.file.files?.[0]));
    this.element.append(
      h("div", { class: "drawing" }, this.sketch.element, this.tools()),
      h(
        "div",
        { class: "seen" },
        h(
          "div",
          { class: "three" },
          ...this.pictures.map(({ canvas }, i) =>
            h("figure", {}, canvas, h("figcaption", {}, PICTURES[i])),
          ),
        ),
        this.text,
        h("p", { class: "caption" }, "The nearest real images; a click moves z there."),
        this.similar.element,
      ),
    );
  }

  open(): void {
    this.context.encoder().catch((error) => this.fail(error));
    this.changed();
  }

  leave(): void {
    this.camera.stop();
    this.context.batch.cancel();
    this.context.star(null, null);
  }

  update(z: Float32Array): void {
    if (!this.at || z.every((value, i) => value === this.at?.[i])) return;
    this.at = undefined;
    this.context.star(null, null);
  }

  private tools(): HTMLElement {
    const { sketch } = this;
    const pens = Object.keys(PENS).map((name) => ({ value: name, text: name }));
    const pen = select("Width of the pen", pens, (name) => {
      sketch.pen = PENS[name as keyof typeof PENS];
    });
    pen.value = "Medium";
    const color = h("input", {
      type: "color",
      value: "#ffffff",
      "aria-label": "Colour of the pen",
    });
    color.addEventListener("input", () => {
      sketch.color = color.value;
    });
    const camera = button("Camera", "Look through the camera; again: keep this picture", () => {
      void this.toggleCamera(camera);
    });
    return h(
      "div",
      { class: "bar" },
      field("Pen", pen),
      ...(this.context.shape.channels >= 3 ? [color] : []),
      button("Undo", "Take the last stroke away", () => sketch.undo()),
      button("Clear", "Begin with an empty paper", () => this.clear()),
      button("File…", "Take an image from a file", () => this.file.click()),
      ...(hasCamera() ? [camera] : []),
      this.file,
    );
  }

  private clear(): void {
    this.camera.stop();
    this.sketch.clear();
  }

  private async take(file: File | undefined): Promise<void> {
    this.file.value = ""; // the same file can be chosen again
    if (!file) return;
    try {
      const picture = await createImageBitmap(file);
      this.put(picture, picture.width, picture.height);
      picture.close();
    } catch {
      this.text.textContent = `${file.name} is no image that this browser can read: take a PNG or JPEG.`;
    }
  }

  private async toggleCamera(button: HTMLButtonElement): Promise<void> {
    if (this.camera.on) {
      this.camera.stop();
    } else {
      try {
        await this.camera.start((picture) => this.put(picture, picture.width, picture.height));
      } catch {
        this.text.textContent = "The browser gave no camera: connect one and allow its use.";
      }
    }
    button.textContent = this.camera.on ? "Keep this" : "Camera";
  }

  /** Where data has a form, photographs get dark paper and bright ink as the data have. */
  private put(picture: CanvasImageSource, width: number, height: number): void {
    this.sketch.put(picture, width, height, this.context.space.data.drawing !== null);
  }

  private changed(): void {
    const { shape, space } = this.context;
    const image = prepare(this.sketch.sheet(), shape, space.data.drawing);
    if (image) this.newest.ask(image);
    else this.wait();
  }

  private async encode(image: Float32Array): Promise<void> {
    const { context } = this;
    const encoder = await context.encoder();
    const encoded = await encoder.encode(image);
    const reconstruction = await context.decoder.decode(encoded.mean.slice(), 1);
    const difference = image.map((value, i) => Math.abs(value - reconstruction[i]));
    [image, reconstruction, difference].forEach((shown, i) => {
      this.pictures[i].draw(shown);
    });
    const { loss } = context.space.data;
    const error = reconstructionError(image, reconstruction, loss);
    this.tell(error);
    this.at = encoded.mean;
    context.walk.move(encoded.mean);
    context.star(encoded.mean, encoded.std);
    this.showNearest(encoded.mean);
    context.drawn = { image, encoded };
    this.element.drawn = { image, encoded, error };
  }

  private tell(error: number): void {
    const { loss, errors } = this.context.space.data;
    const share = percentile(error, errors);
    const unit = loss === "bce" ? " nats" : "";
    const than = `Reconstruction error ${error.toFixed(1)}${unit}, higher than ${Math.round(100 * share)} % of the test images`;
    this.text.textContent =
      share >= STRANGE ? `${than}: the model has not seen such a thing.` : `${than}.`;
  }

  private showNearest(z: Float32Array): void {
    const { space, batch, images, shape } = this.context;
    this.neighbours = nearest(space.codes, z, NEAREST).map(({ index }) => index);
    const size = shape.width * shape.height * shape.channels;
    const real = images();
    if (real) {
      this.neighbours.forEach((index, i) => {
        this.similar.place(i, real.subarray(index * size, (index + 1) * size), 1);
      });
      this.similar.show();
      return;
    }
    const codes = new Float32Array(this.neighbours.length * space.zDim);
    this.neighbours.forEach((index, i) => {
      codes.set(space.code(index), i * space.zDim);
    });
    batch.ask(codes, this.neighbours.length, (first, decoded) => this.similar.put(first, decoded));
  }

  private wait(): void {
    const { drawing } = this.context.space.data;
    const form = drawing
      ? `its longer side is brought to ${Math.round(100 * drawing.fill)} % of the image, and ${drawing.centre === "mass" ? "its centre of mass" : "it"} to the middle, as in the data`
      : "the whole paper is the image";
    this.at = undefined;
    this.context.drawn = undefined;
    this.context.star(null, null);
    for (const picture of this.pictures) picture.draw(this.nothing);
    this.text.textContent = `Draw on the black paper: ${form}.`;
  }

  private fail(error: unknown): void {
    console.error(error);
    this.text.textContent = "This browser could not load the encoder: reload the page.";
  }
}
