// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { Bells } from "../src/inside/bells";
import { draw, drift, klOf } from "../src/inside/posterior";
import { normals, randomNumbers } from "../src/pad/math";
import type { Space } from "../src/pad/space";

const f32 = (...values: number[]) => Float32Array.from(values);

describe("q(z|x)", () => {
  it("is drawn from by μ + σ · ε", () => {
    expect([...draw({ mean: f32(1, -1), std: f32(0.5, 2) }, f32(2, -1))]).toEqual([2, -3]);
  });

  it("costs nothing as the prior, else what Kingma and Welling say", () => {
    expect([...klOf({ mean: f32(0), std: f32(1) })]).toEqual([0]);
    const [kl] = klOf({ mean: f32(2), std: f32(0.5) });
    expect(kl).toBeCloseTo(-0.5 * (1 + Math.log(0.25) - 4 - 0.25), 5);
  });

  it("drifts with noise that stays N(0, 1)", () => {
    const random = randomNumbers(1);
    let noise = normals(4000, random);
    const first = noise;
    for (let i = 0; i < 50; i++) noise = drift(noise, 0.25, random);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const square = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.06);
    expect(square).toBeCloseTo(1, 1);
    const near = drift(first, 0.25, random);
    const moved = near.reduce((sum, value, i) => sum + (value - first[i]) ** 2, 0) / near.length;
    expect(moved).toBeLessThan(0.1); // a step is small
  });
});

describe("Bells", () => {
  const dimension = {
    mean: 0,
    std: 1,
    low: -2,
    high: 2,
    importance: 1,
    active: true,
    density: [1],
  };
  const space = (zDim: number) =>
    ({
      dimensions: Array.from({ length: zDim }, () => dimension),
      order: Array.from({ length: zDim }, (_, i) => zDim - 1 - i),
    }) as unknown as Space;

  it("shows the most important dimensions first, and says how many it leaves out", () => {
    const bells = new Bells(space(20));
    bells.show({ mean: new Float32Array(20), std: new Float32Array(20).fill(0.1) });
    const rows = [...bells.element.querySelectorAll(".bell-row")];
    expect(rows).toHaveLength(16);
    expect(rows[0].textContent).toContain("z19");
    expect(bells.element.textContent).toContain("and 4 that matter less");
  });

  it("marks z where it lies among the codes", () => {
    const bells = new Bells(space(1));
    bells.show({ mean: f32(0), std: f32(0.1) });
    const tick = () => bells.element.querySelector(".tick")?.getAttribute("d");
    bells.mark(f32(0));
    expect(tick()).toBe("M50.00 0V20");
    bells.mark(f32(1));
    expect(tick()).toBe("M75.00 0V20");
    bells.mark(f32(99));
    expect(tick()).toBe("M100.00 0V20");
  });
});
