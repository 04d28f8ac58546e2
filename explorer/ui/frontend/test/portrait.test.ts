// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { laidOut, portrait, wrapped } from "../src/map/portrait";
import { SaveButton } from "../src/map/save";
import type { ScatterMapData } from "../src/shared/contract";
import { Selection } from "../src/shared/selection";
import { until } from "./until";

const measured = (text: string) => 10 * text.length;

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

it("wraps a text between words", () => {
  expect(wrapped("one two three", 70, measured)).toEqual(["one two", "three"]);
  expect(wrapped("one", 5, measured)).toEqual(["one"]);
});

it("lays colours out in rows", () => {
  const entries = ["a", "b", "c"].map((text) => ({ text, colors: ["#000000"] }));
  const rows = laidOut(entries, 120, measured).map(({ row, x }) => [row, x]);
  expect(rows).toEqual([
    [0, 24],
    [0, 78],
    [1, 24],
  ]);
});

function makeMap(alt: string) {
  const element = document.createElement("div");
  element.innerHTML = '<div class="stage"><canvas></canvas></div>';
  document.body.append(element);
  vi.spyOn(element, "clientWidth", "get").mockReturnValue(300);
  vi.spyOn(element, "clientHeight", "get").mockReturnValue(200);
  const color = {
    kind: "groups",
    column: "",
    groups: [{ name: "cat", color: "#f00" }],
    order: [0],
  };
  return { element, data: { alt, color } as ScatterMapData };
}

/** What a context is told to write and to draw. */
function listen() {
  const written: [string, number][] = [];
  const drawn: unknown[] = [];
  const context = new Proxy(
    {
      measureText: (text: string) => ({ width: measured(text) }),
      fillText: (text: string, x: number) => written.push([text, x]),
      drawImage: (image: unknown) => drawn.push(image),
    } as Record<string, unknown>,
    { get: (known, name: string) => known[name] ?? (() => undefined), set: () => true },
  );
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  return { written, drawn };
}

it("draws the maps in the order of the page, with titles, colours and notes", () => {
  const { written, drawn } = listen();
  const [left, right] = [makeMap("left"), makeMap("right")];
  const data = { role: "save", maps: "maps", title: "both", notes: "at one scale" } as const;
  const canvas = portrait([right, left], data);
  expect(canvas.width).toBe(2 * (3 * 24 + 2 * 300));
  expect(written).toEqual([
    ["both", 24],
    ["left", 24],
    ["right", 348],
    ["cat", 44],
    ["at one scale", 24],
  ]);
  expect(drawn).toEqual([left, right].map(({ element }) => element.querySelector("canvas")));
});

it("saves what is seen when the button is pressed", async () => {
  listen();
  const selection = new Selection();
  const view = new SaveButton(document.body, selection);
  view.update({ role: "save", maps: "maps", title: "a · b/c", notes: "" });
  const press = () => document.querySelector("button")?.click();
  const toBlob = vi
    .spyOn(HTMLCanvasElement.prototype, "toBlob")
    .mockImplementation((done) => done(new Blob(["png"])));
  const saved = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  press(); // there is no map yet
  selection.maps.set("maps", [makeMap("a map")], "user");
  press();
  await until(() => expect(saved).toHaveBeenCalledTimes(1));
  expect(toBlob).toHaveBeenCalledTimes(1);
  const [link] = saved.mock.contexts as HTMLAnchorElement[];
  expect(link.getAttribute("download")).toBe("a-b-c.png");
  view.close();
  expect(document.querySelector("button")).toBeNull();
});
