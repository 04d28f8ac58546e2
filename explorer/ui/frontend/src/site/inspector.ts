/** What is known of the chosen image, what lies near it, and what is selected. */
import { CodeBars } from "../code/bars";
import { address, addresses } from "../decoder/images";
import { type Loaded, load } from "../decoder/loaded";
import { Gallery } from "../gallery/gallery";
import { nearest } from "../pad/nearest";
import { explain } from "../pad/terms";
import type { TileData } from "../shared/contract";
import type { SiteData } from "../shared/contract_site";
import { h } from "../shared/dom";
import { fetchNpy } from "../shared/files";
import type { Selection } from "../shared/selection";

const NEIGHBOURS = 12;
const SHOWN = 48; // of a selection
const ALT = {
  original: "original image",
  reconstruction: "reconstruction",
  difference: "absolute difference of both",
} as const;

export interface Known extends Loaded {
  labels: ArrayLike<number>;
  errors: ArrayLike<number>;
}

/** Fetches what is known of all images. */
export async function fetchKnown({ pictures: [{ map }] }: SiteData): Promise<Known> {
  const [loaded, labels, errors] = await Promise.all([
    load(map),
    fetchNpy(map.labels),
    map.errors ? fetchNpy(map.errors) : undefined,
  ]);
  return { ...loaded, labels: labels.data, errors: errors?.data ?? [] };
}

export class Inspector {
  readonly element = h("div", { class: "inspector" });
  private readonly about = h("p", { class: "about", role: "status" }, "Loading the decoder …");
  private readonly near = h("p", { class: "caption" });
  private readonly counts = h("p", { class: "caption" });
  private readonly selected = h("section", { hidden: true, "aria-label": "Selection" });
  private readonly images: Gallery;
  private readonly bars: CodeBars;
  private readonly neighbours: Gallery;
  private readonly members: Gallery;
  private newest = -1;
  private group: readonly number[] = [];

  /** @param choose Told when one of the small images is clicked. */
  constructor(
    private readonly data: SiteData,
    selection: Selection,
    private readonly choose: (index: number) => void,
    private readonly known: Promise<Known> = fetchKnown(data),
  ) {
    const { element, about, near, selected } = this;
    this.images = new Gallery(element, selection);
    element.append(about);
    this.bars = new CodeBars(element);
    element.append(h("p", { class: "caption" }, data.code_caption), selected);
    selected.append(h("h2", {}, "Selection"), this.counts);
    this.members = new Gallery(selected, selection);
    element.append(h("h2", {}, "Neighbours"), near);
    this.neighbours = new Gallery(element, selection);
    explain(element, data.terms);
    known.catch((error: unknown) => {
      console.error(error);
      about.textContent = "This browser could not load the decoder: reload the page.";
    });
  }

  /** The code of an image; undefined where codes cannot be had. */
  async code(index: number): Promise<number[] | undefined> {
    const known = await this.known.catch(() => undefined);
    return known && [...codeOf(known, index, this.data)];
  }

  /** Shows an image. */
  async show(index: number): Promise<void> {
    this.newest = index;
    const known = await this.known.catch(() => undefined);
    if (!known || this.newest !== index) return;
    const { pad } = this.data;
    const z = codeOf(known, index, this.data);
    this.tell(known, index);
    this.bars.update({
      role: "bars",
      z: [...z],
      low: pad.dimensions.map(({ mean, std }) => mean - 2 * std),
      high: pad.dimensions.map(({ mean, std }) => mean + 2 * std),
    });
    const found = nearest(known.codes, z, NEIGHBOURS + 1).filter((near) => near.index !== index);
    const near = found.slice(0, NEIGHBOURS);
    this.tellNear(
      known,
      index,
      near.map(({ index }) => index),
    );
    const alts = near.map(({ distance }) => `distance ${distance.toFixed(2)}`);
    const [image, tiles] = await Promise.all([
      known.decoder.decode(z, 1),
      this.tiles(
        known,
        near.map(({ index }) => index),
        alts,
      ),
    ]);
    if (this.newest !== index) return;
    const sources = addresses(pad, image, known.images, index);
    const roles = (["original", "reconstruction", "difference"] as const).filter((r) => sources[r]);
    const shown = roles.map((role) => {
      const alt = `${ALT[role]}: ${this.nameOf(known, index)}`;
      return { src: sources[role] ?? "", caption: role, alt, index: null, role };
    });
    this.draw(this.images, "images", shown, 3);
    this.draw(this.neighbours, "neighbours", tiles, 6);
    this.element.dataset.shown = String(index);
  }

