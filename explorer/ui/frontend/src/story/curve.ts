/** A loss against β: one line, evenly spaced because β = 0 has no logarithm, the present β marked. */

import { rounds } from "../map/axes";
import { h, svg } from "../shared/dom";

const WIDTH = 320;
const HEIGHT = 170;
const ROOM = { left: 46, right: 18, top: 14, bottom: 26 };
const TICKS = 3;

export class Curve {
  readonly element: HTMLElement;
  onChoose: (index: number) => void = () => undefined;
  private readonly line = svg("line", { class: "present", y1: ROOM.top, y2: HEIGHT - ROOM.bottom });
  private readonly dot = svg("circle", { class: "present", r: 6 });
  private readonly places: { x: number; y: number }[];

  constructor(title: string, unit: string, betas: string[], values: number[]) {
    const { low, high, log } = range(values);
    const at = (value: number) => (log ? Math.log10(Math.max(value, low)) : value);
    const tall = HEIGHT - ROOM.top - ROOM.bottom;
    const y = (value: number) =>
      HEIGHT - ROOM.bottom - ((at(value) - at(low)) / (at(high) - at(low))) * tall;
    const wide = WIDTH - ROOM.left - ROOM.right;
    const x = (i: number) => ROOM.left + (wide * i) / Math.max(1, values.length - 1);
    this.places = values.map((value, i) => ({ x: x(i), y: y(value) }));
    const path = this.places.map((place) => `${place.x},${place.y}`).join(" ");
    const picture = svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title} against β` },
      ...(log ? powers(low, high) : rounds(low, high, TICKS)).map((value) =>
        svg(
          "g",
          {},
          svg("line", {
            class: "grid",
            x1: ROOM.left,
            x2: WIDTH - ROOM.right,
            y1: y(value),
            y2: y(value),
          }),
          svg("text", { x: ROOM.left - 8, y: y(value) + 5, "text-anchor": "end" }, String(value)),
        ),
      ),
      ...betas.map((beta, i) =>
        svg("text", { x: x(i), y: HEIGHT - 6, "text-anchor": "middle" }, beta),
      ),
      this.line,
      svg("polyline", { points: path }),
      ...this.places.map((place) => svg("circle", { cx: place.x, cy: place.y, r: 3.5 })),
      this.dot,
    );
    picture.addEventListener("click", (event) => this.choose(event));
    this.element = h(
      "figure",
      {},
      h("figcaption", {}, `${title} against β, ${unit}${log ? " (log)" : ""}`),
    );
    this.element.append(picture);
  }

  /** Marks the present one. */
  mark(index: number): void {
    const { x, y } = this.places[index];
    for (const end of ["x1", "x2"]) this.line.setAttribute(end, String(x));
    this.dot.setAttribute("cx", String(x));
    this.dot.setAttribute("cy", String(y));
  }

  private choose(event: MouseEvent): void {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    const far = this.places.map(({ x }) => Math.abs(x - at));
    this.onChoose(far.indexOf(Math.min(...far)));
  }
}

/** What is far below the largest value is told apart by a logarithm, down to this. */
const LEAST = 0.01;
const WIDE = 30;

/** What the y axis shows: from 0 where that leaves the curve half of the height. */
export function range(values: number[]): { low: number; high: number; log: boolean } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least >= 0 && most > WIDE * Math.max(least, LEAST)) {
    return { low: 10 ** Math.floor(Math.log10(Math.max(least, LEAST))), high: most, log: true };
  }
  const low = least < most / 2 ? 0 : least - 0.1 * (most - least);
  if (most > low) return { low, high: most, log: false };
  return { low: low - 1, high: most + 1, log: false };
}

function powers(low: number, high: number): number[] {
  const first = Math.round(Math.log10(low));
  const count = Math.floor(Math.log10(high)) - first + 1;
  return Array.from({ length: count }, (_, i) => Number((10 ** (first + i)).toPrecision(1)));
}
