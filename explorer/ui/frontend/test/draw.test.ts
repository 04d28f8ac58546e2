import { describe, expect, it } from "vitest";
import { Encoder } from "../src/decoder/encoder";
import { reconstructionError } from "../src/draw/error";
import { level, prepare, resample, type Sheet } from "../src/draw/prepare";
import { axesPlane, mapPlane } from "../src/pad/plane";
import type { Space } from "../src/pad/space";
import { difference, file } from "./golden";

const MNIST = { fill: 20 / 28, centre: "mass" } as const;
const SHAPE = { width: 28, height: 28, channels: 1 };

/** A sheet with values in a box, 0 elsewhere. */
function sheet(size: number, box: number[], value: (x: number, y: number) => number): Sheet {
  const [left, top, right, bottom] = box;
  const data = new Float32Array(size * size);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) data[y * size + x] = value(x, y);
  return { width: size, height: size, data, channels: 1 };
}

/** Every pixel as a square of `times` × `times`. */
function enlarge({ data, width, height }: Sheet, times: number): Sheet {
  const large = new Float32Array(data.length * times * times);
  for (let y = 0; y < height * times; y++)
    for (let x = 0; x < width * times; x++)
      large[y * width * times + x] = data[Math.floor(y / times) * width + Math.floor(x / times)];
  return { width: width * times, height: height * times, data: large, channels: 1 };
}

describe("prepare", () => {
  // An image of MNIST: 20 pixels high, its centre of mass within half a pixel of row 14, column 14.
  const digit = sheet(28, [9, 4, 19, 24], (x, y) => ((x * 7 + y * 13) % 10) / 20 + 0.3);

  it("leaves an image of MNIST as it is", () => {
    const same = prepare(enlarge(digit, 10), SHAPE, MNIST) as Float32Array;
    expect(difference(same, digit.data)).toBeLessThan(1e-5);
  });

  it.each([
    [40, 30, 15],
    [3, 5, 31],
  ])("gives the same image wherever and however large it is drawn", (left, top, times) => {
    const large = enlarge(digit, times);
    const size = 28 * times + 50;
    const moved = sheet(size, [left, top, left + large.width, top + large.height], (x, y) => {
      return large.data[(y - top) * large.width + x - left];
    });
    expect(difference(prepare(moved, SHAPE, MNIST) as Float32Array, digit.data)).toBeLessThan(1e-4);
  });

  it("fills the image where the data do, with the ink's box in its middle", () => {
    const ink = sheet(100, [10, 20, 30, 60], () => 1);
    const cut = { fill: 1, centre: "box" } as const;
    const image = prepare(ink, { width: 8, height: 8, channels: 1 }, cut) as Float32Array;
    for (let i = 0; i < 64; i++) {
      expect(image[i]).toBeCloseTo(i % 8 >= 2 && i % 8 < 6 ? 1 : 0, 5);
    }
  });

  it("takes the whole paper where images have no form, and nothing from empty paper", () => {
    const half = sheet(40, [0, 0, 20, 40], () => 1);
    const image = prepare(half, { width: 2, height: 1, channels: 1 }, null);
    expect(difference(image as Float32Array, [1, 0])).toBeLessThan(1e-5);
    expect(
      prepare(
        sheet(40, [0, 0, 0, 0], () => 1),
        SHAPE,
        MNIST,
      ),
    ).toBeUndefined();
  });

  it("resamples by means: brightness is kept", () => {
    const paper = sheet(30, [3, 4, 29, 27], (x, y) => (x * y) / 900);
    const whole = { left: 0, top: 0, width: 30, height: 30 };
    const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    const small = resample(paper, whole, 7, 7);
    expect(sum(small) / 49).toBeCloseTo(sum(paper.data) / 900, 5);
  });
});

describe("level", () => {
  it("makes a photograph of dark ink on grey paper bright ink on black", () => {
    const photo = sheet(20, [0, 0, 20, 20], (x, y) =>
      x > 8 && x < 12 && y > 4 && y < 16 ? 0.1 : 0.8,
    );
    const { data } = level(photo);
    expect(data[0]).toBe(0);
    expect(data[10 * 20 + 10]).toBeCloseTo(1, 5);
  });

  it("leaves an image of the data as it is", () => {
    const image = sheet(20, [5, 5, 15, 15], (x) => x / 20);
    expect([...level(image).data]).toEqual([...image.data]);
  });
});

describe("reconstructionError", () => {
  const image = [0, 1, 0.5, 0.25];
  const reconstruction = [0.1, 1, 0.5, 0];
  // By explorer.checkpoints.onnx.reconstruction_errors.
  it.each([
    ["bce", 4.828031],
    ["mse", 0.0725],
  ])("is as in Python: %s", (loss, expected) => {
    expect(reconstructionError(image, reconstruction, loss)).toBeCloseTo(expected, 4);
  });
});

describe("Encoder", () => {
  const RUNTIME =
    "explorer/ui/frontend/node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";

  it("gives a VAE's mean and standard deviations, an AE's code alone", async () => {
    const runtime = new Uint8Array(file(RUNTIME)).buffer;
    const shape = { width: 8, height: 8, channels: 1 };
    const model = new Uint8Array(file("checkpoints/digits-vae-z2/encoder.onnx"));
    const encoder = await Encoder.load(model, runtime, shape);
    const { mean, std } = await encoder.encode(new Float32Array(64).fill(0.5));
    expect(mean).toHaveLength(2);
    expect(std).toHaveLength(2);
    expect(Math.min(...(std as Float32Array))).toBeGreaterThan(0);
    encoder.release();
  });
});

describe("Plane.spread", () => {
  const codes = Float32Array.of(0, 0, 0, 1, 2, 3);
  const space = { codes, zDim: 3, count: 2 } as unknown as Space;

  it("is the standard deviations themselves on two axes", () => {
    expect(axesPlane(space, 2, 0).spread?.([1, 2, 3])).toEqual([3, 0, 0, 1]);
  });

  it("is a factor of the covariance on a linear map, and unknown elsewhere", () => {
    const axes: [number[], number[]] = [
      [0.6, 0.8, 0],
      [0.8, -0.6, 0],
    ];
    const linear = { origin: [0, 0, 0], axes };
    const points = new Float32Array(4);
    const map = mapPlane({ name: "PCA", points: "", linear }, points);
    const [a, b, c, d] = map.spread?.([1, 2, 5]) ?? [0, 0, 0, 0];
    expect(b).toBe(0);
    expect(a * a).toBeCloseTo(0.36 + 0.64 * 4);
    expect(a * c).toBeCloseTo(0.48 - 0.48 * 4);
    expect(c * c + d * d).toBeCloseTo(0.64 + 0.36 * 4);
    expect(mapPlane({ name: "t-SNE", points: "", linear: null }, points).spread).toBeUndefined();
  });
});
