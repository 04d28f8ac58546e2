import { describe, expect, it } from "vitest";
import { manifoldCodes } from "../src/pad/manifold";
import {
  analogy,
  normalQuantile,
  normalQuantiles,
  normals,
  percentile,
  randomNumbers,
} from "../src/pad/math";
import { judge, nearest, placeAmong } from "../src/pad/nearest";
import { pathCodes } from "../src/pad/path";
import { axesPlane, mapPlane } from "../src/pad/plane";
import { byImportance, drawFrom, Space } from "../src/pad/space";
import { traversalCodes } from "../src/pad/traversal";
import type { DimensionData, PadData } from "../src/shared/contract";
import { difference, golden } from "./golden";

const latent = golden("latent");
const [a, b, c, z] = [latent.a, latent.b, latent.c, latent.z].map((code) =>
  Float32Array.from(code),
);
const codes = Float32Array.from(latent.codes.flat());

function dimension(change: Partial<DimensionData> = {}): DimensionData {
  return {
    mean: 0,
    std: 1,
    low: -2,
    high: 2,
    importance: 1,
    active: true,
    density: [1],
    ...change,
  };
}

describe("what NumPy does too", () => {
  it("walks a straight line", () => {
    expect(difference(pathCodes(a, b, "line", 5), latent.line.flat())).toBeLessThan(1e-5);
  });
  it("walks an arc", () => {
    expect(difference(pathCodes(a, b, "arc", 5), latent.arc.flat())).toBeLessThan(1e-5);
  });
  it("walks straight between opposite points, where no arc is the right one", () => {
    const opposite = a.map((value) => -value);
    expect(difference(pathCodes(a, opposite, "arc", 3), latent.arc_opposite.flat())).toBeLessThan(
      1e-5,
    );
  });
  it("adds and subtracts", () => {
    expect(difference(analogy(a, b, c), latent.analogy)).toBeLessThan(1e-5);
  });
  it("cuts the prior into equal shares", () => {
    expect(difference(normalQuantiles(30), latent.normal_quantiles)).toBeLessThan(1e-6);
  });
  it("moves single dimensions", () => {
    const { rows, steps, codes: expected } = latent.traversal;
    const dimensions = latent.std.map((std: number) => dimension({ std }));
    const made = traversalCodes(z, rows, dimensions, steps);
    expect(difference(made.slice(0, -z.length), expected.flat(2))).toBeLessThan(1e-5);
    expect(made.slice(-z.length)).toEqual(z);
  });
  it("spans a plane", () => {
    const { across, up, x_values, y_values, codes: expected } = latent.plane;
    const made = manifoldCodes(
      z,
      { dimension: across, values: x_values },
      { dimension: up, values: y_values },
    );
    expect(difference(made, expected.flat(2))).toBeLessThan(1e-6);
  });
  it("finds the nearest codes", () => {
    const found = nearest(codes, z, 4);
    expect(found.map(({ index }) => index)).toEqual(latent.nearest.indices);
    expect(
      difference(
        found.map(({ distance }) => distance),
        latent.nearest.distances,
      ),
    ).toBeLessThan(1e-5);
  });
  it("judges distances", () => {
    for (const { distance, percentile: share, verdict } of latent.judged) {
      const place = judge(distance, latent.neighbour_quantiles);
      expect(place.verdict).toBe(verdict);
      expect(place.percentile).toBeCloseTo(share, 5);
    }
  });
});

describe("the traversal", () => {
  it("leaves z itself out of the rows and puts it once at the end", () => {
    const made = traversalCodes(z, [0, 1], [dimension(), dimension()], [-1, 0, 1]);
    expect(made.length).toBe(5 * z.length);
    expect(made[0]).toBeCloseTo(z[0] - 1);
  });
});

describe("chance", () => {
  it("is fixed by the seed", () => {
    expect(normals(5, randomNumbers(3))).toEqual(normals(5, randomNumbers(3)));
    expect(normals(5, randomNumbers(3))).not.toEqual(normals(5, randomNumbers(4)));
  });
  it("draws from N(0, 1)", () => {
    const draw = normals(20_000, randomNumbers(1));
    const share = draw.filter((value) => value < normalQuantile(0.9)).length / draw.length;
    expect(share).toBeCloseTo(0.9, 1.7);
    expect(draw.reduce((sum, value) => sum + value * value, 0) / draw.length).toBeCloseTo(1, 1);
  });
  it("follows a fitted Gaussian", () => {
    const prior = { name: "", mean: [5, 0], factor: [[2], [1, 1]] };
    const draw = drawFrom(prior, 20_000, randomNumbers(2));
    let [mean, product] = [0, 0];
    for (let i = 0; i < draw.length; i += 2) {
      mean += draw[i] / 20_000;
      product += ((draw[i] - 5) * draw[i + 1]) / 20_000;
    }
    expect(mean).toBeCloseTo(5, 1);
    expect(product).toBeCloseTo(2, 0.5);
  });
});

describe("percentile", () => {
  it("stays within 0 and 1, and survives equal quantiles", () => {
    expect(percentile(-1, [0, 0, 1])).toBe(0);
    expect(percentile(7, [0, 0, 1])).toBe(1);
    expect(percentile(0.5, [0, 0, 1])).toBeCloseTo(0.75);
  });
});

describe("planes", () => {
  const data = { z_dim: 5, dimensions: [], classes: [] } as unknown as PadData;
  const space = new Space(data, codes, new Int32Array(codes.length / 5));

  it("holds all other dimensions when dragged", () => {
    const plane = axesPlane(space, 1, 3);
    expect(plane.place(z, [])).toEqual({ x: z[1], y: z[3] });
    const there = plane.reach?.(z, 7, 8) ?? [];
    expect([...there]).toEqual([z[0], 7, z[2], 8, z[4]]);
  });
  it("goes where it is dragged on a linear map", () => {
    const linear = {
      origin: [1, 0, 0, 0, 0],
      axes: [
        [0.6, 0.8, 0, 0, 0],
        [0, 0, 0, 0, 1],
      ] as [number[], number[]],
    };
    const plane = mapPlane({ name: "PCA", points: "", linear }, new Float32Array());
    const there = plane.reach?.(z, 2, -3) ?? new Float32Array();
    const place = plane.place(there, []);
    expect(place.x).toBeCloseTo(2, 5);
    expect(place.y).toBeCloseTo(-3, 5);
    expect(there[2]).toBe(z[2]);
  });
  it("places z among its neighbours on a map without a formula, and cannot be dragged", () => {
    const plane = mapPlane({ name: "UMAP", points: "", linear: null }, Float32Array.of(0, 0, 4, 4));
    expect(plane.reach).toBeUndefined();
    const place = plane.place(z, [
      { index: 0, distance: 1 },
      { index: 1, distance: 1 },
    ]);
    expect(place).toEqual({ x: 2, y: 2 });
  });
  it("leaves codes out that are not on the map", () => {
    const points = Float32Array.of(Number.NaN, Number.NaN, 3, 1);
    const place = placeAmong(
      [
        { index: 0, distance: 0 },
        { index: 1, distance: 2 },
      ],
      points,
    );
    expect(place).toEqual({ x: 3, y: 1 });
  });
});

describe("the order of the dimensions", () => {
  it("puts inactive ones last, however important they seem", () => {
    const dimensions = [
      dimension({ importance: 9, active: false }),
      dimension({ importance: 1 }),
      dimension({ importance: 2 }),
    ];
    expect(byImportance(dimensions)).toEqual([2, 1, 0]);
  });
});
