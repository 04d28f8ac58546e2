// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { Picker } from "../src/pad/picker";
import { Sliders } from "../src/pad/sliders";
import { Space } from "../src/pad/space";
import { Walk } from "../src/pad/walk";
import type { PadData } from "../src/shared/contract";

const COUNT = 20;
const dimension = { mean: 1, std: 2, low: -5, high: 11, importance: 1, active: true, density: [1] };
const data = { z_dim: 1, dimensions: [dimension], classes: [], centroids: [], selection: null };
const prior = { name: "the prior", mean: [0], factor: null };
const codes = Float32Array.from({ length: COUNT }, (_, i) => i);
const space = new Space({ ...data, prior } as unknown as PadData, codes, new Int32Array(COUNT));
const atOnce = {
  requestAnimationFrame: (draw: FrameRequestCallback) => {
    draw(0);
    return 0;
  },
  cancelAnimationFrame: () => undefined,
};

function type(box: HTMLInputElement, text: string): void {
  box.focus();
  box.value = text;
  box.dispatchEvent(new Event("input"));
  box.dispatchEvent(new Event("change"));
}

describe("the number of an image", () => {
  it.each([
    ["123456", 19],
    ["-5", 0],
    ["12.7", 13],
    ["", 0],
    ["7", 7],
  ])("given as '%s' shows the image that its box then names", (text, index) => {
    const picker = new Picker(space, new Walk([0], () => undefined), "A", "index", false, () => {});
    const box = picker.element.querySelector("input") as HTMLInputElement;
    type(box, "3");
    type(box, text);
    expect(picker.picked.index).toBe(index);
    expect([...picker.picked.z]).toEqual([index]);
    expect(box.value).toBe(String(index));
  });
});

describe("the box beside a slider", () => {
  // From −4 σ, the least reach, to (11 − 1) / 2 = 5 σ, the highest code.
  it.each([
    ["99", 5],
    ["-99", -4],
    ["4.5", 4.5],
    ["", 0],
  ])("given '%s' stays within the slider's reach and shows it", (text, sigma) => {
    const released: number[] = [];
    const walk = new Walk([1], (z) => released.push(z[0]), atOnce);
    const sliders = new Sliders(walk, [dimension], [0], { name: "spread", help: "" });
    walk.listen((z) => sliders.update(z));
    document.body.append(sliders.element);
    sliders.update(walk.position);
    const box = sliders.element.querySelector("input[type=number]") as HTMLInputElement;
    type(box, text);
    expect(walk.position[0]).toBeCloseTo(1 + 2 * sigma);
    expect(box.value).toBe(sigma.toFixed(2));
    expect(released).toEqual(sigma ? [1 + 2 * sigma] : []);
  });
});
