// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../src/map/engine";
import type { Context } from "../src/pad/context";
import { Manifold } from "../src/pad/manifold";
import { Pad } from "../src/pad/pad";
import { Path } from "../src/pad/path";
import { axesPlane } from "../src/pad/plane";
import { Sliders } from "../src/pad/sliders";
import { Space } from "../src/pad/space";
import { explain } from "../src/pad/terms";
import { Traversal } from "../src/pad/traversal";
import { Walk } from "../src/pad/walk";
import type { PadData } from "../src/shared/contract";

vi.mock("../src/pad/mosaic", () => ({
  Mosaic: class {
    element = document.createElement("div");
    count = 0;
    constructor(readonly options: { choose?: (cell: number) => void }) {
      made.push(options);
    }
    show(): void {}
    put(): void {}
    place(): void {}
  },
}));

const dimension = { mean: 0, std: 2, low: -4, high: 6, importance: 1, active: true, density: [1] };
const data = {
  name: "mine",
  z_dim: 2,
  dimensions: [dimension, { ...dimension, importance: 2 }],
  classes: [{ name: "one" }, { name: "two" }],
  centroids: [],
  selection: null,
  prior: { name: "the prior", mean: [0, 0], factor: null },
} as unknown as PadData;
const codes = Float32Array.of(-4, 0, 4, 2);

let made: { choose?: (cell: number) => void; describe?: (cell: number) => string }[] = [];
let frames = new Map<number, FrameRequestCallback>();
let asked = 0;
let walk: Walk;
let context: Context;

/** Draws the next frame, as a browser does: first what was asked for first. */
function frame(now: number): void {
  const waiting = [...frames.values()];
  frames.clear();
  for (const draw of waiting) draw(now);
}

beforeEach(() => {
  made = [];
  frames = new Map();
  const browser = {
    requestAnimationFrame: (draw: FrameRequestCallback) => {
      asked += 1;
      frames.set(asked, draw);
      return asked;
    },
    cancelAnimationFrame: (id: number) => frames.delete(id),
  };
  vi.stubGlobal("requestAnimationFrame", browser.requestAnimationFrame);
  vi.stubGlobal("cancelAnimationFrame", browser.cancelAnimationFrame);
  walk = new Walk([0, 0], () => undefined, browser);
  context = {
    space: new Space(data, codes, Int32Array.of(0, 1)),
    walk,
    shape: { height: 1, width: 1, channels: 1 },
    batch: { ask: () => undefined, cancel: () => undefined },
    images: () => undefined,
    follow: () => undefined,
  } as unknown as Context;
});

afterEach(() => vi.unstubAllGlobals());

describe("a path that plays", () => {
  const play = (path: Path) =>
    [...path.element.querySelectorAll("button")].find(({ title }) => title.startsWith("Walk"));

  it("goes on by itself, and stops when a hand moves something else", () => {
    const path = new Path(context);
    play(path)?.click();
    const now = performance.now();
    frame(now + 300);
    const there = walk.position[0];
    frame(now + 600);
    expect(walk.position[0]).toBeGreaterThan(there);
    expect(play(path)?.textContent).toBe("Stop");
    walk.moveAlong(1, 3.5);
    frame(now + 900);
    frame(now + 1200);
    expect(play(path)?.textContent).toBe("Play");
    expect(walk.position[1]).toBe(3.5);
  });

  it("stops when its own slider is dragged", () => {
    const path = new Path(context);
    play(path)?.click();
    const slider = path.element.querySelector("input[type=range]") as HTMLInputElement;
    slider.value = "0.5";
    slider.dispatchEvent(new Event("input"));
    frame(performance.now() + 900);
    expect(play(path)?.textContent).toBe("Play");
    expect(walk.position[0]).toBeCloseTo(0);
  });
});

describe("the sliders", () => {
  it("stand in the order of importance, and say so", () => {
    const { order, dimensions } = context.space;
    const sliders = new Sliders(walk, dimensions, order, {
      name: "KL (nats)",
      help: "What it is.",
    });
    const names = [...sliders.element.querySelectorAll(".name")].map((e) => e.textContent);
    expect(names).toEqual(["z1", "z0"]);
    expect(sliders.element.textContent).toContain("Most important first, by KL (nats)");
    expect(sliders.element.querySelector("dfn [role=tooltip]")?.textContent).toBe("What it is.");
    expect(sliders.element.textContent).toContain("lowest, highest");
  });

  it("explain the terms of their captions, each once", () => {
    const { order, dimensions } = context.space;
    const sliders = new Sliders(walk, dimensions, order, { name: "variance", help: "" });
    explain(sliders.element, { σ: "Sigma.", "real codes": "Of images.", prior: "None here." });
    const marked = [...sliders.element.querySelectorAll("dfn")].map((e) => e.textContent);
    expect(marked).toEqual(["variance", "σSigma.", "real codesOf images."]);
    expect(sliders.element.querySelector("p")?.textContent).toContain("(σSigma.) of the real");
  });

  it("widen where a step of the traversal leads beyond them, and it says that it is relative", () => {
    const { order, dimensions } = context.space;
    const sliders = new Sliders(walk, dimensions, order, { name: "variance", help: "" });
    walk.listen((z) => sliders.update(z));
    walk.move([0, 6]); // z1 at +3 σ
    frame(0);
    const traversal = new Traversal(context);
    const [{ choose, describe: say }] = made;
    expect(say?.(8)).toBe("z1 moved by +3.00 σ from here, to +6.00 σ");
    expect(traversal.element.textContent).toContain("away from here");
    choose?.(8);
    frame(0);
    const [range] = sliders.element.querySelectorAll<HTMLInputElement>("input[type=range]");
    expect([range.min, range.max, range.value]).toEqual(["-4.00", "6.00", "6"]);
  });
});

it("the path from A to B is drawn on the map, and goes with the tab", () => {
  const follow = vi.fn();
  const path = new Path({ ...context, follow });
  path.open();
  const codes = follow.mock.lastCall?.[0] as Float32Array[];
  expect(codes.length).toBe(11);
  expect([...codes[0]]).toEqual([...context.space.classMeans()[0].z].map(Math.fround));
  path.leave();
  expect(follow.mock.lastCall).toEqual([[]]);
});

it("the pad draws the real codes with a cross at z, and follows the hand", async () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(224);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(224);
  const drag = vi.fn();
  const pad = new Pad(
    [{ name: "Bag", color: "#ff0000" }],
    [0, 0],
    drag,
    () => undefined,
    (canvas) => new Engine(canvas),
  );
  document.body.append(pad.element);
  const plane = axesPlane(context.space, 0, 1);
  pad.show({ ...plane, points: Float32Array.of(0, 0, 10, 10) });
  pad.element.setPointerCapture = () => undefined;
  const place = { clientX: 112, clientY: 112, button: 0, pointerId: 1 };
  pad.element.dispatchEvent(new PointerEvent("pointerdown", place));
  const [x, y] = drag.mock.lastCall as [number, number];
  expect(Number.isFinite(x + y)).toBe(true);
  pad.close();
  vi.restoreAllMocks();
});

it("the axes of the manifold have names and numbers", () => {
  const manifold = new Manifold(context);
  manifold.open();
  const axes = [...manifold.element.querySelectorAll(".axis")].map((e) => e.textContent);
  expect(axes).toEqual(["−4.0z1+6.0", "−4.0z0+6.0"]);
});
