import { expect, it } from "vitest";
import { ahead, directionOf } from "../src/map/walk";

const POINTS = [0, 0, 1, 0.2, 3, 0, 0.5, 2, NaN, NaN, -1, -1];
const all = () => true;
const from = { x: 0, y: 0 };
const go = (key: string, isShown: (index: number) => boolean = all) =>
  ahead(POINTS, from, directionOf(key) ?? from, isShown);

it("finds the nearest point within 45° of an arrow's direction", () => {
  expect(go("ArrowRight")).toBe(1);
  expect(go("ArrowRight", (index) => index !== 1)).toBe(2);
  expect(go("ArrowUp")).toBe(3);
  expect(go("ArrowDown")).toBe(5); // at 45°: of two directions
  expect(go("ArrowLeft")).toBe(5);
  expect(go("ArrowLeft", (index) => index !== 5)).toBeNull();
  expect(directionOf("Enter")).toBeUndefined();
});
