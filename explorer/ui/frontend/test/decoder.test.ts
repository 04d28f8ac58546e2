import { describe, expect, it } from "vitest";
import { Decoder } from "../src/decoder/decoder";
import { difference, file, golden } from "./golden";

const RUNTIME =
  "explorer/ui/frontend/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";
const runtime = new Uint8Array(file(RUNTIME)).buffer;
const decoders = golden("decoders") as Record<
  string,
  { shape: number[]; z: number[][]; images: number[][] }
>;

describe.each(Object.entries(decoders))("%s", (name, { z, images }) => {
  it("decodes as Keras does", async () => {
    const model = new Uint8Array(file(`checkpoints/${name}/decoder.onnx`));
    const decoder = await Decoder.load(model, runtime, z[0].length);
    const all = await decoder.decode(Float32Array.from(z.flat()), z.length);
    expect(difference(all, images.flat())).toBeLessThan(1e-4);
    // Asked for at once, answered one after the other, each with its own image.
    const single = await Promise.all(z.map((code) => decoder.decode(Float32Array.from(code), 1)));
    single.forEach((image, i) => {
      expect(difference(image, images[i])).toBeLessThan(1e-4);
    });
    decoder.release();
  });
});

describe("a damaged model", () => {
  it("is refused", async () => {
    await expect(Decoder.load(new Uint8Array(100), runtime, 2)).rejects.toThrow();
  });
});
