// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../src/map/engine";
import type { StoryData } from "../src/shared/contract";
import { range } from "../src/story/curve";
import type { Loaded } from "../src/story/load";
import { brief, Story } from "../src/story/story";
import { until } from "./until";

const BETAS = [0, 1, 8];
const data: StoryData = {
  role: "story",
  name: "mine",
  start: 1,
  members: BETAS.map((beta, i) => ({
    ...{ name: `mine-b${beta}`, beta, reconstruction: 100 + i, kl: 9 - 4 * i },
    ...{ dimensions: [5, 4 - 2 * i], active: 2 - (i > 1 ? 1 : 0), spread: 10 / (i + 1) },
    ...{ within: 0.2 * i, points: "", pictures: "", scores: [], verdict: `verdict ${beta}` },
  })),
  ...{ labels: "", originals: null, pairs: 2, drawn: 3, image_shape: [1, 1, 1] },
  ...{ class_names: ["cat", "dog"], colors: ["#ff0000", "#00ff00"], axes: ["z0", "z1"] },
  ...{ caption: "Codes", unit: "nats", active: "KL above 0.01 nats", expected: 0.86, scores: [] },
};
const loaded: Loaded = {
  labels: Int32Array.of(0, 1),
  points: BETAS.map((_, i) => Float32Array.of(0, 0, 30 / (i + 1), 0)),
  pictures: BETAS.map((_, i) => new Uint8Array(5).fill(i)),
  originals: undefined,
};
const send = { trigger: vi.fn(), state: vi.fn() };
let story: Story;
const find = <E extends Element>(selector: string) => document.querySelector(selector) as E;
const text = (selector: string) => find(selector).textContent;
const member = () => find<HTMLElement>(".explorer-story").dataset.member;

beforeEach(async () => {
  const context = {
    createImageData: (width: number, height: number) => ({
      ...{ width, height, data: new Uint8ClampedArray(4 * width * height) },
    }),
    putImageData: () => undefined,
  };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (
    this: HTMLCanvasElement,
  ) {
    return (/plane|under|names/.test(this.className) ? null : context) as never;
  });
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(200);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(200);
  story = new Story(
    document.body,
    async () => loaded,
    (canvas) => new Engine(canvas),
  );
  story.update(data);
  await until(() => expect(find<HTMLElement>(".explorer-story").dataset.state).toBe("ready"));
});

afterEach(() => {
  vi.restoreAllMocks();
  story.close();
  expect(find(".explorer-story")).toBeNull();
});

async function slide(to: number): Promise<void> {
  const slider = find<HTMLInputElement>("input");
  slider.value = String(to);
  slider.dispatchEvent(new Event("input"));
  await until(() => expect(member()).toBe(String(to)));
}

describe("Story", () => {
  it("begins where it is told to, and moves all it shows with the slider", async () => {
    expect(member()).toBe("1");
    expect(text(".beta")).toBe("β = 1");
    await slide(2);
    expect(text(".beta")).toBe("β = 8");
    expect(text(".verdict")).toBe("verdict 8");
    expect(text(".facts")).toContain("1 of 2");
    expect(text(".facts")).toContain("102.0nats");
    expect(text(".facts")).toContain("40 %of the prior: 86 %");
    expect(find("circle.present").getAttribute("cx")).toBe("302");
  });

  it("keeps its place when the page says the same again, and the server hears nothing", async () => {
    await slide(0);
    story.update({ ...data });
    expect(text(".beta")).toBe("β = 0");
    expect(send.trigger).not.toHaveBeenCalled();
  });

  it("is loaded also where the page says the same again meanwhile", async () => {
    const root = find<HTMLElement>(".explorer-story");
    delete root.dataset.state;
    story.update({ ...data, name: "another" });
    story.update({ ...data, name: "another" });
    await until(() => expect(root.dataset.state).toBe("ready"));
  });
});

describe("range", () => {
  it("begins at 0 unless that would flatten the curve", () => {
    expect(range([1, 10])).toEqual({ low: 0, high: 10, log: false });
    expect(range([90, 100])).toEqual({ low: 89, high: 100, log: false });
    expect(range([3, 3])).toEqual({ low: 2, high: 4, log: false });
    expect(range([0, 12, 231])).toEqual({ low: 0.01, high: 231, log: true });
    expect(range([2, 231])).toEqual({ low: 1, high: 231, log: true });
  });
});

it("tells numbers with about three digits", () => {
  expect([0, 0.0123, 0.5, 9.999, 20.04, 345.6].map(brief)).toEqual([
    ...["0", "0.01", "0.50", "10.0", "20.0", "346"],
  ]);
});
