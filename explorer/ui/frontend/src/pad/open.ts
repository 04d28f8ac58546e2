import { Decoder, type Decodes } from "../decoder/decoder";
import { RemoteDecoder } from "../decoder/remote";
import { fetchRuntime } from "../decoder/runtime";
import type { PadData } from "../shared/contract";
import { beside, fetchFile, fetchNpy } from "../shared/files";
import { App, type Loaded } from "./app";

export { style } from "./style";

/**
 * Opens the pad of a checkpoint.
 *
 * @param released Told where the hand lets go.
 * @param failed Told when an image cannot be decoded.
 */
export async function open(
  data: PadData,
  released: (z: Float32Array) => void,
  failed: (error: unknown) => void,
): Promise<App> {
  const loaded = await load(data);
  return new App(loaded, helpers(loaded), released, failed);
}

async function load(data: PadData): Promise<Loaded> {
  const [wasm, model, codes, labels] = await Promise.all([
    fetchRuntime(),
    fetchFile(data.model),
    fetchNpy<Float32Array>(data.codes),
    fetchNpy<Int32Array>(data.labels),
  ]);
  const weights = new Uint8Array(model);
  return {
    data,
    codes: codes.data,
    labels: labels.data,
    weights,
    decoder: await Decoder.load(weights, wasm, data.z_dim),
  };
}

/** Workers that decode grids: as many as leave one core to this thread. */
function helpers({ weights, data }: Loaded): Decodes[] {
  const count = Math.min(3, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));
  const address = beside(WORKER_FILE);
  try {
    return Array.from({ length: count }, () => new RemoteDecoder(address, weights, data.z_dim));
  } catch {
    return []; // no workers in this browser
  }
}
