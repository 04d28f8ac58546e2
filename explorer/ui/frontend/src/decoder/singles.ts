/** Test images that are fetched one by one: all of them are too many to send. */
import { fetchNpy } from "../shared/files";

/** So many are kept, the latest. */
const KEPT = 2000;

export class Singles {
  private readonly there = new Map<number, Uint8Array>();
  private readonly asked = new Map<number, Promise<Uint8Array>>();

  /** @param address Of one image, * standing for its index. */
  constructor(
    private readonly address: string,
    private readonly fetchOne = async (path: string) => (await fetchNpy<Uint8Array>(path)).data,
  ) {}

  /** An image that is here. */
  get(index: number): Uint8Array | undefined {
    return this.there.get(index);
  }

  /** Fetches an image, once for all that ask. */
  fetch(index: number): Promise<Uint8Array> {
    const known = this.there.get(index);
    if (known) return Promise.resolve(known);
    let asked = this.asked.get(index);
    if (!asked) {
      asked = this.fetchOne(this.address.replace("*", String(index)))
        .then((image) => this.keep(index, image))
        .finally(() => this.asked.delete(index));
      this.asked.set(index, asked);
    }
    return asked;
  }

  private keep(index: number, image: Uint8Array): Uint8Array {
    this.there.set(index, image);
    if (this.there.size > KEPT) this.there.delete(this.there.keys().next().value as number);
    return image;
  }
}
