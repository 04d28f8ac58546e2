import type { ImageShape } from "../shared/picture";
import { Session } from "./session";

/** The code of an image. */
export interface Encoded {
  mean: Float32Array;
  /** Standard deviations of q(z|x); null for an AE, whose code is one point. */
  std: Float32Array | null;
}

/** A checkpoint's encoder. */
export class Encoder {
  private constructor(
    private readonly session: Session,
    private readonly shape: ImageShape,
  ) {}

  /** @param runtime See `Session.load`. */
  static async load(model: Uint8Array, runtime: ArrayBuffer, shape: ImageShape): Promise<Encoder> {
    return new Encoder(await Session.load(model, runtime), shape);
  }

  /** @param image (h, w, c), values in [0, 1]. */
  async encode(image: Float32Array): Promise<Encoded> {
    const { height, width, channels } = this.shape;
    const [mean, logVar] = await this.session.run(image, [1, height, width, channels]);
    return { mean, std: logVar ? logVar.map((value) => Math.exp(value / 2)) : null };
  }

  release(): void {
    this.session.release();
  }
}
