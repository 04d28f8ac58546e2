import { describe, expect, it } from "vitest";
import { box, inside, nearest, stack } from "../src/map/lookup";
import { random } from "../src/map/points";
import { makeFrame } from "../src/map/raster";
import { combine, invert, maskOf, numbersOf } from "../src/map/selection";

const draw = random(11);
const uniform = () => draw() / 2 ** 32;

function cloud(n: number) {
  const x = Float32Array.from({ length: n }, () => 10 * uniform() - 5);
  const y = Float32Array.from({ length: n }, () => 10 * uniform() - 5);
  return { x, y, style: new Uint16Array(n).fill(1) };
}

describe("nearest", () => {
  it("finds what brute force finds", () => {
    const frame = makeFrame(60, 40);
    const pixels = Array.from({ length: 80 }, (_, k) => ({ q: draw() % 2400, k }));
    for (const { q, k } of pixels) frame.words[2 * q + 1] = (1 << 24) | k;
    for (let turn = 0; turn < 300; turn++) {
      const [x, y] = [60 * uniform(), 40 * uniform()];
      let least = 5;
      for (const { q } of pixels) {
        const [px, py] = [q % 60, Math.floor(q / 60)];
        const dx = Math.max(px - x, 0, x - px - 1);
        const dy = Math.max(py - y, 0, y - py - 1);
        least = Math.min(least, Math.hypot(dx, dy));
      }
      const found = nearest(frame, x, y, 5);
      if (least >= 5) expect(found).toBe(-1);
      else {
        const q = pixels.findLast(({ k }) => k === found)?.q ?? NaN;
        const [px, py] = [q % 60, Math.floor(q / 60)];
        const dx = Math.max(px - x, 0, x - px - 1);
        const dy = Math.max(py - y, 0, y - py - 1);
        expect(Math.hypot(dx, dy)).toBeCloseTo(least, 10);
      }
    }
  });

  it("finds nothing on an empty frame or beyond the edge", () => {
    expect(nearest(makeFrame(5, 5), 2, 2, 3)).toBe(-1);
    expect(nearest(makeFrame(5, 5), -20, 900, 3)).toBe(-1);
  });
});

describe("stack", () => {
  it("holds all points that lie over each other, the nearest first", () => {
    const points = cloud(500);
    points.x.fill(1, 0, 30);
    points.y.fill(2, 0, 30);
    points.style[4] = 0;
    const found = stack(points, { x: 1, y: 2 }, 0.01);
    expect(found).toEqual([...Array(30).keys()].filter((k) => k !== 4));
    expect(stack(points, { x: 1, y: 2 }, 0.01, 5)).toHaveLength(5);
    const wide = stack(points, { x: 0, y: 0 }, 3);
    const distances = wide.map((k) => Math.hypot(points.x[k], points.y[k]));
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
  });
});

/** The textbook's even-odd test. */
function within(x: number, y: number, polygon: number[]): boolean {
  let odd = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]];
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) odd = !odd;
  }
  return odd;
}

describe("inside", () => {
  const points = cloud(20_000);
  const brute = (polygon: number[]) =>
    [...points.x.keys()].filter((k) => within(points.x[k], points.y[k], polygon));

  it.each([3, 4, 7, 60])("finds what brute force finds, with %i random corners", (corners) => {
    for (let turn = 0; turn < 5; turn++) {
      const polygon = Array.from({ length: 2 * corners }, () => 8 * uniform() - 4);
      expect([...inside(points, polygon)]).toEqual(brute(polygon));
    }
  });

  it("finds what brute force finds in thin, level and drawn shapes", () => {
    const circle = Array.from({ length: 400 }, (_, i) =>
      i % 2 ? 3 * Math.sin(i / 63) : 3 * Math.cos(i / 63),
    );
    for (const polygon of [
      [-4, 1, 4, 1.001, 4, 1.002, -4, 1.0001],
      [...box({ x: -1, y: -2 }, { x: 3, y: 4 })],
      [0, 0, 0.001, 4, 0.002, 0],
      circle,
    ]) {
      expect([...inside(points, polygon)]).toEqual(brute(polygon));
    }
  });

  it("finds nothing without an area, and no hidden points", () => {
    expect(inside(points, [])).toHaveLength(0);
    expect(inside(points, [0, 0, 1, 1])).toHaveLength(0);
    expect(inside(points, [0, 1, 2, 1, 3, 1])).toHaveLength(0);
    const hidden = { ...points, style: new Uint16Array(points.x.length) };
    expect(inside(hidden, [...box({ x: -9, y: -9 }, { x: 9, y: 9 })])).toHaveLength(0);
  });
});

describe("selections", () => {
  it("are replaced, added to, subtracted from and inverted", () => {
    const first = combine(undefined, [1, 3], "replace", 5);
    expect([...numbersOf(first)]).toEqual([1, 3]);
    const more = combine(first, [3, 4], "add", 5);
    expect([...numbersOf(more)]).toEqual([1, 3, 4]);
    expect([...numbersOf(combine(more, [1, 2], "subtract", 5))]).toEqual([3, 4]);
    expect([...numbersOf(combine(more, [0], "replace", 5))]).toEqual([0]);
    expect([...numbersOf(invert(more))]).toEqual([0, 2]);
    expect([...numbersOf(first)]).toEqual([1, 3]);
    expect([...maskOf([2], 3)]).toEqual([0, 0, 1]);
  });
});
