import { beside, fetchGzip, fetchRuntime, fromServer, readNpy } from "./assets";
import { h } from "./dom";
import { Picture } from "./picture";
import { RemoteDecoder } from "./remote";
import type { ImageShape, PreviewData } from "./types";

interface Loaded {
  decoder: RemoteDecoder;
  codes: Float32Array;
  /** (n, h, w, c) uint8; absent where they are too many to send. */
  images: Uint8Array | undefined;
}

/**
 * Shows the images of a click before the server has answered it: hears of clicks on charts and
 * galleries, and tells a gallery its new images, both by events of the document (see plot.js and
 * gallery.js). It loads when the pointer first comes near a place to click; until then, and wherever
 * it fails, the images come with the server's answer alone.
 */
export class Preview {
  /** Seen by nobody; says whether it is loaded. */
  private readonly element = h("div", { hidden: true });
  private listening = new AbortController();
  private shown = "";
  private loading = false;
  private loaded: Loaded | undefined;
  private newest = -1;

  constructor(parent: { append(child: Node): void }) {
    parent.append(this.element);
  }

  update(data: PreviewData): void {
    const shown = JSON.stringify(data);
    if (shown === this.shown) return;
    this.forget();
    this.shown = shown;
    this.listening = new AbortController();
    const { signal } = this.listening;
    const places = data.places.map((key) => `.st-key-${key}`).join();
    const near = ({ target }: Event) => {
      if (target instanceof Element && target.closest(places)) this.load(data, signal);
    };
    document.addEventListener("pointerover", near, { signal });
    const click = (event: Event) => {
      const { name, index } = (event as CustomEvent<{ name: string; index: number }>).detail;
      if (data.places.includes(name)) void this.show(data, index);
    };
    document.addEventListener("explorer:click", click, { signal });
  }

  close(): void {
    this.forget();
    this.element.remove();
  }

  private forget(): void {
    this.element.dataset.state = "waiting";
    this.listening.abort();
    this.loaded?.decoder.release();
    this.loaded = undefined;
    this.loading = false;
  }

  private load(data: PreviewData, signal: AbortSignal): void {
    if (this.loading) return;
    this.loading = true;
    load(data, signal).then(
      (loaded) => {
        if (signal.aborted) {
          loaded.decoder.release();
          return;
        }
        this.loaded = loaded;
        this.element.dataset.state = "ready";
      },
      () => undefined,
    );
  }

  private async show(data: PreviewData, index: number): Promise<void> {
    this.newest = index;
    if (!this.loaded) return;
    const { decoder, codes, images } = this.loaded;
    const z = codes.slice(index * data.z_dim, (index + 1) * data.z_dim);
    try {
      const reconstruction = await decoder.decode(z, 1);
      if (index !== this.newest) return;
      const detail = { name: data.gallery, sources: sources(data, reconstruction, images, index) };
      document.dispatchEvent(new CustomEvent("explorer:images", { detail }));
    } catch {
      // The server's images are on their way.
    }
  }
}

async function load(data: PreviewData, signal: AbortSignal): Promise<Loaded> {
  const file = (path: string) => fetchGzip(fromServer(path), signal);
  const [runtime, model, codes, images] = await Promise.all([
    fetchRuntime(),
    file(data.model),
    file(data.codes),
    data.images ? file(data.images) : undefined,
  ]);
  const weights = new Uint8Array(model);
  const decoder = new RemoteDecoder(beside(WORKER_FILE), weights, runtime, data.z_dim);
  try {
    await decoder.decode(new Float32Array(data.z_dim), 1); // the first one waits for all that loads
  } catch (error) {
    decoder.release();
    throw error;
  }
  return {
    decoder,
    codes: readNpy<Float32Array>(codes).data,
    images: images && readNpy<Uint8Array>(images).data,
  };
}

/** Addresses of the images of one point, by their captions in the gallery. */
function sources(
  { image_shape: [height, width, channels] }: PreviewData,
  reconstruction: Float32Array,
  images: Uint8Array | undefined,
  index: number,
): Record<string, string> {
  const shape = { height, width, channels };
  const found = { reconstruction: address(reconstruction, shape) };
  if (!images) return found;
  const original = Float32Array.from(
    images.subarray(index * reconstruction.length, (index + 1) * reconstruction.length),
    (value) => value / 255,
  );
  const difference = original.map((value, i) => Math.abs(value - reconstruction[i]));
  return {
    ...found,
    original: address(original, shape),
    difference: address(difference, shape),
  };
}

function address(image: Float32Array, shape: ImageShape): string {
  const picture = new Picture(shape, "", "");
  picture.draw(image);
  return picture.canvas.toDataURL();
}
