import * as ort from "onnxruntime-web/wasm";

/** A model in ONNX Runtime's WebAssembly, one thread. */
export class Session {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly session: ort.InferenceSession) {}

  /**
   * @param runtime ONNX Runtime's .wasm file; it is compiled once a thread, whatever comes later,
   *   and then emptied: compiled code keeps its own.
   */
  static async load(model: Uint8Array, runtime: ArrayBuffer): Promise<Session> {
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
    return new Session(session);
  }

  /**
   * Runs one after the other: a session must not be entered twice.
   *
   * @param shape Of the input, the batch first.
   * @returns All outputs.
   */
  run(input: Float32Array, shape: number[]): Promise<Float32Array[]> {
    const { session } = this;
    const run = async () => {
      const tensor = new ort.Tensor("float32", input, shape);
      const results = await session.run({ [session.inputNames[0]]: tensor });
      return session.outputNames.map((name) => results[name].data as Float32Array);
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
