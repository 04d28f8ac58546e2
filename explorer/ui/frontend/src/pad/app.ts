import { Batch } from "../decoder/batch";
import type { Decodes } from "../decoder/decoder";
import { Encoder } from "../decoder/encoder";
import { fetchRuntime } from "../decoder/runtime";
import { Draw } from "../draw/panel";
import { Inside } from "../inside/panel";
import type { MapData, PadData } from "../shared/contract";
import { button, h } from "../shared/dom";
import { fetchFile, fetchNpy } from "../shared/files";
import type { ImageShape } from "../shared/picture";
import { Picture } from "../shared/picture";
import { Newest } from "../shared/schedule";
import { Arithmetic } from "./arithmetic";
import type { Context } from "./context";
import { saveJson, savePng } from "./export";
import { Manifold } from "./manifold";
import { Path } from "./path";
import { Picker } from "./picker";
import { Sampling } from "./sampling";
import { Sliders } from "./sliders";
import { drawFrom, Space } from "./space";
import { Tabs } from "./tabs";
import { explain } from "./terms";
import { Timing } from "./timing";
import { Traversal } from "./traversal";
import { Walk } from "./walk";
import { WhereAmI } from "./whereami";

export interface Loaded {
  data: PadData;
  codes: Float32Array;
  labels: Int32Array;
  /** decoder.onnx, for the helpers. */
  weights: Uint8Array;
  decoder: Decodes;
}

/** The whole pad of one checkpoint: everything that happens between two words to the server. */
export class App {
  readonly element: HTMLElement;
  private readonly walk: Walk;
  private readonly batch: Batch;
  private readonly space: Space;
  private readonly where: WhereAmI;
  private readonly tabs: Tabs;
  private readonly picker: Picker;
  private readonly image: Picture;
  private readonly timing = new Timing();
  private readonly newest: Newest<Float32Array>;
  private readonly closing = new AbortController();
  private images: Uint8Array | undefined;
  private encoding: Promise<Encoder> | undefined;

  /** @param helpers Decode grids in other threads; without any the decoder of this one does. */
  constructor(
    private readonly loaded: Loaded,
    helpers: Decodes[],
    released: (z: Float32Array) => void,
    failed: (error: unknown) => void,
  ) {
    const { data, codes, labels, decoder } = loaded;
    this.batch = new Batch(helpers, decoder, data.z_dim);
    const [height, width, channels] = data.image_shape;
    const shape: ImageShape = { height, width, channels };
    this.space = new Space(data, codes, labels);
    this.walk = new Walk(data.start.z, (z) => {
      this.describe();
      released(z);
    });
    this.walk.start = data.start.home;
    this.picker = new Picker(this.space, this.walk, "Start from", "", false, () => {
      this.walk.begin(this.picker.picked.z);
    });
    this.picker.show(data.start.index);
    this.image = new Picture(shape, "image", "Decoded image");
    this.newest = new Newest((z) => this.decode(z), failed);
    const sliders = new Sliders(this.walk, data.dimensions, this.space.order, {
      name: data.importance_name,
      help: data.importance_help,
    });
    const { signal } = this.closing;
    const loadPoints = async ({ points }: MapData) =>
      (await fetchNpy<Float32Array>(points, signal)).data;
    this.where = new WhereAmI(this.space, this.walk, decoder, shape, loadPoints);
    const { space, walk, batch } = this;
    const follow = (codes: Float32Array[]) => this.where.follow(codes);
    const context: Context = {
      space,
      walk,
      shape,
      decoder,
      batch,
      images: () => this.images,
      follow,
      encoder: () => this.encoder(shape),
      star: (z, std, samples) => this.where.star(z, std, samples),
    };
    const panels = [
      Traversal,
      ...(data.z_dim > 1 ? [Manifold] : []),
      Path,
      Arithmetic,
      Sampling,
      Inside,
      ...(data.encoder ? [Draw] : []),
    ].map((Panel) => new Panel(context));
    for (const { element } of [sliders, ...panels]) explain(element, data.terms);
    this.tabs = new Tabs(panels);
    const controls = h("section", { class: "controls", "aria-label": "Latent dimensions" });
    controls.append(this.starts(), sliders.element);
    this.element = h(
      "div",
      { class: "app" },
      h("div", { class: "top" }, controls, this.stage(), this.where.element),
      this.tabs.element,
    );
    this.walk.listen((z) => {
      this.newest.ask(z.slice());
      sliders.update(z);
      this.where.update(z);
      this.tabs.update(z);
    });
    sliders.update(this.walk.position);
    this.where.update(this.walk.position);
    this.walk.move(data.start.z);
    this.describe();
    if (data.images) void this.loadImages(data.images);
  }

  /** Goes to the place that the server names, as when another image was picked on the map. */
  begin(z: number[], index: number | null): void {
    this.picker.show(index);
    this.walk.follow(z);
  }

  close(): void {
    this.closing.abort();
    this.tabs.close();
    this.walk.close();
    this.newest.close();
    this.where.close();
    this.batch.close();
    this.loaded.decoder.release();
    this.encoding?.then((encoder) => encoder.release()).catch(() => undefined);
    this.element.remove();
  }

  private encoder(shape: ImageShape): Promise<Encoder> {
    this.encoding ??= loadEncoder(this.loaded.data.encoder ?? "", shape);
    this.encoding.catch(() => {
      this.encoding = undefined; // the next one tries again
    });
    return this.encoding;
  }

  private async decode(z: Float32Array): Promise<void> {
    const began = performance.now();
    const image = await this.loaded.decoder.decode(z, 1);
    this.timing.add(performance.now() - began);
    this.image.draw(image);
  }

  private describe(): void {
    this.where.describe();
    this.image.describe(`Decoded image. ${this.where.summary()}.`);
    this.timing.show();
  }

  private starts(): HTMLElement {
    const { space, walk } = this;
    const { picker } = this;
    const { prior } = space.data;
    const shuffles = h(
      "div",
      { class: "bar" },
      button("Reset", "Back to the start", () => walk.jump(walk.start)),
      button("Shuffle: prior", `A code drawn from ${prior.name}`, () =>
        walk.begin(drawFrom(prior, 1, Math.random)),
      ),
      button("Shuffle: data", "The code of a real image, at random", () =>
        walk.begin(space.code(Math.floor(Math.random() * space.count))),
      ),
    );
    return h(
      "div",
      { class: "starts" },
      h("label", { class: "bar start-from" }, h("span", {}, "Start from"), picker.element),
      shuffles,
    );
  }

  private stage(): HTMLElement {
    const { name } = this.space.data;
    const save = () => savePng(this.image.canvas, name);
    const json = () =>
      saveJson({ checkpoint: name, z: Array.from(this.walk.position) }, `${name}-z`);
    return h(
      "section",
      { class: "stage", "aria-label": "Decoded image" },
      this.image.canvas,
      h(
        "div",
        { class: "bar" },
        this.timing.element,
        button("PNG", "Save the image as a PNG file", save),
        button("z", "Save z as a JSON file", json),
      ),
    );
  }

  private async loadImages(path: string): Promise<void> {
    try {
      this.images = (await fetchNpy<Uint8Array>(path, this.closing.signal)).data;
      this.where.setImages(this.images);
    } catch {
      // Without them reconstructions stand in, and are called so.
    }
  }
}

async function loadEncoder(address: string, shape: ImageShape): Promise<Encoder> {
  const [runtime, model] = await Promise.all([fetchRuntime(), fetchFile(address)]);
  return Encoder.load(new Uint8Array(model), runtime, shape);
}
