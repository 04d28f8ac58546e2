// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Chart } from "../src/chart/chart";
import type { Plot, PlotEvent, Plotly, Trace } from "../src/chart/plotly";
import type { ChartData } from "../src/shared/contract";
import { Selection } from "../src/shared/selection";
import { until } from "./until";

/** Takes the figure as it is, with axes on which a unit is ten pixels. */
class FakePlotly implements Plotly {
  react = vi.fn(async (element: Plot, data: object[], layout: object) => {
    const axis = { _offset: 5, _length: 100, c2p: (value: number) => 10 * value };
    const plane = { xaxis: axis, yaxis: axis };
    element._fullLayout = { ...layout, ...plane, _plots: { xy: plane, x2y2: plane } };
    element.data = data;
    element._fullData = data as Trace[];
    element.on = (name, listener) => this.listeners.set(name, listener);
    element.innerHTML = '<div class="svg-container"></div>';
  });
  restyle = vi.fn(async () => undefined);
  update = vi.fn(async () => undefined);
  purge = vi.fn();
  readonly listeners = new Map<string, (event: PlotEvent | undefined) => void>();

  tell(name: string, event?: PlotEvent): void {
    this.listeners.get(name)?.(event);
  }
}

const POINTS = { x: [1, 2, 3], y: [4, 5, 6], customdata: [[10], [11], [12]] };
const DATA: ChartData = {
  role: "chart",
  name: "map",
  group: "maps",
  figure: JSON.stringify({ data: [POINTS], layout: {} }),
  selectable: true,
  follows: "",
  height: 300,
  alt: "a map",
};

let plotly: FakePlotly;
let selection: Selection;
let chart: Chart;

beforeEach(() => {
  document.body.replaceChildren();
  plotly = new FakePlotly();
  selection = new Selection();
  chart = new Chart(document.body, selection, async () => plotly);
});

afterEach(() => chart.close());

async function draw(change: Partial<ChartData> = {}): Promise<void> {
  const before = Number(drawing()?.dataset.drawn ?? 0);
  chart.update({ ...DATA, ...change });
  await until(() => expect(Number(drawing()?.dataset.drawn)).toBeGreaterThan(before));
}

const drawing = () => document.querySelector<HTMLElement>(".explorer-plot");
const ring = () => document.querySelector<HTMLElement>(".explorer-ring div");

