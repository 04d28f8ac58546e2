import type { Batch } from "../decoder/batch";
import type { Decodes } from "../decoder/decoder";
import type { Encoded, Encoder } from "../decoder/encoder";
import type { ImageShape } from "../shared/picture";
import type { Space } from "./space";
import type { Walk } from "./walk";

/** What the panels below the image share. */
export interface Context {
  space: Space;
  walk: Walk;
  shape: ImageShape;
  /** The decoder of this thread, for single images. */
  decoder: Decodes;
  /** Decodes grids beside this thread. One panel is open at a time, so one request suffices. */
  batch: Batch;
  /** The real images, once they have arrived. */
  images: () => Uint8Array | undefined;
  /** Draws a path of codes from A to B on the map; none without codes. */
  follow: (codes: Float32Array[]) => void;
  /** The encoder, fetched when first asked for. */
  encoder: () => Promise<Encoder>;
  /** Shows on the map where the code of an image lies, its q(z|x) and draws from it; null: none. */
  star: (
    z: Float32Array | null,
    std: Float32Array | null,
    samples?: readonly Float32Array[],
  ) => void;
  /** What was drawn last, and its code; absent while the paper is empty. */
  drawn?: { image: Float32Array; encoded: Encoded };
}

/** One tab below the image. */
export interface Panel {
  readonly title: string;
  readonly element: HTMLElement;
  /** Called when the tab is opened. */
  open(): void;
  /** Called when the tab is closed. */
  leave?(): void;
  /** Called in each frame in which z has moved while the tab is open. */
  update(z: Float32Array): void;
}
