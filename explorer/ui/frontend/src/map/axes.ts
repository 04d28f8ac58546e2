/** Numbers along the edges of a map whose coordinates mean something. */
import { type Size, toData, toScreen, type View } from "./view";

export interface Tick {
  value: number;
  /** Distance from the left or the upper edge, in CSS pixels. */
  at: number;
  text: string;
}

/** About so many CSS pixels from one number to the next. */
const SPACING = 90;
/** Room for the numbers of the other axis, in CSS pixels. */
const CORNER = 36;

/** Round numbers between two others: 1, 2 or 5 times a power of ten apart, at most `most` of them. */
export function rounds(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span) || most < 1) return [];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((s) => span / s <= most);
  if (!step) return [];
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** The numbers along the bottom and along the left edge. */
export function ticks(view: View, size: Size): { bottom: Tick[]; left: Tick[] } {
  const upperLeft = toData(view, size, { x: CORNER, y: 0 });
  const lowerRight = toData(view, size, { x: size.width, y: size.height - CORNER });
  const along = (low: number, high: number, length: number, at: (value: number) => number) => {
    const values = rounds(low, high, Math.max(2, length / SPACING));
    const step = values.length > 1 ? values[1] - values[0] : 1;
    const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
    return values.map((value) => {
      const text = (Math.abs(value) < step / 2 ? 0 : value).toFixed(digits).replace("-", "−");
      return { value, at: at(value), text };
    });
  };
  const place = (x: number, y: number) => toScreen(view, size, { x, y });
  return {
    bottom: along(upperLeft.x, lowerRight.x, size.width, (x) => place(x, 0).x),
    left: along(lowerRight.y, upperLeft.y, size.height, (y) => place(0, y).y),
  };
}
