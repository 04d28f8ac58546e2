import type { Decodes } from "./decoder";
import type { Answer, DecodeMessage, LoadMessage, ReleaseMessage } from "./worker";

/** Workers without a model. They are kept: a new one would have to compile ONNX Runtime again. */
const idle: Worker[] = [];

/** A decoder in a web worker. */
export class RemoteDecoder implements Decodes {
  private readonly worker: Worker;
  private readonly listening = new AbortController();
  private readonly waiting = new Map<
    number,
    { resolve: (images: Float32Array) => void; reject: (reason: Error) => void }
  >();

  private broken = false;

  /** @param address The worker's script. */
  constructor(address: string, model: Uint8Array, zDim: number) {
    const former = idle.pop();
    this.worker = former ?? new Worker(address, { type: "module" });
    const { signal } = this.listening;
    this.worker.addEventListener("message", (event) => this.hear(event.data), { signal });
    const fail = (event: ErrorEvent) => this.fail(event.message || "The worker could not start.");
    this.worker.addEventListener("error", fail, { signal });
    const message: LoadMessage = { kind: "load", model, zDim };
    this.worker.postMessage(message);
  }

  decode(codes: Float32Array, count: number): Promise<Float32Array> {
    if (this.broken) return Promise.reject(new Error("The worker has failed."));
    requests += 1;
    const id = requests;
    const message: DecodeMessage = { kind: "decode", id, codes, count };
    const answer = new Promise<Float32Array>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.worker.postMessage(message, [codes.buffer as ArrayBuffer]);
    return answer;
  }

  release(): void {
    const message: ReleaseMessage = { kind: "release" };
    this.worker.postMessage(message);
    this.listening.abort();
    this.waiting.clear();
    if (this.broken) this.worker.terminate();
    else idle.push(this.worker);
  }

  private hear({ id, images, error }: Answer): void {
    const asked = this.waiting.get(id);
    this.waiting.delete(id);
    if (images) asked?.resolve(images);
    else asked?.reject(new Error(error));
  }

  private fail(reason: string): void {
    this.broken = true;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}

/** Numbers of requests are never used twice: a worker may still answer its former owner's. */
let requests = 0;
