// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { extentOf, readFilm } from "../src/replay/film";
import { Replay } from "../src/replay/replay";
import { niceStep } from "../src/replay/scatter";
import type { ReplayData } from "../src/shared/contract";
import { Selection } from "../src/shared/selection";

const base64 = (array: Int16Array | Uint8Array) =>
  btoa(String.fromCharCode(...new Uint8Array(array.buffer)));

/** A film whose two points move by (1, 0) an epoch. */
function film(epochs: number, name = "mine"): ReplayData {
  const numbers = Array.from({ length: epochs }, (_, i) => i + 1);
  return {
    role: "replay",
    name,
    epochs: numbers,
    total: 9,
    points: numbers.map((n) => base64(Int16Array.of(n, 0, n, 2))),
    scale: 0.5,
    strips: numbers.map((n) => `strip-${n}`),
    originals: "originals",
    labels: base64(Uint8Array.of(2, 0)),
    colors: ["red", "green", "blue"],
    class_names: ["cat", "dog", "bird"],
    caption: "Codes",
    heading: "Ten images",
  };
}

let replay: Replay;
let selection: Selection;
const find = <E extends Element>(selector: string) => document.querySelector(selector) as E;
const epoch = () => Number(find<HTMLElement>(".explorer-replay").dataset.epoch);
const press = (key: string) =>
  find("input").dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance"] });
  selection = new Selection();
  replay = new Replay(document.body, selection);
});

afterEach(() => {
  replay.close();
  expect(document.querySelector(".explorer-replay")).toBeNull();
  vi.useRealTimers();
});

describe("readFilm", () => {
  it("reads points in their units and rows by class", () => {
    const { frames, rows } = readFilm(film(2));
    expect(frames.map((frame) => [...frame])).toEqual([
      [0.5, 0, 0.5, 1],
      [1, 0, 1, 1],
    ]);
    expect(rows).toEqual([[1], [], [0]]);
  });

  it("shows a square that holds all frames, and a point alone", () => {
    const { x, y, half } = extentOf([Float32Array.of(0, 0), Float32Array.of(4, 2)]);
    expect([x, y]).toEqual([2, 1]);
    expect(half).toBeGreaterThanOrEqual(2);
    expect(extentOf([Float32Array.of(3, 3)]).half).toBe(1);
  });
});

it.each([
  [1, 1],
  [0.9, 1],
  [3, 2],
  [4.1, 5],
  [9, 10],
])("puts lines of a grid where a step is about %s at %s", (length, step) => {
  expect(niceStep(length)).toBeCloseTo(step);
});

describe("Replay", () => {
  it("opens at the last epoch, with the classes that are there", () => {
    replay.update(film(3));
    expect(epoch()).toBe(3);
    expect(find("output").textContent).toBe("epoch 3 of 9");
    expect(selection.epoch.get("mine")).toBe(3);
    expect(find(".legend").textContent).toBe("catbird");
    expect(find<HTMLElement>("[aria-label=reconstruction]").style.backgroundImage).toContain(
      "strip-3",
    );
  });

  it("goes epoch by epoch with the keys, and not beyond the ends", () => {
    replay.update(film(3));
    press("ArrowLeft");
    expect(epoch()).toBe(2);
    for (let i = 0; i < 5; i++) press("ArrowLeft");
    expect(epoch()).toBe(1);
    for (let i = 0; i < 5; i++) press("ArrowRight");
    expect(epoch()).toBe(3);
  });

  it("glides on to a new epoch if the last one was shown, and stays where one looks", () => {
    replay.update(film(2));
    replay.update(film(3));
    expect(epoch()).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(epoch()).toBe(3);
    press("ArrowLeft");
    replay.update(film(4));
    vi.advanceTimersByTime(2000);
    expect(epoch()).toBe(2);
  });

  it("plays from the first epoch to the last, and can be paused", () => {
    replay.update(film(3));
    const play = find<HTMLButtonElement>(".play");
    play.click();
    expect(play.getAttribute("aria-label")).toBe("Pause");
    vi.advanceTimersByTime(100);
    expect(epoch()).toBe(1);
    play.click();
    vi.advanceTimersByTime(3000);
    expect(epoch()).toBe(1);
    play.click();
    vi.advanceTimersByTime(3000);
    expect(epoch()).toBe(3);
    expect(play.getAttribute("aria-label")).toBe("Play how the codes formed");
  });

  it("begins another film at its end", () => {
    replay.update(film(4));
    press("ArrowLeft");
    replay.update(film(2, "another"));
    expect(epoch()).toBe(2);
  });

  it("has nothing to play in one epoch", () => {
    replay.update(film(1));
    expect(find<HTMLInputElement>("input").disabled).toBe(true);
    expect(find<HTMLButtonElement>(".play").disabled).toBe(true);
  });
});
