/** What a browser needs to show and decode a checkpoint's test images, once for all that ask. */
import type { ScatterMapData } from "../shared/contract";
import { beside, fetchFile, fetchNpy } from "../shared/files";
import type { Decodes } from "./decoder";
import { RemoteDecoder } from "./remote";
import { Singles } from "./singles";

/** Addresses of the files; no model: nothing is decoded. */
export type Sources = Pick<ScatterMapData, "model" | "codes" | "images" | "z_dim"> &
  Partial<Pick<ScatterMapData, "image">>;

export interface Loaded {
  decoder: Decodes;
  codes: Float32Array;
  /** (n, h, w, c) uint8; absent where they are too many to send. */
  images: Uint8Array | undefined;
  /** Those that are fetched one by one. */
  singles?: Singles;
}

/** Stands for a decoder where there is none. */
const NONE: Decodes = {
  decode: () => Promise.reject(new Error("These codes have no decoder.")),
  release: () => undefined,
};

interface Shared {
  loaded: Promise<Loaded>;
  users: number;
}

const open = new Map<string, Shared>();

/** Names what is loaded: the same for the same files. */
export function nameOf({ model, codes, images, image }: Sources): string {
  return [model, codes, images, image].join();
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
    sources.model ? fetchFile(sources.model) : undefined,
    sources.codes ? fetchNpy<Float32Array>(sources.codes) : undefined,
    sources.images ? fetchNpy<Uint8Array>(sources.images) : undefined,
  ]);
  const seen = {
    codes: codes?.data ?? new Float32Array(),
    images: images?.data,
    singles: sources.image ? new Singles(sources.image) : undefined,
  };
  if (!model) return { ...seen, decoder: NONE };
  const weights = new Uint8Array(model);
  const decoder = new RemoteDecoder(beside(WORKER_FILE), weights, sources.z_dim);
  try {
    await decoder.decode(new Float32Array(sources.z_dim), 1); // the first one waits for all that loads
  } catch (error) {
    decoder.release();
    throw error;
  }
  return { ...seen, decoder };
}
