import { Session } from "./session";

/** Anything that turns codes into images: the session in this thread, or one in a worker. */
export interface Decodes {
  /**
   * @param codes `count` codes one after the other.
   * @returns `count` images (h, w, c) one after the other, values in [0, 1].
   */
  decode(codes: Float32Array, count: number): Promise<Float32Array>;
  release(): void;
}

/** A checkpoint's decoder. */
export class Decoder implements Decodes {
  private constructor(
    private readonly session: Session,
    private readonly zDim: number,
  ) {}

  /** @param runtime See `Session.load`. */
  static async load(model: Uint8Array, runtime: ArrayBuffer, zDim: number): Promise<Decoder> {
    return new Decoder(await Session.load(model, runtime), zDim);
  }

  async decode(codes: Float32Array, count: number): Promise<Float32Array> {
    const [images] = await this.session.run(codes, [count, this.zDim]);
    return images;
  }

  release(): void {
    this.session.release();
  }
}
