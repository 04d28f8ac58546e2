// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Singles } from "../src/decoder/singles";
import { rounds, ticks } from "../src/map/axes";
import { palette, scalePalette } from "../src/map/colors";
import { Columns } from "../src/map/columns";
import { Engine } from "../src/map/engine";
import { HoverCard } from "../src/map/hover";
import { isolated, round, toggled } from "../src/map/legend";
import type { MapElement } from "../src/map/mapview";
import { ScatterMap } from "../src/map/scattermap";
import { modeOf, outline } from "../src/map/tools";
import { besideLegend, betweenBars, fitView, toScreen } from "../src/map/view";
import type { ScatterMapData } from "../src/shared/contract";
import type { NpyArray } from "../src/shared/files";
import { type Camera, Selection } from "../src/shared/selection";
import { until } from "./until";

const CLASSES = [
  { name: "cat", color: "#ff0000" },
  { name: "dog", color: "#0000ff" },
];
const DATA: ScatterMapData = {
  role: "map",
  name: "map",
  group: "maps",
  alt: "a map",
  points: "points",
  old: false,
  color: { kind: "groups", column: "labels", groups: CLASSES, order: [1, 0] },
  axes: ["z₀", "z₁"],
  place: [0, 1],
  spread: null,
  extent: null,
  camera: null,
  classes: CLASSES,
  labels: "labels",
  errors: "errors",
  z_dim: 2,
  image_shape: [1, 2, 1],
  model: "model",
  codes: "codes",
  images: null,
  image: null,
  marks: null,
};
/** Four points at the corners of a square; the fifth image has none. */
const FILES: Record<string, NpyArray> = {
  points: { shape: [5, 2], data: Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1, NaN, NaN) },
  moved: { shape: [5, 2], data: Float32Array.of(5, 5, 6, 5, 6, 6, 5, 6, NaN, NaN) },
  labels: { shape: [5], data: Int32Array.of(0, 1, 0, 1, 0) },
  errors: { shape: [5], data: Float32Array.of(1, 2, 3, 4, 5) },
  values: { shape: [5], data: Float32Array.of(0, 1, 2, 3, 4) },
};
const SIZE = { width: 300, height: 200 };

let selection: Selection;
let map: ScatterMap;
let element: MapElement;
const load = vi.fn(async (path: string) => FILES[path]);
const decode = vi.fn(async (codes: Float32Array) => codes);

beforeEach(() => {
  document.body.replaceChildren();
  vi.clearAllMocks();
  const context = {
    putImageData: () => undefined,
    createImageData: (width: number, height: number) => ({
      width,
      data: new Uint8ClampedArray(4 * width * height),
    }),
  };
  // The canvases below and over the points have none: names are tested by themselves.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (
    this: HTMLCanvasElement,
  ) {
    return (/plane|under|names/.test(this.className) ? null : context) as never;
  });
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(SIZE.width);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(SIZE.height);
  selection = new Selection();
  const loaded = { decoder: { decode, release: vi.fn() }, codes: new Float32Array(10) };
  const card = new HoverCard(async () => ({ ...loaded, images: undefined }));
  const engine = (canvas: HTMLCanvasElement) => new Engine(canvas);
  map = new ScatterMap(document.body, selection, engine, new Columns(load), card);
  element = document.querySelector(".explorer-map") as MapElement;
});

afterEach(() => {
  map.close();
  vi.restoreAllMocks();
});

async function draw(change: Partial<ScatterMapData> = {}): Promise<void> {
  const before = Number(element.dataset.drawn ?? 0);
  map.update({ ...DATA, ...change });
  await until(() => expect(Number(element.dataset.drawn)).toBeGreaterThan(before));
}

const stage = () => document.querySelector(".stage") as HTMLElement;
const legend = () => [...document.querySelectorAll<HTMLElement>(".legend button")];

function mouse(type: string, [x, y]: [number, number], more: PointerEventInit = {}): void {
  const place = { clientX: x, clientY: y, button: 0, pointerId: 1, bubbles: true };
  stage().dispatchEvent(new PointerEvent(type, { ...place, ...more }));
}