  /** Shows what is selected; nothing without indices. */
  async select(indices: readonly number[]): Promise<void> {
    this.group = indices;
    this.selected.hidden = indices.length === 0;
    const known = await this.known.catch(() => undefined);
    if (!known || this.group !== indices || !indices.length) return;
    const counts = new Map<string, number>();
    for (const index of indices) {
      const name = this.classOf(known, index);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const parts = [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${count.toLocaleString("en")} ${name}`.trim());
    const first = indices.length > SHOWN ? ` The first ${SHOWN} of them:` : "";
    const all = indices.length.toLocaleString("en");
    this.counts.textContent = `${all} selected: ${parts.join(", ")}.${first}`;
    const tiles = await this.tiles(known, indices.slice(0, SHOWN));
    if (this.group === indices) this.draw(this.members, "selected", tiles, 8);
  }

  private tell(known: Known, index: number): void {
    const { errors } = known;
    const error = errors[index];
    let lower = 0;
    for (let i = 0; i < errors.length; i++) lower += Number(errors[i] < error);
    const share = Math.round((100 * lower) / errors.length);
    this.about.replaceChildren(
      h("b", {}, this.nameOf(known, index)),
      ` · reconstruction error `,
      h("b", {}, error.toFixed(1)),
      ` ${this.data.error_unit}, higher than `,
      h("b", {}, `${share}%`),
      " of the test images",
    );
  }

  private tellNear(known: Known, index: number, near: number[]): void {
    const own = known.labels[index];
    const same = near.filter((row) => known.labels[row] === own).length;
    const share = same === near.length ? "all" : String(same);
    const dimensions = this.data.pad.z_dim;
    this.near.textContent =
      `The ${near.length} nearest codes, by all ${dimensions} latent dimensions; ${share} of them ` +
      `${same === 1 ? "has" : "have"} the same label. Click one to move there.`;
  }

  /** Images as buttons: originals, or reconstructions where these are not on the page. */
  private async tiles(
    known: Known,
    rows: readonly number[],
    alts: string[] = [],
  ): Promise<TileData[]> {
    const { z_dim: zDim, image_shape: shape } = this.data.pad;
    const [height, width, channels] = shape;
    const pixels = height * width * channels;
    const codes = new Float32Array(rows.length * zDim);
    rows.forEach((row, i) => {
      codes.set(known.codes.subarray(row * zDim, (row + 1) * zDim), i * zDim);
    });
    const decoded =
      known.images || !rows.length ? undefined : await known.decoder.decode(codes, rows.length);
    return rows.map((row, i) => {
      const image = known.images
        ? known.images.subarray(row * pixels, (row + 1) * pixels)
        : (decoded?.subarray(i * pixels, (i + 1) * pixels) ?? []);
      const src = address(image, { height, width, channels }, known.images ? 1 : 255);
      const alt = [this.nameOf(known, row), alts[i]].filter(Boolean).join(", ");
      return { src, caption: "", alt, index: row, role: null };
    });
  }

  private draw(gallery: Gallery, name: string, tiles: TileData[], columns: number): void {
    const choose = (index: unknown) => this.choose(index as number);
    gallery.update(
      { role: "gallery", name, tiles, columns, width: 48, about: null },
      { trigger: (_, index) => choose(index), state: () => undefined },
    );
  }

  private classOf({ labels }: Known, index: number): string {
    return this.data.pad.classes[labels[index]]?.name ?? "";
  }

  private nameOf(known: Known, index: number): string {
    const name = this.classOf(known, index);
    return `${name ? `${name} · ` : ""}image ${index.toLocaleString("en")}`;
  }
}

function codeOf({ codes }: Known, index: number, { pad }: SiteData): Float32Array {
  return codes.slice(index * pad.z_dim, (index + 1) * pad.z_dim);
}
