import { beside, fetchGzip } from "../shared/files";

/** Thrown where the browser lacks WebAssembly: nothing can be decoded in it. */
export class NoWebAssembly extends Error {
  constructor() {
    super("This browser has WebAssembly switched off: switch it on, or use another browser.");
  }
}

let runtime: Promise<ArrayBuffer> | undefined;

/** Fetches ONNX Runtime itself (WebAssembly), once a page; fails where there is no WebAssembly. */
export function fetchRuntime(): Promise<ArrayBuffer> {
  if (typeof WebAssembly === "undefined") return Promise.reject(new NoWebAssembly());
  runtime ??= fetchGzip(beside(RUNTIME_FILE));
  runtime.catch(() => {
    runtime = undefined; // the next one tries again
  });
  return runtime;
}