function drag(from: [number, number], to: [number, number], more: PointerEventInit = {}): void {
  stage().setPointerCapture = () => undefined;
  mouse("pointerdown", from, more);
  mouse("pointermove", to, more);
  mouse("pointerup", to, more);
}

/** A place beside a point, away from the middle of the square (0) or towards it (1). */
function corner(index: number, towards: number): [number, number] {
  const [x, y] = element.place(index) as [number, number];
  const [u, v] = element.place((index + 2) % 4) as [number, number];
  const part = towards ? 0.2 : -0.2;
  return [x + part * (u - x), y + part * (v - y)];
}

describe("ScatterMap", () => {
  it("says where it is seen, until it is closed", async () => {
    await draw();
    await draw({ alt: "another" });
    expect(selection.maps.get("map")).toEqual([{ element, data: { ...DATA, alt: "another" } }]);
    await draw({ name: "other" });
    expect(selection.maps.get("map")).toEqual([]);
    map.close();
    expect(selection.maps.get("other")).toEqual([]);
  });

  it("shows what it is told to at first, and moves with the maps of its camera", async () => {
    await draw({ extent: [-1, 2, 0, 1], camera: "both" });
    const wide = () => {
      const [x] = element.place(0) as [number, number];
      const [u] = element.place(1) as [number, number];
      return u - x;
    };
    expect(wide()).toBeCloseTo((SIZE.width - 48) / 3, 0);
    const seen: Camera[] = [];
    const listen = selection.camera.listen("both", (view) => seen.push(view));
    selection.camera.set("both", { x: 0.5, y: 0.5, scale: 20 }, "user");
    await until(() => expect(wide()).toBeCloseTo(20, 3));
    expect(seen).toHaveLength(1);
    drag([150, 100], [160, 100]);
    await until(() => expect(seen.at(-1)?.x).toBeCloseTo(0, 3));
    listen();
  });

  it("draws what has a place, and tells where it is", async () => {
    await draw();
    expect(element.dataset.points).toBe("4");
    const [x, y] = element.place(0) as [number, number];
    const [u, v] = element.place(2) as [number, number];
    expect(u - x).toBeCloseTo(y - v, 3);
    expect(u).toBeGreaterThan(x);
    expect(element.place(4)).toBeUndefined();
    expect(element.getAttribute("aria-label")).toBe("a map");
  });

  it("fetches a column for another colour, and no points", async () => {
    await draw();
    const scale = ["#000000", "#ffffff"];
    const ends = { title: "error", low: 0, high: 4, scale };
    await draw({ color: { kind: "values", column: "values", ...ends } });
    expect(load.mock.calls.map(([path]) => path)).toEqual(["points", "labels", "errors", "values"]);
    expect(document.querySelector(".legend")?.getAttribute("aria-label")).toContain(
      "error, from 0",
    );
  });

  it("rings the chosen point, and chooses the one that is clicked", async () => {
    selection.point.set("map", 1, "server");
    await draw();
    const ring = document.querySelector(".ring") as HTMLElement;
    await until(() => expect(ring.hidden).toBe(false));
    const told: unknown[] = [];
    selection.point.listen("map", (index, origin) => told.push([index, origin]));
    const place = element.place(2) as [number, number];
    mouse("pointerdown", place);
    mouse("pointerup", place);
    await until(() => expect(told).toEqual([[2, "user"]]));
    selection.point.set("map", 4, "server");
    await until(() => expect(ring.hidden).toBe(true)); // it has no place
  });

  it("adds a box to the selection, subtracts another, and clears it", async () => {
    await draw();
    (document.querySelector("button[data-tool=box]") as HTMLElement).click();
    const selected = () => selection.group.get("maps");
    drag(corner(0, 0), corner(0, 1));
    await until(() => expect(selected()).toEqual([0]));
    drag(corner(2, 0), corner(2, 1), { shiftKey: true });
    await until(() => expect(selected()).toEqual([0, 2]));
    expect(element.dataset.selected).toBe("2");
    drag(corner(0, 0), corner(0, 1), { altKey: true });
    await until(() => expect(selected()).toEqual([2]));
    stage().dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(selected()).toEqual([]);
    expect(element.dataset.selected).toBe("0");
  });

  it("walks to the nearest point in a direction, chooses it, and clears", async () => {
    selection.point.set("map", 0, "server");
    await draw();
    const press = (key: string, more: KeyboardEventInit = {}) =>
      stage().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    const told = () => document.querySelector(".told")?.textContent;
    const card = document.querySelector(".card") as HTMLElement;
    press("ArrowRight");
    expect(told()).toBe("dog, image 1 · error 2.0");
    expect(card.hidden).toBe(false);
    press("ArrowRight"); // there is nothing further
    press("ArrowUp");
    expect(told()).toContain("image 2 ");
    expect(selection.point.get("map")).toBe(0);
    press("Enter");
    expect(selection.point.get("map")).toBe(2);
    const [x] = element.place(0) as [number, number];
    press("ArrowLeft", { shiftKey: true });
    await until(() => expect(element.place(0)?.[0]).toBe(x + 60));
    expect(told()).toContain("image 2 ");
    selection.group.set("maps", [1], "server");
    press("Escape");
    expect(told()).toBe("");
    expect(card.hidden).toBe(true);
    expect(selection.group.get("maps")).toEqual([]);
  });

  it("inverts the selection among what is seen", async () => {
    await draw();
    const invert = document.querySelector("button[data-tool=invert]") as HTMLElement;
    expect(invert.hidden).toBe(true);
    selection.group.set("maps", [1], "server");
    expect(invert.hidden).toBe(false);
    invert.click();
    expect(selection.group.get("maps")).toEqual([0, 2, 3]); // the fifth has no point
    legend()[0].click(); // without dogs
    expect(element.dataset.selected).toBe("3"); // what is hidden stays selected
    selection.group.set("maps", [0], "server");
    invert.click();
    expect(selection.group.get("maps")).toEqual([2]);
  });

  it("hides a class by a click, and shows it alone by a shift-click", async () => {
    await draw();
    expect(legend().map((entry) => entry.textContent)).toEqual(["dog", "cat"]);
    legend()[0].click();
    expect(element.dataset.hidden).toBe("1");
    (document.querySelector("button[data-tool=box]") as HTMLElement).click();
    drag([0, 0], [SIZE.width, SIZE.height]);
    await until(() => expect(selection.group.get("maps")).toEqual([0, 2]));
    legend()[0].dispatchEvent(new MouseEvent("click", { shiftKey: true, bubbles: true }));
    expect(legend().map((entry) => entry.getAttribute("aria-pressed"))).toEqual(["true", "false"]);
  });

  it("draws codes that have no decoder, with their images one by one", async () => {
    const fetchOne = vi.fn(async () => Uint8Array.of(0, 255));
    const singles = new Singles("explorer/mine/image-*-0.npy", fetchOne);
    const none = vi.fn(() => Promise.reject(new Error("no decoder")));
    const decoder = { decode: none, release: vi.fn() };
    const card = new HoverCard(async () => ({
      decoder,
      codes: new Float32Array(),
      images: undefined,
      singles,
    }));
    map.close();
    map = new ScatterMap(
      document.body,
      selection,
      (canvas) => new Engine(canvas),
      new Columns(load),
      card,
    );
    element = [...document.querySelectorAll(".explorer-map")].at(-1) as MapElement;
    await draw({ model: null, codes: null, errors: null, place: null });
    await card.prepare();
    expect(card.words(1)).toEqual(["dog", "image 1"]);
    card.show(
      { at: { x: 0, y: 0 }, place: { x: 0, y: 0 }, index: 1, finger: false, pile: "" },
      SIZE,
    );
    await until(() => expect(card.original(1)).toEqual(Uint8Array.of(0, 255)));
    expect(fetchOne).toHaveBeenCalledWith("explorer/mine/image-1-0.npy");
    const seen = [...card.card.element.querySelectorAll("figure")].filter((one) => !one.hidden);
    expect(seen.map((one) => one.dataset.shows)).toEqual(["original"]);
    expect(none).not.toHaveBeenCalled();
    await singles.fetch(1);
    expect(fetchOne).toHaveBeenCalledTimes(1);
  });

  it("shows a card for a point, and for a place without one", async () => {
    await draw();
    const card = document.querySelector(".card") as HTMLElement;
    mouse("pointerenter", [1, 1]);
    mouse("pointermove", element.place(3) as [number, number]);
    await until(() => expect(card.textContent).toContain("image 3 · error 4.0"));
    expect(card.textContent).toContain("dog");
    await until(() => expect(card.dataset.decoded).toBe("3"));
    decode.mockClear();
    mouse("pointermove", corner(3, 1));
    await until(() => expect(decode).toHaveBeenCalled());
    const [z] = decode.mock.calls[0];
    expect([...z]).toEqual([expect.closeTo(0.2, 2), expect.closeTo(0.8, 2)]);
    expect(card.dataset.index).toBe("");
    mouse("pointerleave", [0, 0]);
    expect(card.hidden).toBe(true);
  });

  it("keeps the selection while points travel to another projection", async () => {
    await draw();
    selection.group.set("maps", [1, 3], "server");
    vi.stubGlobal("matchMedia", () => ({ matches: true })); // less motion
    await draw({ points: "moved" });
    vi.unstubAllGlobals();
    expect(element.dataset.selected).toBe("2");
    expect(element.place(0)).toBeDefined();
  });
});

