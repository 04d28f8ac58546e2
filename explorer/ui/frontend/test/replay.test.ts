// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../src/map/engine";
import type { MapElement } from "../src/map/mapview";
import { allOf, between, readFilm } from "../src/replay/film";
import { Grid } from "../src/replay/grid";
import { Replay } from "../src/replay/replay";
import type { ReplayData } from "../src/shared/contract";
import { Selection } from "../src/shared/selection";
import { until } from "./until";

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
    colors: ["#ff0000", "#00ff00", "#0000ff"],
    class_names: ["cat", "dog", "bird"],
    caption: "Codes",
    heading: "Ten images",
    axes: ["z₀", "z₁"],
    prior: false,
  };
}

const colors = ["#ff0000", "#00ff00"];
let replay: Replay;
let selection: Selection;
const find = <E extends Element>(selector: string) => document.querySelector(selector) as E;
const epoch = () => Number(find<HTMLElement>(".explorer-replay").dataset.epoch);
const press = (key: string) =>
  find("input").dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key }));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance"] });
  selection = new Selection();
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(200);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(200);
  replay = new Replay(document.body, selection, (canvas) => new Engine(canvas));
});

afterEach(() => {
  vi.restoreAllMocks();
  replay.close();
  expect(document.querySelector(".explorer-replay")).toBeNull();
  vi.useRealTimers();
});

describe("readFilm", () => {
  it("reads points in their units, with their classes", () => {
    const { frames, labels } = readFilm(film(2));
    expect(frames.map((frame) => [...frame])).toEqual([
      [0.5, 0, 0.5, 1],
      [1, 0, 1, 1],
    ]);
    expect([...labels]).toEqual([2, 0]);
  });

  it("shows all points of all frames, and the prior's rings where there is a prior", () => {
    const frames = [Float32Array.of(0, 0), Float32Array.of(40, -1)];
    expect(allOf(frames)).toEqual({ left: 0, right: 40, bottom: -1, top: 0 });
    const { bounds } = readFilm({ ...film(2), prior: true });
    expect(bounds.left).toBeLessThan(-2);
    expect(bounds.top).toBeGreaterThan(2);
  });

  it("lets points travel from frame to frame", () => {
    const frames = [Float32Array.of(0, 0), Float32Array.of(4, 2)];
    expect([...between(frames, 0.25)]).toEqual([1, 0.5]);
    expect(between(frames, 1)).toBe(frames[1]);
  });
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

  it("jumps from epoch to epoch for those who asked for less motion", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    replay.update(film(2));
    replay.update(film(3));
    expect(epoch()).toBe(3);
    vi.unstubAllGlobals();
  });
});

describe("Grid", () => {
  it("draws every map at one scale, with the prior's rings in view, and cuts no point", async () => {
    vi.useRealTimers();
    const context = { putImageData: () => undefined };
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (
      this: HTMLCanvasElement,
    ) {
      return (/plane|under|names/.test(this.className) ? null : context) as never;
    });
    const grid = new Grid(document.body);
    const points = (...values: number[]) => base64(Int16Array.from(values));
    const labels = base64(Uint8Array.of(0, 1));
    const maps = [
      { title: "β 0.01", alt: "wide", points: points(-20, 0, 20, 0), labels },
      { title: "β 8", alt: "dead", points: points(-1, 0, 1, 0), labels },
    ];
    const send = { trigger: vi.fn(), state: vi.fn() };
    const data = { role: "grid", name: "g", maps, columns: 4, scale: 0.5, colors } as const;
    grid.update({ ...data, maps: [...maps], colors: [...colors] }, send);
    const elements = [...document.querySelectorAll<MapElement>(".explorer-grid .explorer-map")];
    await until(() => {
      for (const element of elements) expect(element.dataset.drawn).toBe("1");
    });
    const places = elements.map((element) => [0, 1].map((i) => element.place(i)?.[0] as number));
    const [wide, dead] = places.map(([a, b]) => b - a);
    expect(wide / dead).toBeCloseTo(20);
    expect(Math.min(...places[0])).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places[0])).toBeLessThanOrEqual(200);
    document.querySelectorAll<HTMLElement>(".explorer-grid button")[1].click();
    expect(send.trigger.mock.calls).toEqual([["clicked", 1]]);
    grid.close();
    expect(document.querySelector(".explorer-grid")).toBeNull();
  });
});
