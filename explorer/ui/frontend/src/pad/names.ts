import { declutter, densestPlaces, type Label } from "../map/labels";
import type { View } from "./plane";

/** Of a letter and of a line of 14 pixels, with the room around them, in CSS pixels. */
const LETTER = 7.6;
const LINE = 19;

/**
 * Where the names of the classes are written on a pad: at their densest places, without overlap.
 *
 * @param points n points, one after the other; NaN: not on the map.
 * @param labels Class of each point.
 * @param size Width and height of the pad in CSS pixels.
 */
export function placeNames(
  points: Float32Array,
  labels: ArrayLike<number>,
  names: string[],
  view: View,
  size: number,
): Label[] {
  const count = points.length / 2;
  const [x, y] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    const { left, top } = view.toPicture(points[2 * i], points[2 * i + 1]);
    x[i] = left * size;
    y[i] = top * size;
  }
  const bounds = { left: 0, right: size, bottom: 0, top: size };
  const places = densestPlaces({ x, y, groups: labels }, names.length, bounds);
  const wanted = places.map(({ group, count: weight, ...place }) => {
    const text = names[group];
    return { ...place, text, width: LETTER * text.length + 8, height: LINE, weight };
  });
  return declutter(wanted, size, size);
}
