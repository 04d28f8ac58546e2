import { expect, it, vi } from "vitest";
import { GroupLink, PointLink } from "../src/chart/link";
import { packed, unpacked } from "../src/shared/bits";
import { Selection } from "../src/shared/selection";

it("takes a user's clicks on its chart to Python, and Python's point to the chart", () => {
  const selection = new Selection();
  const send = { trigger: vi.fn(), state: vi.fn() };
  const link = new PointLink(selection);
  link.update({ role: "point", chart: "map", shown: 5 }, send);
  expect(selection.point.get("map")).toBe(5);
  expect(send.trigger).not.toHaveBeenCalled();
  selection.point.set("map", 7, "user");
  selection.point.set("elsewhere", 8, "user");
  expect(send.trigger.mock.calls).toEqual([["clicked", 7]]);
  link.close();
  selection.point.set("map", 9, "user");
  expect(send.trigger).toHaveBeenCalledTimes(1);
});

it("speaks for the chart and by the means of the last message", () => {
  const selection = new Selection();
  const [former, latest] = [vi.fn(), vi.fn()];
  const link = new PointLink(selection);
  link.update({ role: "point", chart: "map-2d", shown: null }, { trigger: former, state: vi.fn() });
  link.update({ role: "point", chart: "map-3d", shown: null }, { trigger: latest, state: vi.fn() });
  selection.point.set("map-2d", 1, "user");
  selection.point.set("map-3d", 2, "user");
  expect(former).not.toHaveBeenCalled();
  expect(latest.mock.calls).toEqual([["clicked", 2]]);
});

it("takes a lasso to Python and what is selected to the charts", () => {
  const selection = new Selection();
  const send = { trigger: vi.fn(), state: vi.fn() };
  const link = new GroupLink(selection);
  link.update({ role: "group", group: "maps", shown: packed([1, 2]) }, send);
  expect(selection.group.get("maps")).toEqual([1, 2]);
  selection.group.set("maps", [3], "user");
  selection.group.set("maps", [], "user");
  expect(send.trigger.mock.calls).toEqual([
    ["selected", "CA=="],
    ["selected", ""],
  ]);
  link.update({ role: "group", group: "maps", shown: "" }, send);
  expect(selection.group.get("maps")).toEqual([]);
});

it("packs a set of points into a bit for each", () => {
  const some = [0, 7, 8, 9, 1000, 100_001];
  expect(unpacked(packed(some))).toEqual(some);
  expect(unpacked(packed([]))).toEqual([]);
  expect(packed([0, 9])).toBe("AQI="); // as numpy.packbits(…, bitorder="little")
});
