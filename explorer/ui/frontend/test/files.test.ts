import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeGif, enlarge, enlargement } from "../src/pad/export";
import { fetchGzip, readNpy, streamNpy } from "../src/shared/files";
import { putImage } from "../src/shared/picture";

/** A .npy file as NumPy writes it. */
function npy(header: string, content: ArrayBuffer): ArrayBuffer {
  const text = `${header}${" ".repeat(117 - header.length)}\n`;
  const file = new Uint8Array(10 + text.length + content.byteLength);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length, 0]);
  file.set(new TextEncoder().encode(text), 10);
  file.set(new Uint8Array(content), 10 + text.length);
  return file.buffer;
}

describe("readNpy", () => {
  it("reads shape and numbers", () => {
    const content = Float32Array.of(1, 2, 3, 4, 5, 6).buffer;
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }";
    const { shape, data } = readNpy(npy(header, content));
    expect(shape).toEqual([3, 2]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
  });
  it("reads it as it comes, whole or not at all", async () => {
    const content = Float32Array.from({ length: 3000 }, (_, i) => i);
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1500, 2), }";
    const file = new Uint8Array(npy(header, content.buffer));
    const parts = (bytes: Uint8Array) =>
      new ReadableStream<Uint8Array>({
        start(stream) {
          for (let at = 0; at < bytes.length; at += 701) stream.enqueue(bytes.slice(at, at + 701));
          stream.close();
        },
      });
    const { shape, data } = await streamNpy(parts(file));
    expect(shape).toEqual([1500, 2]);
    expect(data).toEqual(content);
    await expect(streamNpy(parts(file.subarray(0, 9000)))).rejects.toThrow("not whole");
    const small = new Uint8Array(npy(header.replace("1500", "1"), content.buffer.slice(0, 8)));
    expect((await streamNpy(parts(small))).data).toEqual(content.subarray(0, 2));
  });
  it("refuses other orders, other types and other files", () => {
    const empty = new ArrayBuffer(0);
    const fortran = "{'descr': '<f4', 'fortran_order': True, 'shape': (0,), }";
    expect(() => readNpy(npy(fortran, empty))).toThrow("Cannot read");
    const double = "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }";
    expect(() => readNpy(npy(double, empty))).toThrow("Cannot read");
    expect(() => readNpy(new ArrayBuffer(20))).toThrow("not a .npy file");
  });
});

describe("fetchGzip", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["as the file is", gzipSync("content")],
    ["unpacked, where the server had the browser do so", Buffer.from("content")],
  ])("takes an answer %s", async (_, body) => {
    vi.stubGlobal("fetch", async () => new Response(new Uint8Array(body)));
    const content = await fetchGzip("http://localhost/ort.wasm.gz");
    expect(new TextDecoder().decode(content)).toBe("content");
  });

  it("says what the server answered", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    await expect(fetchGzip("http://localhost/a.gz")).rejects.toThrow("answered 404 for http");
  });
});

describe("putImage", () => {
  const pixels = () => ({ width: 2, height: 1, data: new Uint8ClampedArray(8) }) as ImageData;

  it("draws grey from one channel, clipped to what a screen can show", () => {
    const out = pixels();
    putImage(out, [0.5, 7], { height: 1, width: 2, channels: 1 });
    expect([...out.data]).toEqual([128, 128, 128, 255, 255, 255, 255, 255]);
  });
  it("draws colour from three, in its place", () => {
    const out = pixels();
    putImage(out, [1, 0, 0.2], { height: 1, width: 1, channels: 3 }, 1, 0);
    expect([...out.data]).toEqual([0, 0, 0, 0, 255, 0, 51, 255]);
  });
  it("takes 8-bit images as they are", () => {
    const out = pixels();
    putImage(out, Uint8Array.of(3, 250), { height: 1, width: 2, channels: 1 }, 0, 0, 1);
    expect([out.data[0], out.data[4]]).toEqual([3, 250]);
  });
});

describe("enlarging", () => {
  it("repeats pixels without smoothing", () => {
    const [red, blue] = [
      [255, 0, 0, 255],
      [0, 0, 255, 255],
    ];
    const large = enlarge(Uint8ClampedArray.from([...red, ...blue]), 2, 1, 2);
    expect([...large]).toEqual([
      ...red,
      ...red,
      ...blue,
      ...blue,
      ...red,
      ...red,
      ...blue,
      ...blue,
    ]);
  });
  it("makes small pictures at least 512 pixels large, and leaves large ones alone", () => {
    expect(enlargement(28, 28) * 28).toBeGreaterThanOrEqual(512);
    expect(enlargement(2000, 30)).toBe(1);
  });
});

describe("encodeGif", () => {
  it("writes a film of as many images as it was given", () => {
    const shape = { height: 4, width: 4, channels: 1 };
    const images = Float32Array.from({ length: 48 }, (_, i) => i / 48);
    const gif = encodeGif(images, shape, 80);
    expect(new TextDecoder().decode(gif.slice(0, 6))).toBe("GIF89a");
    const controls = [...gif].filter((byte, i) => byte === 0x21 && gif[i + 1] === 0xf9);
    expect(controls).toHaveLength(3);
    expect([...gif.slice(6, 10)]).toEqual([224, 0, 224, 0]);
  });
});