describe("a map's parts", () => {
  it("toggle and isolate groups", () => {
    const all = Uint8Array.of(1, 1, 1);
    expect([...toggled(all, 1)]).toEqual([1, 0, 1]);
    expect([...isolated(all, 1)]).toEqual([0, 1, 0]);
    expect([...isolated(isolated(all, 1), 1)]).toEqual([1, 1, 1]);
    expect([...isolated(isolated(all, 1), 2)]).toEqual([0, 0, 1]);
  });

  it("number axes in round steps", () => {
    expect(rounds(-1.2, 2.4, 4)).toEqual([-1, 0, 1, 2]);
    expect(rounds(0, 0.35, 4)).toEqual([0, 0.1, 0.2, 0.30000000000000004]);
    expect(rounds(3, 3, 4)).toEqual([]);
    const view = { x: 0, y: 0, scale: 0.01 };
    const { bottom } = ticks(view, { width: 400, height: 400 });
    const zero = bottom.find(({ text }) => text === "0");
    expect(zero?.at).toBe(200);
    expect(bottom[0].text).toContain("−");
    expect([round(0), round(-12.34), round(1234.5)]).toEqual(["0.00", "−12.3", "1235"]);
  });

  it("read colours, and spread a scale", () => {
    expect([...palette(["#ff8000", "#01020380"])]).toEqual([255, 128, 0, 255, 1, 2, 3, 128]);
    const scale = scalePalette(["#000000", "#ff0000"]);
    expect([...scale.slice(4, 8)]).toEqual([0, 0, 0, 255]);
    expect([...scale.slice(-4)]).toEqual([255, 0, 0, 255]);
    expect(scale[4 * 128]).toBe(128);
  });

  it("make corners of a box, and modes of keys", () => {
    const spots = [{ x: 0, y: 1 }, { x: 5, y: 5 }, { x: 2, y: 3 }]; // biome-ignore format: a row
    expect(outline("box", spots)).toEqual([spots[0], { x: 2, y: 1 }, spots[2], { x: 0, y: 3 }]);
    expect(outline("lasso", spots)).toBe(spots);
    expect(modeOf({ shiftKey: true, altKey: false })).toBe("add");
    expect(modeOf({ shiftKey: true, altKey: true })).toBe("subtract");
    expect(modeOf({ shiftKey: false, altKey: false })).toBe("replace");
  });

  it("leave room to the legend where there is some to spare", () => {
    const square = { left: 0, right: 1, bottom: 0, top: 1 };
    const wide = { width: 800, height: 400 };
    expect(toScreen(besideLegend(square, wide), wide, { x: 0.5, y: 0.5 }).x).toBe(310);
    const exact = { width: 400, height: 400 };
    expect(besideLegend(square, exact)).toEqual(fitView(square, exact));
    const high = { width: 400, height: 600 };
    const view = betweenBars(square, high, 20, 80);
    expect(toScreen(view, high, { x: 0.5, y: 0.5 }).y).toBe(270);
    expect(toScreen(view, high, { x: 0, y: 0 }).y).toBeLessThanOrEqual(520 - 24);
  });
});
