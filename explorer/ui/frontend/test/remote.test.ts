import { afterEach, describe, expect, it, vi } from "vitest";
import { RemoteDecoder } from "../src/decoder/remote";

/** A worker that answers nothing, and can be made to fail. */
class SilentWorker extends EventTarget {
  static last: SilentWorker;
  posted: unknown[] = [];
  terminated = false;

  constructor() {
    super();
    SilentWorker.last = this;
  }

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  fail(): void {
    this.dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" }));
  }
}

afterEach(() => vi.unstubAllGlobals());

describe("RemoteDecoder", () => {
  it("refuses what is asked before and after its worker failed, so that another one decodes", async () => {
    vi.stubGlobal("Worker", SilentWorker);
    const decoder = new RemoteDecoder("worker.js", new Uint8Array(), 2);
    const worker = SilentWorker.last;
    const waiting = decoder.decode(new Float32Array(2), 1);
    worker.fail();
    await expect(waiting).rejects.toThrow("out of memory");
    await expect(decoder.decode(new Float32Array(2), 1)).rejects.toThrow("failed");
    decoder.release();
    expect(worker.terminated).toBe(true);
  });
});
