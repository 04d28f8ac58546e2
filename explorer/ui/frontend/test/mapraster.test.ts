import { describe, expect, it } from "vitest";
import { arrange, BLOCK, byPlace, permutation, random, styles } from "../src/map/points";
import {
  type Batch,
  drawDiscs,
  drawDots,
  logShades,
  makeFrame,
  makeMeans,
  makeTable,
  numberAt,
  shade,
} from "../src/map/raster";
import { makeStamps } from "../src/map/stamps";
import { boundsOf } from "../src/map/view";

const RED_AND_BLUE = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255);
const PLAIN = { scale: 1, x0: 0, y0: 0 };

/** Points given in pixels, y downwards. */
function batch(points: [number, number][], rows: number[] = points.map(() => 1)): Batch {
  return {
    x: Float32Array.from(points, ([x]) => x),
    y: Float32Array.from(points, ([, y]) => -y),
    ...{ base: 0, style: Uint16Array.from(rows), low: 1, high: 1 << 16 },
  };
}

function picture(frame: ReturnType<typeof makeFrame>, shades?: Uint8Array): number[][] {
  const out = new Int32Array(frame.width * frame.height);
  shade(frame, out, shades);
  const bytes = new Uint8Array(out.buffer);
  return [...out].map((_, q) => [...bytes.subarray(4 * q, 4 * q + 4)]);
}

function numbers(frame: ReturnType<typeof makeFrame>): number[] {
  return Array.from({ length: frame.width * frame.height }, (_, q) => numberAt(frame, q));
}

describe("drawDots", () => {
  const means = makeMeans(RED_AND_BLUE, 0.1);

  it("fills exactly the pixels that hold a point", () => {
    const frame = makeFrame(3, 2);
    drawDots(frame, batch([[0.5, 0.5], [2.9, 1.1]], [1, 2]), PLAIN, means, 0, 2); // biome-ignore format: small
    const none = [0, 0, 0, 0];
    expect(picture(frame)).toEqual([[255, 0, 0, 255], none, none, none, none, [0, 0, 255, 255]]);
    expect(numbers(frame)).toEqual([0, -1, -1, -1, -1, 1]);
  });

  it("gives a pixel the mean colour of its points, whatever their order", () => {
    const rows = [1, 2, 2, 1, 2, 1, 1, 2];
    const frame = makeFrame(1, 1);
    const same = rows.map((): [number, number] => [0.5, 0.5]);
    drawDots(frame, batch(same, rows), PLAIN, means, 0, rows.length);
    const [[red, green, blue, alpha]] = picture(frame);
    expect(green).toBe(0);
    expect(Math.abs(red - 128)).toBeLessThan(8);
    expect(Math.abs(blue - 128)).toBeLessThan(8);
    expect(alpha).toBeGreaterThan(245);
  });

  it("is darker where more points are, on a logarithmic scale", () => {
    const frame = makeFrame(3, 1);
    const many: [number, number][] = [];
    for (let i = 0; i < 11; i++) many.push([i < 1 ? 0.5 : i < 3 ? 1.5 : 2.5, 0.5]);
    drawDots(frame, batch(many), PLAIN, means, 0, many.length);
    const alphas = picture(frame, logShades(8, 1, 60)).map(([, , , alpha]) => alpha);
    expect(alphas[0]).toBe(60);
    expect(alphas[1]).toBeCloseTo(125, -1);
    expect(alphas[2]).toBeGreaterThan(245);
  });

  it("skips points beyond the edge, without numbers, and with another style", () => {
    const frame = makeFrame(2, 2);
    const points = batch([[-0.1, 0], [2, 0], [NaN, 1], [1, NaN], [1, 1]], [1, 1, 1, 1, 0]); // biome-ignore format: small
    drawDots(frame, points, PLAIN, means, 0, 5);
    expect(numbers(frame)).toEqual([-1, -1, -1, -1]);
  });

  it("shows a selected point among a thousand others", () => {
    const frame = makeFrame(1, 1);
    const crowd = Array.from({ length: 1000 }, (): [number, number] => [0.5, 0.5]);
    const dimmed = 3; // row 1 + 2 colours: red, not selected
    drawDots(frame, batch(crowd, crowd.map(() => dimmed)), PLAIN, means, 0, 1000); // biome-ignore format: one call
    drawDots(frame, batch([[0.5, 0.5]], [2]), PLAIN, means, 0, 1, 1);
    const [[red, , blue, alpha]] = picture(frame);
    expect(blue).toBeGreaterThan(2 * red);
    expect(alpha).toBeGreaterThan(120);
  });
});

