/** Decodes whole grids in a thread of its own, so that the dragged image never waits for them. */
import { Decoder } from "./decoder";

export interface LoadMessage {
  kind: "load";
  model: Uint8Array;
  runtime: ArrayBuffer;
  zDim: number;
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

let decoder: Promise<Decoder> | undefined;

addEventListener("message", async (event: MessageEvent<LoadMessage | DecodeMessage>) => {
  const message = event.data;
  if (message.kind === "load") {
    decoder = Decoder.load(message.model, message.runtime, message.zDim);
    decoder.catch(() => undefined); // told with the first decode
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
