/** Decodes whole grids in a thread of its own, so that the dragged image never waits for them. */
import { Decoder } from "./decoder";
import { fetchRuntime } from "./runtime";

export interface LoadMessage {
  kind: "load";
  model: Uint8Array;
  zDim: number;
}
/** Frees the model; the worker itself waits for the next one. */
export interface ReleaseMessage {
  kind: "release";
}
export interface DecodeMessage {
  kind: "decode";
  id: number;
  codes: Float32Array;
  count: number;
}
export interface Answer {
  id: number;
  images?: Float32Array;
  error?: string;
}

type Message = LoadMessage | DecodeMessage | ReleaseMessage;

let decoder: Promise<Decoder> | undefined;

addEventListener("message", async (event: MessageEvent<Message>) => {
  const message = event.data;
  if (message.kind === "load") {
    // Fetched here: what the page fetched would be copied.
    const { model, zDim } = message;
    decoder = fetchRuntime().then((runtime) => Decoder.load(model, runtime, zDim));
    decoder.catch(() => undefined); // reported with the first decode
    return;
  }
  if (message.kind === "release") {
    const former = decoder;
    decoder = undefined;
    await former?.then((loaded) => loaded.release()).catch(() => undefined);
    return;
  }
  const { id, codes, count } = message;
  try {
    if (!decoder) throw new Error("The worker was asked to decode before it had a model.");
    const images = await (await decoder).decode(codes, count);
    answer({ id, images }, [images.buffer]);
  } catch (error) {
    answer({ id, error: String(error) }, []);
  }
});

function answer(message: Answer, transfer: Transferable[]): void {
  postMessage(message, { transfer });
}
