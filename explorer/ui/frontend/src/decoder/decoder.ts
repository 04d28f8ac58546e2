import * as ort from "onnxruntime-web/wasm";

/** Anything that turns codes into images: the session in this thread, or one in a worker. */
export interface Decodes {
  /**
   * @param codes `count` codes one after the other.
   * @returns `count` images (h, w, c) one after the other, values in [0, 1].
   */
  decode(codes: Float32Array, count: number): Promise<Float32Array>;
  release(): void;
}

/** A checkpoint's decoder in ONNX Runtime's WebAssembly, one thread. */
export class Decoder implements Decodes {
  private last: Promise<unknown> = Promise.resolve();
  private readonly input: string;
  private readonly output: string;

  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly zDim: number,
  ) {
    [this.input, this.output] = [session.inputNames[0], session.outputNames[0]];
  }

  /**
   * @param runtime ONNX Runtime's .wasm file; it is compiled once a thread, whatever comes later,
   *   and then emptied: compiled code keeps its own.
   */
  static async load(model: Uint8Array, runtime: ArrayBuffer, zDim: number): Promise<Decoder> {
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = runtime;
    ort.env.logLevel = "error";
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
    });
    if (runtime.byteLength > 0) {
      (runtime as { transfer?: (length: number) => void }).transfer?.(0);
    }
    return new Decoder(session, zDim);
  }

  /** Runs one after the other: a session must not be entered twice. */
  decode(codes: Float32Array, count: number): Promise<Float32Array> {
    const run = async () => {
      const tensor = new ort.Tensor("float32", codes, [count, this.zDim]);
      const results = await this.session.run({ [this.input]: tensor });
      return results[this.output].data as Float32Array;
    };
    const result = this.last.then(run, run);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Frees the weights once the run under way has ended. */
  release(): void {
    const free = () => this.session.release();
    this.last = this.last.then(free, free).catch(() => undefined);
  }
}
