/** What a browser needs to show and decode a checkpoint's test images, once for all that ask. */
import type { PreviewData } from "../shared/contract";
import { beside, fetchFile, fetchNpy } from "../shared/files";
import type { Decodes } from "./decoder";
import { RemoteDecoder } from "./remote";

/** Addresses of the files. */
export type Sources = Pick<PreviewData, "model" | "codes" | "images" | "z_dim">;

export interface Loaded {
  decoder: Decodes;
  codes: Float32Array;
  /** (n, h, w, c) uint8; absent where they are too many to send. */
  images: Uint8Array | undefined;
}

interface Shared {
  loaded: Promise<Loaded>;
  users: number;
}

const open = new Map<string, Shared>();

/** Names what is loaded: the same for the same files. */
export function nameOf({ model, codes, images }: Sources): string {
  return [model, codes, images].join();
}

/**
 * Fetches the files, and decodes once; who came first does it for all. `decoder.release()` gives it
 * back; the last one frees it.
 */
export async function load(sources: Sources): Promise<Loaded> {
  const name = nameOf(sources);
  let shared = open.get(name);
  if (!shared) {
    shared = { loaded: fetchAll(sources), users: 0 };
    open.set(name, shared);
  }
  const mine = shared;
  mine.users += 1;
  try {
    const loaded = await mine.loaded;
    const { decoder } = loaded;
    let given = true;
    const release = () => {
      if (!given) return;
      given = false;
      mine.users -= 1;
      if (mine.users > 0) return;
      if (open.get(name) === mine) open.delete(name);
      decoder.release();
    };
    const decode = (codes: Float32Array, count: number) => decoder.decode(codes, count);
    return { ...loaded, decoder: { decode, release } };
  } catch (error) {
    if (open.get(name) === mine) open.delete(name); // the next one tries again
    throw error;
  }
}

async function fetchAll(sources: Sources): Promise<Loaded> {
  const [model, codes, images] = await Promise.all([
    fetchFile(sources.model),
    fetchNpy<Float32Array>(sources.codes),
    sources.images ? fetchNpy<Uint8Array>(sources.images) : undefined,
  ]);
  const weights = new Uint8Array(model);
  const decoder = new RemoteDecoder(beside(WORKER_FILE), weights, sources.z_dim);
  try {
    await decoder.decode(new Float32Array(sources.z_dim), 1); // the first one waits for all that loads
  } catch (error) {
    decoder.release();
    throw error;
  }
  return { decoder, codes: codes.data, images: images?.data };
}
