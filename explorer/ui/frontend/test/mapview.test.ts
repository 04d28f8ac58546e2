import { describe, expect, it } from "vitest";
import { appearance } from "../src/map/appearance";
import { declutter, densestPlaces, type Label, overlap } from "../src/map/labels";
import { random } from "../src/map/points";
import * as views from "../src/map/view";

const SIZE = { width: 900, height: 600 };
const VIEW = { x: 3, y: -2, scale: 40 };
const SPOT = { x: 120, y: 480 };

function expectSpot(actual: views.Spot, expected: views.Spot) {
  expect(actual.x).toBeCloseTo(expected.x, 9);
  expect(actual.y).toBeCloseTo(expected.y, 9);
}

describe("views", () => {
  it("go from the screen to the data and back", () => {
    const there = views.toData(VIEW, SIZE, SPOT);
    expectSpot(views.toScreen(VIEW, SIZE, there), SPOT);
    expectSpot(views.toScreen(VIEW, SIZE, { x: 3, y: -2 }), { x: 450, y: 300 });
    expect(views.toScreen(VIEW, SIZE, { x: 3, y: -1 }).y).toBe(260);
  });

  it("fit all points within the margin, with one scale", () => {
    const bounds = { left: -2, right: 10, bottom: 0, top: 3 };
    const view = views.fitView(bounds, SIZE);
    for (const x of [bounds.left, bounds.right]) {
      const at = views.toScreen(view, SIZE, { x, y: bounds.top });
      expect(at.x).toBeGreaterThanOrEqual(views.MARGIN - 1e-9);
      expect(at.x).toBeLessThanOrEqual(SIZE.width - views.MARGIN + 1e-9);
      expect(at.y).toBeGreaterThanOrEqual(views.MARGIN - 1e-9);
    }
  });

  it("are finite for no point, one point and points on a line", () => {
    for (const [x, y] of [
      [[], []],
      [[4], [5]],
      [
        [1, 1],
        [0, 7],
      ],
      [
        [NaN, 2],
        [1, Infinity],
      ],
    ]) {
      const view = views.fitView(views.boundsOf(x, y), SIZE);
      expect(Object.values(view).every(Number.isFinite)).toBe(true);
      expect(view.scale).toBeGreaterThan(0);
    }
    expect(views.boundsOf([1, NaN, 3], [5, 0, 2])).toEqual({
      left: 1,
      right: 3,
      bottom: 2,
      top: 5,
    });
    expect(views.fitView(views.boundsOf([], []), { width: 0, height: 0 }).scale).toBeGreaterThan(0);
  });

  it("follow a drag", () => {
    const held = views.toData(VIEW, SIZE, SPOT);
    const moved = views.pan(VIEW, 30, -12);
    expectSpot(views.toScreen(moved, SIZE, held), { x: 150, y: 468 });
  });

  it("zoom about the pointer, within limits", () => {
    const held = views.toData(VIEW, SIZE, SPOT);
    const zoomed = views.zoom(VIEW, SIZE, 2.5, SPOT);
    expect(zoomed.scale).toBe(100);
    expectSpot(views.toScreen(zoomed, SIZE, held), SPOT);
    const farthest = views.zoom(VIEW, SIZE, 1e-9, SPOT, VIEW);
    expect(farthest.scale).toBe(10);
    expectSpot(views.toScreen(farthest, SIZE, held), SPOT);
  });

  it("keep the data under two fingers", () => {
    const before: [views.Spot, views.Spot] = [{ x: 100, y: 100 }, { x: 300, y: 200 }]; // biome-ignore format: a pair
    const after: [views.Spot, views.Spot] = [{ x: 80, y: 90 }, { x: 480, y: 290 }]; // biome-ignore format: a pair
    const moved = views.pinch(VIEW, SIZE, before, after);
    before.forEach((finger, i) => {
      expectSpot(views.toScreen(moved, SIZE, views.toData(VIEW, SIZE, finger)), after[i]);
    });
  });

  it("turn the wheel alike in all units", () => {
    const turn = (deltaY: number, deltaMode: number, ctrlKey = false) =>
      views.wheelFactor({ deltaY, deltaMode, ctrlKey });
    expect(turn(-100, 0)).toBeGreaterThan(1);
    expect(turn(48, 0)).toBeCloseTo(turn(3, 1), 12);
    expect(turn(100, 0) * turn(-100, 0)).toBeCloseTo(1, 12);
    expect(turn(-10, 0, true)).toBeGreaterThan(turn(-10, 0));
  });

  it("move to another and end exactly there", () => {
    const to = { x: -7, y: 1, scale: 0.3 };
    expect(views.between(VIEW, to, views.ease(0))).toEqual(VIEW);
    expect(views.between(VIEW, to, views.ease(1))).toEqual(to);
    let last = VIEW.scale;
    for (let t = 0.1; t < 1; t += 0.1) {
      const { x, scale } = views.between(VIEW, to, views.ease(t));
      expect(scale).toBeLessThan(last);
      expect(x).toBeLessThanOrEqual(3);
      expect(x).toBeGreaterThanOrEqual(-7);
      last = scale;
    }
    expect(views.between(VIEW, { ...VIEW, x: 5 }, 0.5).x).toBeCloseTo(4, 9);
  });
});

