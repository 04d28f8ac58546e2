import { reconstructionError } from "../draw/error";
import type { Context, Panel } from "../pad/context";
import { normals } from "../pad/math";
import { Mosaic } from "../pad/mosaic";
import { button, field, h, select, wholeNumber } from "../shared/dom";
import { fetchNpy } from "../shared/files";
import { Picture } from "../shared/picture";
import { Newest } from "../shared/schedule";
import { Bells } from "./bells";
import { draw, drift, klOf, type Posterior } from "./posterior";

const SAMPLES = 16;
/** How much of the noise is new each time while it moves by itself, and how often it moves. */
const DRIFT = 0.25;
const PAUSE = 80; // milliseconds

type Source = "drawn" | "selection" | "index";

/** Inside a VAE: what the encoder says of one image, draws from it, and what the image costs. */
export class Inside implements Panel {
  readonly title = "Inside";
  readonly element = h("div", { class: "inside" });
  private readonly bells: Bells;
  private readonly samples: Mosaic;
  private readonly original: Picture;
  private readonly source: HTMLSelectElement;
  private readonly number: HTMLInputElement;
  private readonly sampled: HTMLSelectElement;
  private readonly play: HTMLButtonElement;
  private readonly bars = ["Reconstruction loss", "KL loss"].map((name) => {
    const [bar, value] = [h("i"), h("output")];
    return { bar, value, row: h("div", { class: "loss-row" }, h("span", {}, name), bar, value) };
  });
  private readonly note = h("p", { class: "caption", role: "status" });
  private readonly newest: Newest<void>;
  private stds: Promise<Float32Array> | undefined;
  private noise: Float32Array[] = [];
  private posterior: Posterior | undefined;
  /** The image: values in [0, 1]; absent where it is not on this machine, or not yet. */
  private image: () => Float32Array | undefined = () => undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly context: Context) {
    const { space, shape } = context;
    this.bells = new Bells(space);
    this.original = new Picture(shape, "drawn", "The image");
    this.samples = new Mosaic({
      rows: 2,
      columns: SAMPLES / 2,
      shape,
      label: `${SAMPLES} decoded draws from q(z|x)`,
    });
    this.newest = new Newest(() => this.step());
    const { selection } = space.data;
    this.source = select(
      "Image",
      [
        { value: "index", text: "Real image no." },
        ...(selection === null ? [] : [{ value: "selection", text: "Map selection" }]),
        { value: "drawn", text: "What I drew" },
      ],
      () => void this.choose(),
    );
    if (selection !== null) this.source.value = "selection";
    this.number = h("input", {
      type: "number",
      min: 0,
      max: space.count - 1,
      value: selection ?? 0,
      "aria-label": "Number of the image",
    });
    this.number.addEventListener("change", () => void this.choose());
    this.sampled = select(
      "Code that is decoded",
      [
        { value: "yes", text: "z = μ + σ · ε, sampled" },
        { value: "no", text: "z = μ" },
      ],
      () => this.newest.ask(),
    );
    this.play = button("Keep drawing", "Let ε move on by itself", () => this.toggle());
    if (space.data.kind === "vae") this.build();
    else this.explain();
  }

  open(): void {
    if (this.context.space.data.kind !== "vae") return;
    this.redraw();
    void this.choose();
  }

  leave(): void {
    this.stop();
    this.context.batch.cancel();
    this.context.star(null, null);
  }

  update(): void {}

  private explain(): void {
    this.element.append(
      h(
        "p",
        {},
        "This is an autoencoder, not a variational one: its encoder gives one point for each image, no μ and σ. There is no bell, nothing is drawn, and there is no KL loss. Choose a VAE in the sidebar to see them.",
      ),
    );
  }

  private build(): void {
    const tools = h(
      "div",
      { class: "bar" },
      field("Image", h("span", { class: "picker" }, this.source, this.number)),
      field("Decoded is", this.sampled),
      button("Draw ε again", "Other noise, so other codes", () => this.redraw()),
      this.play,
    );
    this.element.append(
      h(
        "div",
        { class: "said" },
        tools,
        h(
          "p",
          { class: "caption" },
          "What the encoder says of this image: a bell for each dimension, over the real codes (grey); the line is z.",
        ),
        this.bells.element,
      ),
      h(
        "div",
        { class: "made" },
        h(
          "div",
          { class: "costs" },
          this.original.canvas,
          h("div", {}, ...this.bars.map(({ row }) => row), this.note),
        ),
        h(
          "p",
          { class: "caption" },
          "Sixteen draws of ε, decoded; the first is the large image above, all are dots on the map.",
        ),
        this.samples.element,
      ),
    );
  }

  private redraw(): void {
    const { zDim } = this.context.space;
    this.noise = Array.from({ length: SAMPLES }, () => normals(zDim, Math.random));
    this.newest.ask();
  }

  private toggle(): void {
    if (this.timer !== undefined) {
      this.stop();
      return;
    }
    this.play.textContent = "Stop";
    this.timer = setInterval(() => {
      this.noise = this.noise.map((noise) => drift(noise, DRIFT, Math.random));
      this.newest.ask();
    }, PAUSE);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.play.textContent = "Keep drawing";
  }

  private async choose(): Promise<void> {
    const { context } = this;
    const { space } = context;
    const source = this.source.value as Source;
    this.number.hidden = source !== "index";
    this.note.textContent = "";
    if (source === "drawn") {
      const { drawn } = context;
      this.posterior =
        drawn && drawn.encoded.std ? { ...drawn.encoded, std: drawn.encoded.std } : undefined;
      this.image = () => drawn?.image;
      if (!drawn) this.note.textContent = "Nothing is drawn yet: draw something in the tab Draw.";
    } else {
      const index =
        source === "selection"
          ? (space.data.selection ?? 0)
          : wholeNumber(this.number, space.count - 1);
      const stds = await this.loadStds();
      if (!stds) return;
      const part = (all: Float32Array) => all.slice(index * space.zDim, (index + 1) * space.zDim);
      this.posterior = { mean: part(space.codes), std: part(stds) };
      this.image = () => this.real(index);
    }
    if (this.posterior) this.bells.show(this.posterior);
    this.newest.ask();
  }

  private real(index: number): Float32Array | undefined {
    const { width, height, channels } = this.context.shape;
    const size = width * height * channels;
    const pixels = this.context.images()?.subarray(index * size, (index + 1) * size);
    return pixels && Float32Array.from(pixels, (value) => value / 255);
  }

  private async loadStds(): Promise<Float32Array | undefined> {
    const { stds } = this.context.space.data;
    try {
      this.stds ??= fetchNpy<Float32Array>(stds ?? "").then(({ data }) => data);
      return await this.stds;
    } catch {
      this.stds = undefined; // the next one tries again
      this.note.textContent = "The standard deviations could not be loaded: reload the page.";
      return undefined;
    }
  }

  private async step(): Promise<void> {
    const { posterior, context } = this;
    if (!posterior) return;
    const on = this.sampled.value === "yes";
    const codes = this.noise.map((noise) => (on ? draw(posterior, noise) : posterior.mean.slice()));
    const [z] = codes;
    this.bells.mark(z);
    context.walk.move(z);
    context.star(posterior.mean, posterior.std, codes);
    const { zDim } = context.space;
    const all = new Float32Array(codes.length * zDim);
    codes.forEach((code, i) => {
      all.set(code, i * zDim);
    });
    const images = await context.decoder.decode(all, codes.length);
    this.samples.put(0, images);
    this.cost(posterior, images.subarray(0, images.length / codes.length));
  }

  private cost(posterior: Posterior, decoded: Float32Array): void {
    const { loss, errors } = this.context.space.data;
    const image = this.image();
    const kl = klOf(posterior).reduce((sum, value) => sum + value, 0);
    const error = image && reconstructionError(image, decoded, loss);
    const unit = loss === "bce" ? " nats" : "";
    // One scale for both: to the error that 99 % of the test images keep to.
    const most = errors[99] || 1;
    [error, kl].forEach((value, i) => {
      const { bar, value: text } = this.bars[i];
      bar.style.setProperty("--share", String(Math.min(1, (value ?? 0) / most)));
      text.textContent =
        value === undefined ? "not known" : `${value.toFixed(1)}${i ? " nats" : unit}`;
    });
    if (image) this.original.draw(image);
    this.note.textContent = image
      ? ""
      : "The image is not on this machine, or all of them are too large to send: its reconstruction loss is not known.";
  }
}
