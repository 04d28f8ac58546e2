import { describe, expect, it } from "vitest";
import { linePlane } from "../src/pad/plane";
import { Space } from "../src/pad/space";
import type { PadData } from "../src/shared/contract";

const dimension = { low: -2, high: 2, importance: 1, active: true };
const data = (names: string[]) =>
  ({
    z_dim: 1,
    dimensions: [dimension],
    classes: names.map((name) => ({ name, color: "#000000" })),
  }) as unknown as PadData;
const codes = Float32Array.of(-2, 0, 1, 2);

describe("images without labels", () => {
  it("are called by their number, and have no class means", () => {
    const space = new Space(data([""]), codes, new Int32Array(4));
    expect(space.nameOf(3)).toBe("no. 3");
    expect(space.classMeans()).toEqual([]);
    const labelled = new Space(data(["Bag", "Coat"]), codes, Int32Array.of(0, 0, 1, 1));
    expect(labelled.nameOf(3)).toBe("Coat, no. 3");
    expect(labelled.classMeans()).toEqual([
      { name: "Bag", z: [-1] },
      { name: "Coat", z: [1.5] },
    ]);
  });
});

describe("a space of one dimension", () => {
  it("is a line along which the cross moves, with its codes spread upwards", () => {
    const plane = linePlane(new Space(data(["Bag"]), codes, new Int32Array(4)));
    const across = [...plane.points].filter((_, i) => i % 2 === 0);
    const up = [...plane.points].filter((_, i) => i % 2 === 1);
    expect(across).toEqual([...codes]);
    expect(new Set(up).size).toBe(4);
    expect(Math.max(...up.map(Math.abs))).toBeLessThanOrEqual(0.5);
    expect(plane.place(Float32Array.of(1.5), [])).toEqual({ x: 1.5, y: 0 });
    expect([...(plane.reach?.(Float32Array.of(0), 0.5, 9) ?? [])]).toEqual([0.5]);
  });
});