describe("appearance", () => {
  it("has smaller points where there are more, and larger ones when zoomed in", () => {
    const radii = [100, 10_000, 100_000].map((n) => appearance(n, SIZE, 1, 1).radius);
    expect(radii).toEqual([...radii].sort((a, b) => b - a));
    expect(appearance(10_000, SIZE, 8, 1).radius).toBeGreaterThan(radii[1]);
    expect(appearance(10_000, SIZE, 1000, 1).radius).toBeLessThanOrEqual(6);
  });

  it("shades by density only while points are far more than there is room for", () => {
    expect(appearance(10_000, SIZE, 1, 1).kind).toBe("discs");
    expect(appearance(1_000_000, SIZE, 1, 1).kind).toBe("dots");
    expect(appearance(1_000_000, SIZE, 50, 1).kind).toBe("discs");
    expect(appearance(0, SIZE, 1, 1).kind).toBe("discs");
  });
});

describe("densestPlaces", () => {
  it("finds the mode of each group, not its mean", () => {
    const draw = random(2);
    const near = (at: number) => at + (draw() / 2 ** 32 - 0.5) * 0.4;
    // Group 0: 300 points at (2, 2) and 100 at (8, 8); group 1: one point; group 2: none; 3: NaN.
    const x = [...Array(300).fill(2), ...Array(100).fill(8)].map(near);
    const groups = [...Array(400).fill(0), 1, 3];
    const columns = [...x, 5, NaN];
    const points = { x: Float32Array.from(columns), y: Float32Array.from(columns), groups };
    const places = densestPlaces(points, 4, { left: 0, right: 10, bottom: 0, top: 10 });
    expect(places.map(({ group, count }) => [group, count])).toEqual([
      [0, 400],
      [1, 1],
    ]);
    expect(places[0].x).toBeCloseTo(2, 0);
    expect(places[1].y).toBeCloseTo(5, 5);
    const upper = densestPlaces(points, 4, { left: 0, right: 10, bottom: 5.1, top: 8.1 });
    expect(upper).toHaveLength(1);
    expect(upper[0].y).toBeLessThanOrEqual(8.1);
    expect(upper[0].y).toBeGreaterThan(7.5);
  });
});

describe("declutter", () => {
  const label = (text: string, x: number, y: number, weight: number): Label => ({
    ...{ text, x, y, weight },
    ...{ width: 100, height: 24 },
  });
  const none = (labels: Label[]) =>
    labels.every((a, i) => labels.slice(i + 1).every((b) => !overlap(a, b)));

  it("leaves labels that have room where they are", () => {
    const far = [label("a", 100, 100, 1), label("b", 400, 300, 2)];
    expect(declutter(far, 900, 600)).toEqual([far[1], far[0]]);
  });

  it("pushes labels apart, the lighter one", () => {
    const [first, second] = declutter([label("a", 200, 200, 1), label("b", 210, 205, 2)], 900, 600);
    expect(first).toMatchObject({ text: "b", x: 210, y: 205 });
    expect(second.text).toBe("a");
    expect(overlap(first, second)).toBe(false);
  });

  it("pushes labels out of what is taken, and gives back no more than labels", () => {
    const toolbar = { ...label("", 100, 30, 9), width: 200, height: 58 };
    const [beside, ...others] = declutter([label("a", 90, 45, 1)], 900, 600, [toolbar]);
    expect(others).toEqual([]);
    expect(beside.text).toBe("a");
    expect(overlap(beside, toolbar)).toBe(false);
  });

  it("never overlaps, stays on the map, and keeps the heaviest", () => {
    const draw = random(9);
    for (let turn = 0; turn < 20; turn++) {
      const many = Array.from({ length: 40 }, (_, i) =>
        label(`${i}`, draw() % 900, draw() % 600, draw() % 1000),
      );
      const heaviest = Math.max(...many.map(({ weight }) => weight));
      const kept = declutter(many, 900, 600);
      expect(none(kept)).toBe(true);
      expect(kept.length).toBeGreaterThan(10);
      expect(kept[0].weight).toBe(heaviest);
      for (const { x, y, width, height } of kept) {
        expect(x - width / 2).toBeGreaterThanOrEqual(0);
        expect(x + width / 2).toBeLessThanOrEqual(900);
        expect(y - height / 2).toBeGreaterThanOrEqual(0);
        expect(y + height / 2).toBeLessThanOrEqual(600);
      }
    }
  });

  it("leaves out what is beyond the edge", () => {
    expect(declutter([label("a", -5, 10, 1)], 900, 600)).toEqual([]);
  });
});
