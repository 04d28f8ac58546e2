import type { Decodes } from "../decoder/decoder";
import type { MapData } from "../shared/contract";
import { h } from "../shared/dom";
import type { ImageShape } from "../shared/picture";
import { Picture } from "../shared/picture";
import { Newest } from "../shared/schedule";
import { Atlas, NEIGHBOURS } from "./atlas";
import { judge, meterPlace, type Neighbour, nearest, type Verdict } from "./nearest";
import type { Space } from "./space";
import type { Walk } from "./walk";

const WORDS: Record<Verdict, { title: string; text: string }> = {
  inside: { title: "Inside the data", text: "Real codes are as near to each other as this." },
  edge: { title: "At the edge of the data", text: "Few real codes are this far from the next." },
  hole: {
    title: "In a hole, or outside",
    text: "Hardly any real code is this far from all others.",
  },
};

/** The map with a cross, the nearest real image, and whether any real code is near at all. */
export class WhereAmI {
  readonly element = h("section", { class: "where", "aria-label": "Where am I?" });
  private readonly atlas: Atlas;
  private readonly nearestPicture: Picture;
  private readonly nearestText = h("p", { class: "caption" });
  private readonly title = h("strong", { role: "status" });
  private readonly text = h("span", { class: "caption" });
  private readonly meter = h("div", { class: "needle" });
  private images: Uint8Array | undefined;
  private shownIndex = -1;
  private readonly recon: Newest<number>;
  private neighbours: Neighbour[] = [];

  constructor(
    private readonly space: Space,
    private readonly walk: Walk,
    decoder: Decodes,
    private readonly shape: ImageShape,
    loadPoints: (map: MapData) => Promise<Float32Array>,
  ) {
    this.atlas = new Atlas(space, walk, loadPoints);
    this.nearestPicture = new Picture(shape, "nearest", "Nearest real image");
    this.recon = new Newest(async (index) => {
      const image = await decoder.decode(space.code(index), 1);
      if (index === this.shownIndex && !this.images) this.nearestPicture.draw(image);
    });
    this.element.append(this.atlas.element, this.verdict());
  }

  /** Takes the real images once they have arrived; until then reconstructions stand in. */
  setImages(images: Uint8Array): void {
    this.images = images;
    this.shownIndex = -1;
    this.update(this.walk.position);
  }

  update(z: Float32Array): void {
    this.neighbours = nearest(this.space.codes, z, NEIGHBOURS);
    const [first] = this.neighbours;
    if (!first) return;
    this.atlas.update(z, this.neighbours);
    const quantiles = this.space.data.neighbour_quantiles;
    const { verdict, percentile } = judge(first.distance, quantiles);
    if (this.title.textContent !== WORDS[verdict].title) {
      this.title.textContent = WORDS[verdict].title;
      this.text.textContent = WORDS[verdict].text;
      this.element.dataset.verdict = verdict;
    }
    this.meter.style.left = `${100 * meterPlace(percentile)}%`;
    this.nearestText.textContent = this.tellNearest(first, percentile);
    this.showNearest(first.index);
  }

  /** Brings the texts for screen readers up to date; too slow to do while dragging. */
  describe(): void {
    const [first] = this.neighbours;
    if (!first) return;
    this.atlas.describe(`${this.title.textContent}.`);
    this.nearestPicture.describe(`Nearest real image: ${this.space.nameOf(first.index)}`);
  }

  /** Draws a path of codes from A to B on the map; none without codes. */
  follow(codes: Float32Array[]): void {
    this.atlas.follow(codes);
  }

  /** Shows where the code of an image lies, its q(z|x) and draws from it; null: none. */
  star(...star: Parameters<Atlas["star"]>): void {
    this.atlas.star(...star);
  }

  /** One sentence about the place, for the large image's text alternative. */
  summary(): string {
    const [first] = this.neighbours;
    return first
      ? `${this.title.textContent}; nearest real image: ${this.space.nameOf(first.index)}`
      : "";
  }

  close(): void {
    this.recon.close();
    this.atlas.close();
  }

  private verdict(): HTMLElement {
    const scale = h("div", { class: "scale", "aria-hidden": "true" }, this.meter);
    const words = h("div", { class: "words" }, this.title, scale, this.text, this.nearestText);
    return h("div", { class: "verdict" }, this.nearestPicture.canvas, words);
  }

  private tellNearest({ index, distance }: Neighbour, percentile: number): string {
    const what = this.images ? "Nearest real image" : "Reconstruction of the nearest real image";
    const share = Math.min(100, Math.round(100 * percentile));
    return `${what}: ${this.space.nameOf(index)}. Distance ${distance.toFixed(2)}; ${share} % of real codes are nearer to their neighbour.`;
  }

  private showNearest(index: number): void {
    if (index === this.shownIndex) return;
    this.shownIndex = index;
    if (this.images) {
      const { width, height, channels } = this.shape;
      const size = width * height * channels;
      this.nearestPicture.draw(this.images.subarray(index * size, (index + 1) * size), 1);
    } else {
      this.recon.ask(index);
    }
  }
}