describe("Chart", () => {
  it("marks the epoch that a replay shows on all of its axes, also after it is drawn anew", async () => {
    const marks = () => [...document.querySelectorAll<HTMLElement>(".explorer-mark")];
    await draw({ follows: "mine", selectable: false });
    expect(marks()).toEqual([]);
    selection.epoch.set("mine", 4, "user");
    expect(marks().map(({ style }) => style.left)).toEqual(["45px", "45px"]);
    await draw({ follows: "mine", selectable: false, figure: DATA.figure.replace("11", "13") });
    expect(marks()).toHaveLength(2);
    selection.epoch.set("mine", 40, "user"); // beyond the axes
    expect(marks()).toEqual([]);
    await draw({ follows: "other", selectable: false, height: 301 });
    selection.epoch.set("mine", 4, "user");
    expect(marks()).toEqual([]);
  });

  it("rings the point that is chosen, before it is drawn and after", async () => {
    selection.point.set("map", 11, "server");
    await draw();
    expect([ring()?.style.left, ring()?.style.top]).toEqual(["20px", "50px"]);
    selection.point.set("map", 12, "server");
    expect(ring()?.style.left).toBe("30px");
    selection.point.set("map", null, "server");
    expect(ring()).toBeNull();
    selection.point.set("map", 999, "server");
    expect(ring()).toBeNull();
  });

  it("tells of a click on another point, and rings it at once", async () => {
    const listener = vi.fn();
    selection.point.listen("map", listener);
    await draw();
    plotly.tell("plotly_click", { points: [{ customdata: [10] }] });
    plotly.tell("plotly_click", { points: [{ customdata: [10] }] });
    plotly.tell("plotly_click", { points: [{}] });
    expect(listener.mock.calls).toEqual([[10, "user"]]);
    expect(ring()?.style.left).toBe("10px");
  });

  it("moves its ring with the view", async () => {
    selection.point.set("map", 11, "server");
    await draw();
    const plot = drawing() as unknown as Plot;
    plot._fullLayout.xaxis.c2p = () => 77;
    plotly.tell("plotly_relayouting");
    expect(ring()?.style.left).toBe("77px");
  });

  it("highlights the last lasso on any chart of its group, and tells of its own", async () => {
    selection.group.set("maps", [10, 12], "user");
    await draw();
    const selections = { selections: [] };
    expect(plotly.update).toHaveBeenLastCalledWith(
      drawing(),
      { selectedpoints: [[0, 2]] },
      selections,
    );
    plotly.tell("plotly_selected", { points: [{ customdata: [10] }] }); // a click
    expect(selection.group.get("maps")).toEqual([10, 12]);
    plotly.tell("plotly_selected", { points: [{ customdata: [11] }], lassoPoints: {} });
    expect(selection.group.get("maps")).toEqual([11]);
    expect(plotly.update).toHaveBeenLastCalledWith(
      drawing(),
      { selectedpoints: [[1]] },
      selections,
    );
    await Promise.resolve();
    plotly.tell("plotly_deselect");
    expect(selection.group.get("maps")).toEqual([]);
    expect(plotly.update).toHaveBeenLastCalledWith(
      drawing(),
      { selectedpoints: [null] },
      selections,
    );
  });

  it("listens to another group once it shows other data", async () => {
    await draw();
    await draw({ figure: `${DATA.figure} `, group: "other maps" });
    plotly.update.mockClear();
    selection.group.set("maps", [10], "user");
    expect(plotly.update).not.toHaveBeenCalled();
    selection.group.set("other maps", [10], "user");
    expect(plotly.update).toHaveBeenCalledTimes(1);
  });

  it("draws the same figure once, and another one again", async () => {
    await draw();
    chart.update(DATA);
    await draw({ figure: `${DATA.figure} ` });
    expect(plotly.react).toHaveBeenCalledTimes(2);
  });

  it("in space, takes a press that rests for a click, and moves the last trace", async () => {
    const data = [
      { ...POINTS, z: [7, 8, 9] },
      { x: [], y: [], z: [] },
    ];
    await draw({ figure: JSON.stringify({ data, layout: { scene: {} } }) });
    const element = drawing();
    const press = (x: number) => {
      const at = { clientX: 0, clientY: 0 };
      element?.dispatchEvent(Object.assign(new Event("pointerdown"), at));
      element?.dispatchEvent(Object.assign(new Event("click"), at, { clientX: x }));
    };
    press(0);
    plotly.tell("plotly_hover", { points: [{ customdata: [11] }] });
    press(50);
    expect(selection.point.get("map")).toBeUndefined();
    press(1);
    expect(selection.point.get("map")).toBe(11);
    expect(plotly.restyle).toHaveBeenLastCalledWith(element, { x: [[2]], y: [[5]], z: [[8]] }, [1]);
  });

  it("in space, draws selected points once more and makes all others faint", async () => {
    const marker = (color: unknown) => ({ marker: { color, opacity: 0.75 }, z: [7, 8, 9] });
    const others = [[20], [21], [22]];
    const data = [
      { ...POINTS, name: "one", ...marker("#f00") },
      { ...POINTS, customdata: others, name: "other", ...marker("#00f") },
      { x: [], y: [], z: [], meta: "selected", marker: { opacity: 1 } },
      { x: [], y: [], z: [] },
    ];
    selection.group.set("maps", [12, 20], "server");
    await draw({ figure: JSON.stringify({ data, layout: { scene: {} } }) });
    const changes = () => plotly.restyle.mock.lastCall as unknown as [Plot, object, number[]];
    expect(changes()[1]).toMatchObject({
      x: [undefined, undefined, [3, 1], undefined],
      z: [undefined, undefined, [9, 7], undefined],
      customdata: [undefined, undefined, [[12], [20]], undefined],
      text: [undefined, undefined, ["one", "other"], undefined],
      "marker.color": [undefined, undefined, ["#f00", "#00f"], undefined],
      "marker.opacity": [0.07, 0.07, 1, undefined],
    });
    // A class that is hidden takes its points along.
    (drawing() as unknown as Plot)._fullData[1].visible = "legendonly";
    plotly.tell("plotly_restyle", { 0: { visible: ["legendonly"] }, points: [] });
    expect(changes()[1]).toMatchObject({ x: [undefined, undefined, [3], undefined] });
    selection.group.set("maps", [], "user");
    expect(changes()[1]).toMatchObject({
      x: [undefined, undefined, [], undefined],
      "marker.opacity": [0.75, 0.75, 1, undefined],
    });
  });

  it("tells which point the pointer is over, and when it leaves", async () => {
    await draw();
    drawing()?.dispatchEvent(new Event("pointerenter"));
    expect(selection.hover.get("map")).toEqual({ index: null });
    plotly.tell("plotly_hover", { points: [{ customdata: [11] }] });
    expect(selection.hover.get("map")).toEqual({ index: 11 });
    drawing()?.dispatchEvent(new Event("pointerleave"));
    expect(selection.hover.get("map")).toBeNull();
  });

  it("says so where a figure cannot be drawn", async () => {
    chart.update({ ...DATA, figure: "{" });
    await until(() => expect(drawing()?.textContent).toContain("could not be drawn"));
  });

  it("leaves nothing behind, even if it goes before Plotly has come", async () => {
    const late = new Chart(document.body, selection, async () => plotly);
    late.update(DATA);
    late.close();
    await draw();
    chart.close();
    expect(plotly.react).toHaveBeenCalledTimes(1);
    expect(plotly.purge).toHaveBeenCalledTimes(1);
    expect(document.body.childElementCount).toBe(0);
  });
});
