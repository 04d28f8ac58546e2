import type { PreviewData } from "../shared/contract";
import { h } from "../shared/dom";
import type { Selection } from "../shared/selection";
import type { View } from "../shared/view";
import { addresses } from "./images";
import { type Loaded, load, nameOf } from "./loaded";

/** After a failure nothing is tried for so long, in milliseconds. */
const PAUSE = 10_000;

/**
 * Decodes the images of a point that is chosen on a chart or in a gallery, for another gallery,
 * before the server has answered. It loads when the pointer first comes over a place to click;
 * until then, and wherever it fails, the images come with the server's answer alone.
 */
export class Preview implements View<PreviewData> {
  /** Seen by nobody; says whether it is loaded. */
  private readonly element = h("div", { hidden: true });
  private stopListening: (() => void)[] = [];
  private data: PreviewData | undefined;
  private attempt: AbortController | undefined;
  private failed = Number.NEGATIVE_INFINITY;
  private loaded: Loaded | undefined;
  private newest = -1;

  /** @param fetchAll Fetches what a preview needs, and decodes once. */
  constructor(
    parent: { append(child: Node): void },
    private readonly selection: Selection,
    private readonly fetchAll = load,
  ) {
    parent.append(this.element);
  }

  update(data: PreviewData): void {
    if (!this.data || nameOf(data) !== nameOf(this.data)) this.forget();
    this.data = data;
    this.stop();
    const { point, hover } = this.selection;
    this.stopListening = data.places.flatMap((place) => [
      hover.listen(place, (over) => {
        if (over) void this.load();
      }),
      point.listen(place, (index, origin) => {
        if (origin === "user" && index !== null) void this.show(data, index);
      }),
    ]);
    // The pointer may rest there already.
    if (data.places.some((place) => hover.get(place))) void this.load();
  }

  close(): void {
    this.stop();
    this.forget();
    this.element.remove();
  }

  private stop(): void {
    for (const stop of this.stopListening) stop();
  }

  private forget(): void {
    this.element.dataset.state = "waiting";
    this.attempt?.abort();
    this.attempt = undefined;
    this.loaded?.decoder.release();
    this.loaded = undefined;
  }

  private async load(): Promise<void> {
    if (!this.data || this.attempt || performance.now() - this.failed < PAUSE) return;
    const attempt = new AbortController();
    this.attempt = attempt;
    try {
      const loaded = await this.fetchAll(this.data);
      if (attempt.signal.aborted) {
        loaded.decoder.release();
        return;
      }
      this.loaded = loaded;
      this.element.dataset.state = "ready";
    } catch {
      if (attempt.signal.aborted) return;
      this.attempt = undefined;
      this.failed = performance.now();
    }
  }

  private async show(data: PreviewData, index: number): Promise<void> {
    this.newest = index;
    if (!this.loaded) return;
    const { decoder, codes, images, singles } = this.loaded;
    const z = codes.slice(index * data.z_dim, (index + 1) * data.z_dim);
    try {
      const [reconstruction, single] = await Promise.all([
        decoder.decode(z, 1),
        images ? undefined : singles?.fetch(index),
      ]);
      if (index !== this.newest) return;
      const sources = single
        ? addresses(data, reconstruction, single, 0)
        : addresses(data, reconstruction, images, index);
      const decoded = { index, sources };
      this.selection.images.set(data.gallery, decoded, "user");
    } catch {
      // The server's images are on their way.
    }
  }
}
