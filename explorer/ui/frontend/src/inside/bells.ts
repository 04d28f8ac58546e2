import type { Space } from "../pad/space";
import type { DimensionData } from "../shared/contract";
import { h, svg } from "../shared/dom";
import { klOf, type Posterior } from "./posterior";

/** More dimensions than that are not drawn: these are the most important ones. */
const MOST = 16;
const STEPS = 60;

/** For each dimension q(z|x) as a bell over the real codes, and where z is. */
export class Bells {
  readonly element = h("div", { class: "bells" });
  private readonly rows: { dimension: number; place: SVGElement; tick: SVGElement }[] = [];
  private readonly ranges = new Map<number, { from: number; to: number }>();

  constructor(private readonly space: Space) {}

  /** Draws the bells of an image. */
  show(posterior: Posterior): void {
    const { order, dimensions } = this.space;
    const kl = klOf(posterior);
    this.rows.length = 0;
    const rows = order.slice(0, MOST).map((i) => {
      const [mean, std] = [posterior.mean[i], posterior.std[i]];
      const { low, high } = dimensions[i];
      const from = Math.min(low, mean - 3 * std);
      const to = Math.max(high, mean + 3 * std);
      this.ranges.set(i, { from, to });
      const tick = svg("path", { class: "tick", d: "M0 0V20" });
      const place = svg(
        "svg",
        { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("path", { class: "hills", d: hills(dimensions[i], from, to) }),
        svg("path", { class: "bell", d: bell(mean, std, from, to) }),
        tick,
      );
      this.rows.push({ dimension: i, place, tick });
      const text = `μ ${mean.toFixed(2).replace("-", "−")}, σ ${std.toFixed(2)}`;
      return h(
        "div",
        { class: "bell-row" },
        h("b", {}, `z${i}`),
        place,
        h("span", {}, text),
        h("span", {}, `KL ${kl[i].toFixed(2)}`),
      );
    });
    const more = order.length - rows.length;
    const rest = more > 0 ? [h("p", { class: "caption" }, `and ${more} that matter less`)] : [];
    this.element.replaceChildren(...rows, ...rest);
  }

  mark(z: ArrayLike<number>): void {
    for (const { dimension, tick } of this.rows) {
      const range = this.ranges.get(dimension);
      if (!range) continue;
      const x = (100 * (z[dimension] - range.from)) / (range.to - range.from);
      tick.setAttribute("d", `M${Math.min(100, Math.max(0, x)).toFixed(2)} 0V20`);
    }
  }
}

/** The real codes' histogram as the outline of hills, over [from, to] in a box of 100 × 20. */
function hills({ density, low, high }: DimensionData, from: number, to: number): string {
  const share = (value: number) => (100 * (value - from)) / (to - from);
  const step = (high - low) / Math.max(1, density.length);
  const tops = density.map(
    (height, i) => `L${share(low + (i + 0.5) * step).toFixed(2)} ${(20 - 18 * height).toFixed(2)}`,
  );
  return `M${share(low).toFixed(2)} 20${tops.join("")}L${share(high).toFixed(2)} 20Z`;
}

/** N(mean, std²), brought to the height of the box. */
function bell(mean: number, std: number, from: number, to: number): string {
  const points = Array.from({ length: STEPS + 1 }, (_, i) => {
    const sigma = -3 + (6 * i) / STEPS;
    const x = (100 * (mean + sigma * std - from)) / (to - from);
    return `${x.toFixed(2)} ${(20 - 18 * Math.exp(-(sigma ** 2) / 2)).toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}
