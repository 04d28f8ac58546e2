import { EachFrame, type Frames } from "../shared/schedule";

type Listener = (z: Float32Array) => void;

/**
 * Where the user is in latent space. Every change is heard in the next animation frame by those
 * who draw; the server hears a change only when it is released.
 */
export class Walk {
  private z: Float32Array;
  private home: Float32Array;
  private sent: Float32Array;
  private readonly frames: EachFrame;
  private readonly listeners = new Set<Listener>();

  /** @param released Called with z when the user lets go of it. */
  constructor(
    start: ArrayLike<number>,
    private readonly released: (z: Float32Array) => void,
    frames: Frames = globalThis,
  ) {
    this.z = Float32Array.from(start);
    this.home = this.z.slice();
    this.sent = this.home;
    this.frames = new EachFrame(() => this.tell(), frames);
  }

  get position(): Float32Array {
    return this.z;
  }

  /** The place that *reset* returns to. */
  get start(): Float32Array {
    return this.home;
  }

  set start(z: ArrayLike<number>) {
    this.home = Float32Array.from(z);
  }

  /** Listens until the returned function is called. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Moves while the hand is still on something. */
  move(z: ArrayLike<number>): void {
    this.z = Float32Array.from(z);
    this.frames.ask();
  }

  moveAlong(dimension: number, value: number): void {
    this.z[dimension] = value;
    this.frames.ask();
  }

  /** Tells the server where the hand let go, if it does not know. */
  release(): void {
    if (this.sent.every((value, i) => value === this.z[i])) return;
    this.sent = this.z.slice();
    this.released(this.z);
  }

  /** Moves and lets go at once. */
  jump(z: ArrayLike<number>): void {
    this.move(z);
    this.release();
  }

  /** Begins anew at `z`, which *reset* will return to. */
  begin(z: ArrayLike<number>): void {
    this.home = Float32Array.from(z);
    this.jump(z);
  }

  /** Begins anew where the server says. */
  follow(z: ArrayLike<number>): void {
    this.home = Float32Array.from(z);
    this.sent = this.home;
    this.move(z);
  }

  close(): void {
    this.frames.close();
    this.listeners.clear();
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.z);
  }
}
