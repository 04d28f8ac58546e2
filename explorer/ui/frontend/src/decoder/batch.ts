import { Newest } from "../shared/schedule";
import type { Decodes } from "./decoder";

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

  /**
   * @param helpers Decode side by side.
   * @param spare Decodes what a helper fails to, and everything where there is no helper.
   */
  constructor(
    private readonly helpers: Decodes[],
    private readonly spare: Decodes,
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
        const part = () => codes.slice(first * this.zDim, (first + size) * this.zDim);
        const images = await helper
          .decode(part(), size)
          .catch(() => this.spare.decode(part(), size));
        if (mine === this.current) put(first, images);
      }
    };
    const helpers = this.helpers.length ? this.helpers : [this.spare];
    await Promise.all(helpers.map(help));
    if (mine === this.current) done?.();
  }
}
