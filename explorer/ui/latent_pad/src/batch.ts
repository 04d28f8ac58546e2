import type { Decodes } from "./decoder";
import { Newest } from "./schedule";
import type { Answer, DecodeMessage, LoadMessage } from "./worker";

const CHUNK = 32;

/** Takes images as they come: `images` holds those from number `first` on. */
export type Put = (first: number, images: Float32Array) => void;

interface Job {
  codes: Float32Array;
  count: number;
  put: Put;
  done?: () => void;
}

/** Decodes many codes at a time on the helpers given; of several requests the newest wins. */
export class Batch {
  private readonly newest: Newest<Job>;
  private current = 0;

  constructor(
    private readonly helpers: Decodes[],
    private readonly zDim: number,
  ) {
    this.newest = new Newest((job) => this.work(job));
  }

  /** Asks for `count` images; a request that still waits is replaced. */
  ask(codes: Float32Array, count: number, put: Put, done?: () => void): void {
    this.newest.ask({ codes, count, put, done });
  }

  /** Stops what is under way, for instance because another tab is shown now. */
  cancel(): void {
    this.current += 1;
  }

  close(): void {
    this.newest.close();
    this.cancel();
    for (const helper of this.helpers) helper.release();
  }

  private async work({ codes, count, put, done }: Job): Promise<void> {
    this.current += 1;
    const mine = this.current;
    let next = 0;
    const help = async (helper: Decodes) => {
      while (next < count && mine === this.current) {
        const first = next;
        const size = Math.min(CHUNK, count - first);
        next += size;
        const part = codes.slice(first * this.zDim, (first + size) * this.zDim);
        const images = await helper.decode(part, size);
        if (mine === this.current) put(first, images);
      }
    };
    await Promise.all(this.helpers.map(help));
    if (mine === this.current) done?.();
  }
}

/** A decoder in a web worker. */
export class WorkerDecoder implements Decodes {
  private readonly waiting = new Map<
    number,
    { resolve: (images: Float32Array) => void; reject: (reason: Error) => void }
  >();
  private count = 0;

  constructor(
    private readonly worker: Worker,
    model: Uint8Array,
    runtime: ArrayBuffer,
    zDim: number,
  ) {
    worker.addEventListener("message", (event: MessageEvent<Answer>) => {
      const { id, images, error } = event.data;
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      if (images) asked?.resolve(images);
      else asked?.reject(new Error(error));
    });
    const message: LoadMessage = { kind: "load", model, runtime, zDim };
    worker.postMessage(message);
  }

  decode(codes: Float32Array, count: number): Promise<Float32Array> {
    this.count += 1;
    const id = this.count;
    const message: DecodeMessage = { kind: "decode", id, codes, count };
    const answer = new Promise<Float32Array>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.worker.postMessage(message, [codes.buffer as ArrayBuffer]);
    return answer;
  }

  release(): void {
    this.worker.terminate();
    this.waiting.clear();
  }
}
