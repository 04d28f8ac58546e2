/** How a map's points are coloured, as the engine takes it. */
import type { ClassData, ScatterMapData } from "../shared/contract";
import type { Paint } from "./content";
import type { Colors } from "./messages";
import { binned } from "./points";

type Color = ScatterMapData["color"];

/** The groups that are named, hidden and shown together: those of the colours, else the classes. */
export function groupsOf({ color, classes }: ScatterMapData): ClassData[] {
  return color.kind === "groups" ? color.groups : classes;
}

/** @param column Of each point its group or its value. */
export function columnOf(color: Color, column: ArrayLike<number>): Colors {
  if (color.kind === "groups") return { kind: "index", column: Uint16Array.from(column) };
  const { low, high } = color;
  return { kind: "value", column: Float32Array.from(column), low, high };
}

export function paletteOf(color: Color): Uint8Array<ArrayBuffer> {
  if (color.kind === "values") return scalePalette(color.scale);
  return palette(color.groups.map((group) => group.color));
}

/** The CSS colour of a point. */
export function colorOf(colors: Colors, palette: Uint8Array, index: number): string {
  const { column } = colors;
  const row =
    colors.kind === "index"
      ? column[index]
      : binned(Float32Array.of(column[index]), colors.low, colors.high)[0];
  return `rgba(${palette.subarray(4 * row, 4 * row + 3).join()}, ${palette[4 * row + 3] / 255})`;
}

/** How many points with a place are in each group. */
export function counts(
  groups: ArrayLike<number>,
  points: ArrayLike<number>,
  n: number,
): Uint32Array {
  const result = new Uint32Array(n);
  for (let i = 0; i < groups.length; i++) if (isPlace(points, i)) result[groups[i]] += 1;
  return result;
}

/** How many points have a place. */
export function finite(points: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; 2 * i < points.length; i++) if (isPlace(points, i)) count += 1;
  return count;
}

function isPlace(points: ArrayLike<number>, index: number): boolean {
  return Number.isFinite(points[2 * index]) && Number.isFinite(points[2 * index + 1]);
}

/** @param colors As #rrggbb or #rrggbbaa. */
export function palette(colors: string[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(4 * colors.length).fill(255);
  colors.forEach((color, i) => {
    const parts = color.slice(1).match(/../g) ?? [];
    for (const [k, part] of parts.entries()) result[4 * i + k] = Number.parseInt(part, 16);
  });
  return result;
}

/** Of "no value", then 255 steps along the colours of a scale. */
export function scalePalette(colors: string[]): Uint8Array<ArrayBuffer> {
  const given = palette(colors);
  const last = colors.length - 1;
  const result = new Uint8Array(4 * 256).fill(255);
  result.set([128, 128, 128, 255]);
  for (let step = 0; step < 255; step++) {
    const at = (step / 254) * last;
    const below = Math.min(last - 1, Math.floor(at));
    for (let k = 0; k < 4; k++) {
      const [from, to] = [given[4 * below + k], given[4 * (below + 1) + k]];
      result[4 * (step + 1) + k] = Math.round(from + (to - from) * (at - below));
    }
  }
  return result;
}

/** Points in the colours of their classes. */
export function classPaint(labels: ArrayLike<number>, colors: string[], names: string[]): Paint {
  const column = Uint16Array.from(labels);
  return { colors: { kind: "index", column }, palette: palette(colors), groups: labels, names };
}
