import type { GalleryData, TileData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import type { DecodedImages, Selection } from "../shared/selection";
import type { Send, View } from "../shared/view";
import style from "./gallery.css";

/** A server may be this late, in milliseconds, with the images that were shown before its own. */
const PATIENCE = 3000;

interface Tile {
  element: HTMLElement;
  image: HTMLImageElement;
  caption: HTMLElement;
  isButton: boolean;
  data: TileData;
}

/** Small images in a row or a grid, each a button if it has an index. */
export class Gallery implements View<GalleryData> {
  private readonly grid = h("div", { class: "explorer-gallery" });
  private readonly tiles: Tile[] = [];
  private name = "";
  private send: Send | undefined;
  private stopListening: () => void = () => undefined;
  /** The point whose images were shown before the server sent them, and how long they may stay. */
  private decoded: { index: number; until: number } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
  ) {
    addStyle(style);
    this.grid.addEventListener("click", (event) => this.click(event));
    this.grid.addEventListener("pointerover", (event) => {
      selection.hover.set(this.name, { index: indexAt(event.target) }, "user");
    });
    this.grid.addEventListener("pointerleave", () => this.leave());
    parent.append(this.grid);
  }

  update(data: GalleryData, send: Send): void {
    this.send = send;
    if (data.name !== this.name) {
      this.stopListening();
      this.name = data.name;
      const show = (images: DecodedImages) => this.preview(images);
      this.stopListening = this.selection.images.listen(data.name, show);
    }
    clearTimeout(this.timer);
    const wait = this.delay(data.about);
    if (wait > 0) this.timer = setTimeout(() => this.show(data), wait);
    else this.show(data);
  }

  close(): void {
    clearTimeout(this.timer);
    this.stopListening();
    this.leave();
    this.grid.remove();
  }

  private click({ target }: Event): void {
    const index = indexAt(target);
    if (index === null) return;
    this.send?.trigger("clicked", index);
    this.selection.point.set(this.name, index, "user");
  }

  private leave(): void {
    if (this.selection.hover.get(this.name)) this.selection.hover.set(this.name, null, "user");
  }

  private show({ tiles, columns, width }: GalleryData): void {
    this.decoded = undefined;
    this.grid.style.gridTemplateColumns = columns
      ? `repeat(${columns}, minmax(${columns > 8 ? 36 : 0}px, 1fr))`
      : `repeat(auto-fill, ${width}px)`;
    // Tiles stay where they are and get other images: nothing flickers, and the focus stays.
    tiles.forEach((data, i) => {
      const former = this.tiles[i];
      const isButton = data.index !== null;
      const tile = former?.isButton === isButton ? former : create(data, isButton);
      if (!former) this.grid.append(tile.element);
      else if (former !== tile) former.element.replaceWith(tile.element);
      fill(tile, data, columns ? "" : `${width}px`);
      this.tiles[i] = tile;
    });
    for (const { element } of this.tiles.splice(tiles.length)) element.remove();
  }

  /** Shows all of these images or none: two points are never mixed. */
  private preview({ index, sources }: DecodedImages): void {
    const found = this.tiles.map(({ data }) => data.role && sources[data.role]);
    if (!found.every((source) => typeof source === "string")) return;
    this.tiles.forEach(({ image }, i) => {
      image.src = found[i];
    });
    this.decoded = { index, until: performance.now() + PATIENCE };
  }

  /**
   * How long to hold back images of a point that was left since: those of a slow server, or of one
   * that has not heard of the later click.
   */
  private delay(about: number | null): number {
    const { decoded } = this;
    return !decoded || about === decoded.index ? 0 : decoded.until - performance.now();
  }
}

function create(data: TileData, isButton: boolean): Tile {
  const image = h("img");
  const caption = h(isButton ? "span" : "figcaption");
  const element = isButton
    ? h("button", { class: "explorer-tile", type: "button" }, image, caption)
    : h("figure", { class: "explorer-tile" }, image, caption);
  return { element, image, caption, isButton, data };
}

function fill(tile: Tile, data: TileData, width: string): void {
  const { element, image, caption } = tile;
  tile.data = data;
  element.style.width = width;
  if (data.index !== null) element.dataset.index = String(data.index);
  if (image.getAttribute("src") !== data.src) image.src = data.src;
  image.alt = data.alt;
  caption.textContent = data.caption;
}

/** Index of the button at an event's target, or null. */
function indexAt(target: EventTarget | null): number | null {
  const button = target instanceof Element ? target.closest("button") : null;
  return button ? Number(button.dataset.index) : null;
}
