/** What the card shows: the image of a point, decoded too, and the place under the pointer. */

import type { Decodes } from "../decoder/decoder";
import { type Loaded, load, nameOf, type Sources } from "../decoder/loaded";
import type { Singles } from "../decoder/singles";
import type { ScatterMapData } from "../shared/contract";
import { Newest } from "../shared/schedule";
import { Card, type Shown } from "./card";
import type { Hovered } from "./pointer";
import type { Size } from "./view";

/** After a failure nothing is fetched for so long, in milliseconds. */
const PAUSE = 10_000;

interface Wanted {
  hovered: Hovered;
  codes: number[][];
  shown: Shown[];
}

export class HoverCard {
  readonly card = new Card();
  /** Told when images and decoder are there. */
  ready: () => void = () => undefined;
  private data?: ScatterMapData;
  private labels: ArrayLike<number> = [];
  private errors: ArrayLike<number> = [];
  private loaded?: Loaded;
  private attempt?: symbol;
  private failed = Number.NEGATIVE_INFINITY;
  private newest?: Hovered;
  private readonly decoding = new Newest<Wanted>((wanted) => this.decode(wanted));

  constructor(private readonly fetchAll: (sources: Sources) => Promise<Loaded> = load) {}

  update(data: ScatterMapData, labels: ArrayLike<number>, errors: ArrayLike<number>): void {
    const { data: former } = this;
    this.labels = labels;
    this.errors = errors;
    this.data = data;
    if (former && nameOf(former) === nameOf(data)) return;
    this.forget();
    const [height, width, channels] = data.image_shape;
    this.card.shape({ height, width, channels });
  }

  /** Fetches what is needed for images, once; until then the card has words alone. */
  async prepare(): Promise<void> {
    const { data } = this;
    if (!data || this.attempt || performance.now() - this.failed < PAUSE) return;
    const attempt = Symbol();
    this.attempt = attempt;
    try {
      const loaded = await this.fetchAll(data);
      if (this.attempt !== attempt) loaded.decoder.release();
      else {
        this.loaded = loaded;
        this.ready();
      }
    } catch {
      if (this.attempt !== attempt) return;
      this.attempt = undefined;
      this.failed = performance.now();
    }
    if (this.loaded && this.newest) this.images(this.newest);
  }

  /** @param within Extent of the map. */
  show(hovered: Hovered, within: Size): void {
    const { data, card } = this;
    const { index } = hovered;
    if (!data || (index === null && !(data.place && this.loaded))) {
      this.hide();
      return;
    }
    this.newest = hovered;
    this.images(hovered);
    card.element.dataset.index = index === null ? "" : String(index);
    if (index !== null) {
      const [name, details] = this.words(index);
      card.show(hovered.at, within, hovered.finger, name, details, hovered.pile);
    } else {
      const { x, y } = hovered.place;
      const coordinates = `${x.toFixed(2)}, ${y.toFixed(2)}`.replaceAll("-", "−");
      card.show(hovered.at, within, hovered.finger, "", coordinates);
    }
  }

  /** Its class, if it has one, and what else is told of a point. */
  words(index: number): [string, string] {
    const name = this.data?.classes[this.labels[index]]?.name ?? "";
    const error = this.errors[index]?.toFixed(1);
    const number = index.toLocaleString("en");
    const told = error === undefined ? [] : [`error ${error}`];
    return name
      ? [name, [`image ${number}`, ...told].join(" · ")]
      : [`Image ${number}`, told.join("")];
  }

  /** Its image as it is in the data; undefined until it is there. */
  original(index: number): Uint8Array | undefined {
    const pixels = this.data?.image_shape.reduce((product, n) => product * n) ?? 0;
    const { images, singles } = this.loaded ?? {};
    return images?.subarray(index * pixels, (index + 1) * pixels) ?? singles?.get(index);
  }

  /** Fetches its image where images come one by one; `ready` tells that it is there. */
  want(index: number): void {
    const { loaded } = this;
    loaded?.singles?.fetch(index).then(
      () => this.loaded === loaded && this.ready(),
      () => undefined,
    );
  }

  /** What decodes, once it is there. */
  get decoder(): Decodes | undefined {
    return this.loaded?.decoder;
  }

  hide(): void {
    this.newest = undefined;
    this.card.hide();
  }

  close(): void {
    this.decoding.close();
    this.forget();
  }

  private forget(): void {
    this.hide();
    this.attempt = undefined;
    this.loaded?.decoder.release();
    this.loaded = undefined;
  }

  private images(hovered: Hovered): void {
    const { data, loaded, card } = this;
    if (!data || !loaded) return;
    const { index } = hovered;
    const shown: Shown[] = [];
    const codes: number[][] = [];
    if (index !== null && data.model) {
      shown.push("reconstruction");
      codes.push([...loaded.codes.subarray(index * data.z_dim, (index + 1) * data.z_dim)]);
    }
    if (data.place) {
      const z = [0, 0];
      z[data.place[0]] = hovered.place.x;
      z[data.place[1]] = hovered.place.y;
      shown.push("place");
      codes.push(z);
    }
    const original = index === null ? undefined : this.original(index);
    const coming = index !== null && !original && loaded.singles;
    card.reserve(original || coming ? ["original", ...shown] : shown);
    if (original) card.draw("original", original, 1);
    if (coming) void this.fetch(coming, hovered, index);
    if (shown.length) this.decoding.ask({ hovered, codes, shown });
  }

  private async fetch(singles: Singles, hovered: Hovered, index: number): Promise<void> {
    const image = await singles.fetch(index).catch(() => undefined);
    if (image && this.newest === hovered) this.card.draw("original", image, 1);
  }

  private async decode({ hovered, codes, shown }: Wanted): Promise<void> {
    const { loaded, data, card } = this;
    if (!loaded || !data) return;
    const images = await loaded.decoder.decode(Float32Array.from(codes.flat()), codes.length);
    if (this.newest !== hovered) return;
    const pixels = images.length / codes.length;
    shown.forEach((name, i) => {
      card.draw(name, images.subarray(i * pixels, (i + 1) * pixels), 255);
    });
    card.element.dataset.decoded = card.element.dataset.index;
  }
}