describe("drawDiscs", () => {
  const table = makeTable(RED_AND_BLUE, 1, 0.1);
  const half = makeTable(RED_AND_BLUE, 0.5, 0.1);

  it("draws a disc as wide as twice its radius with a smooth edge", () => {
    const frame = makeFrame(11, 11);
    drawDiscs(frame, batch([[5.4, 5.4]]), PLAIN, makeStamps(3, 11), table, 0, 1);
    const alpha = picture(frame).map((pixel) => pixel[3]);
    const area = alpha.reduce((sum, a) => sum + a / 255, 0);
    expect(area).toBeCloseTo(Math.PI * 9, -0.5);
    expect(alpha[5 * 11 + 5]).toBe(255);
    expect(alpha.some((a) => a > 0 && a < 255)).toBe(true);
    expect(alpha[0]).toBe(0);
  });

  it("numbers the pixels that are at least half covered, and no other", () => {
    const frame = makeFrame(12, 12);
    drawDiscs(frame, batch([[3, 3], [8, 8]], [1, 2]), PLAIN, makeStamps(2.5, 12), table, 0, 2); // biome-ignore format: small
    const drawn = picture(frame);
    numbers(frame).forEach((number, q) => {
      const [red, , blue, alpha] = drawn[q];
      expect(number >= 0).toBe(alpha >= 126);
      if (number >= 0) expect(number).toBe(red > blue ? 0 : 1);
    });
  });

  it("lays later points over earlier ones", () => {
    const frame = makeFrame(1, 1);
    const stamps = makeStamps(3, 1);
    drawDiscs(frame, batch([[0.5, 0.5], [0.5, 0.5]], [1, 2]), PLAIN, stamps, half, 0, 2); // biome-ignore format: small
    const [[red, , blue, alpha]] = picture(frame);
    expect(Math.abs(alpha - 191)).toBeLessThan(4);
    expect(Math.abs(blue - 170)).toBeLessThan(4);
    expect(Math.abs(red - 85)).toBeLessThan(4);
    expect(numbers(frame)).toEqual([1]);
  });

  it("cuts discs at the edge and does not wrap them around", () => {
    const frame = makeFrame(8, 8);
    drawDiscs(frame, batch([[0, 4], [NaN, 4]]), PLAIN, makeStamps(2, 8), table, 0, 2); // biome-ignore format: small
    const columns = new Set(numbers(frame).flatMap((number, q) => (number < 0 ? [] : [q % 8])));
    expect(columns).toEqual(new Set([0, 1]));
  });

  it("gives the same picture in parts as at once", () => {
    const draw = random(3);
    const points = Array.from({ length: 300 }, (): [number, number] => [draw() % 40, draw() % 40]);
    const all = batch(points, points.map((_, i) => 1 + (i % 2))); // biome-ignore format: one call
    const [once, parts] = [makeFrame(40, 40), makeFrame(40, 40)];
    const stamps = makeStamps(1.5, 40);
    drawDiscs(once, all, PLAIN, stamps, half, 0, 300);
    drawDiscs(parts, all, PLAIN, stamps, half, 0, 120);
    drawDiscs(parts, all, PLAIN, stamps, half, 120, 300);
    expect(parts.words).toEqual(once.words);
  });
});

describe("makeFrame", () => {
  it("clears the former's memory where it uses it", () => {
    const former = makeFrame(4, 4);
    former.words.fill(7);
    const frame = makeFrame(3, 3, former);
    expect(frame.words.buffer).toBe(former.words.buffer);
    expect(numbers(frame)).toEqual(Array(9).fill(-1));
  });
});

describe("the order of drawing", () => {
  const n = 200_000;
  const order = permutation(n, 1);

  it("holds each point once, and is the same for the same seed", () => {
    expect(new Set(order).size).toBe(n);
    const same = (seed: number) => permutation(n, seed).every((i, k) => i === order[k]);
    expect(same(1)).toBe(true);
    expect(same(2)).toBe(false);
    expect(permutation(0, 1)).toHaveLength(0);
    expect([...permutation(1, 1)]).toEqual([0]);
  });

  it("has each class in proportion in the first points", () => {
    // Sorted by class, as many data sets are: nine tenths are of class 0.
    const classOf = (i: number) => (i < 0.9 * n ? 0 : 1);
    for (const m of [1000, BLOCK, 5 * BLOCK]) {
      const share = order.subarray(0, m).filter((i) => classOf(i) === 1).length / m;
      expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / m));
    }
  });

  it("keeps each point within its block when blocks are sorted by place", () => {
    const draw = random(5);
    const x = Float32Array.from({ length: n }, () => draw() / 2 ** 32);
    const y = Float32Array.from({ length: n }, () => draw() / 2 ** 32);
    x[17] = NaN;
    const sorted = byPlace(x, y, boundsOf(x, y));
    expect(new Set(sorted).size).toBe(n);
    sorted.forEach((from, to) => {
      if (Math.floor(from / BLOCK) !== Math.floor(to / BLOCK)) throw new Error(`${from} → ${to}`);
    });
    const rows = arrange(y, sorted).subarray(0, BLOCK);
    expect(rows.at(-1)).toBeGreaterThan(rows[0]);
  });
});

describe("styles", () => {
  const x = Float32Array.of(0, NaN, 1, 2);
  const y = Float32Array.of(0, 0, Infinity, 2);
  const colors = Uint8Array.of(0, 0, 0, 1);

  it("leaves out points without a place and of hidden groups", () => {
    const into = new Uint16Array(4);
    styles({ x, y, colors, rows: 2 }, into);
    expect([...into]).toEqual([1, 0, 0, 2]);
    styles({ x, y, colors, rows: 2, groups: colors, visible: Uint8Array.of(0, 1) }, into);
    expect([...into]).toEqual([0, 0, 0, 2]);
  });

  it("dims what is not selected", () => {
    const into = new Uint16Array(4);
    const selected = Uint8Array.of(1, 1, 1, 0);
    expect(styles({ x, y, colors, rows: 2, selected }, into).dimmed).toBe(3);
    expect([...into]).toEqual([1, 0, 0, 4]);
  });
});
