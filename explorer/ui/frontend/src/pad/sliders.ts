import type { DimensionData } from "../shared/contract";
import { h, signed, svg } from "../shared/dom";
import { fromSigma, toSigma } from "./space";
import { term } from "./terms";
import type { Walk } from "./walk";

/** So many sliders are open at first; the rest is folded away. */
export const SHOWN = 16;
const LEAST_REACH = 4;

/** One slider for each latent dimension, in standard deviations of the real codes. */
export class Sliders {
  readonly element = h("div", { class: "sliders" });
  private readonly rows: Slider[];

  /** @param importance What sorts the dimensions: its name, and what it means. */
  constructor(
    walk: Walk,
    dimensions: DimensionData[],
    order: number[],
    importance: { name: string; help: string },
  ) {
    const active = order.filter((i) => dimensions[i].active);
    const inactive = order.filter((i) => !dimensions[i].active);
    const rows = new Map(
      order.map((i) => [i, new Slider(walk, i, dimensions[i], importance.name)]),
    );
    this.rows = [...rows.values()];
    const elements = (numbers: number[]) => numbers.map((i) => rows.get(i)?.element ?? "");
    const first = active.slice(0, SHOWN);
    const rest = active.slice(SHOWN);
    if (order.length > SHOWN) this.element.append(this.search());
    const sorted =
      order.length > 1
        ? ["Most important first, by ", term(importance.name, importance.help), ". "]
        : [];
    this.element.append(
      h("p", { class: "caption" }, ...sorted, "In standard deviations (σ) of the real codes."),
      legend(),
    );
    const list = h("div", { class: "slider-list" }, ...elements(first));
    list.style.setProperty("--row", rowHeight(first.length));
    if (rest.length) {
      list.append(fold(`${rest.length} more, by falling importance`, elements(rest)));
    }
    if (inactive.length) {
      const word = inactive.length === 1 ? "dimension" : "dimensions";
      const title = `${inactive.length} inactive ${word}: hardly used by this model`;
      list.append(fold(title, elements(inactive), "inactive"));
    }
    this.element.append(list);
  }

  update(z: Float32Array): void {
    for (const row of this.rows) row.update(z);
  }

  private search(): HTMLElement {
    const input = h("input", {
      type: "search",
      placeholder: "Find a dimension, e.g. 42",
      "aria-label": "Find a latent dimension by its number",
    });
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase().replace(/^z/, "");
      for (const row of this.rows) row.element.hidden = !row.name.slice(1).startsWith(wanted);
      for (const details of this.element.querySelectorAll("details")) {
        if (wanted) details.open = true;
      }
    });
    return input;
  }
}

/** What is drawn behind the sliders. */
function legend(): HTMLElement {
  const symbol = (...paths: SVGElement[]) =>
    svg("svg", { class: "symbol", viewBox: "0 0 30 20", "aria-hidden": "true" }, ...paths);
  const hill = svg("path", { class: "hills", d: "M2 20C12 20 10 3 15 3S18 20 28 20Z" });
  const ends = svg("path", { class: "ends", d: "M4 8V20M26 8V20" });
  const middle = svg("path", { class: "ends", d: "M15 14V20" });
  const rail = () => svg("path", { class: "real", d: "M4 19H26" });
  return h(
    "p",
    { class: "caption symbols" },
    h("span", {}, symbol(hill), "real codes"),
    h("span", {}, symbol(rail(), ends), "lowest, highest"),
    h("span", {}, symbol(rail(), middle), "mean"),
  );
}

/** Few sliders are drawn larger: they fill the column that many of them need. */
function rowHeight(count: number): string {
  return `${Math.min(3, Math.max(1.55, 24 / count)).toFixed(2)}rem`;
}

function fold(title: string, rows: (Node | string)[], className = ""): HTMLElement {
  const details = h("details", { class: className }, h("summary", {}, title));
  details.append(...rows);
  return details;
}

class Slider {
  readonly element: HTMLElement;
  readonly name: string;
  private readonly range: HTMLInputElement;
  private readonly box: HTMLInputElement;
  private readonly track = h("div", { class: "track" });
  private reach = { from: 0, to: 0 };
  private shown = Number.NaN;

  constructor(
    private readonly walk: Walk,
    private readonly index: number,
    private readonly dimension: DimensionData,
    importanceName: string,
  ) {
    this.name = `z${index}`;
    const low = toSigma(dimension.low, dimension);
    const high = toSigma(dimension.high, dimension);
    this.range = h("input", { type: "range", step: "any", "aria-label": this.name });
    this.box = h("input", {
      type: "number",
      step: 0.1,
      "aria-label": `${this.name} in standard deviations`,
    });
    const title =
      `${this.name}: ${importanceName} ${dimension.importance.toPrecision(3)}. Real codes from ` +
      `${signed(low, 1)} to ${signed(high, 1)} σ. Double-click: back to the start.`;
    this.element = h(
      "div",
      { class: dimension.active ? "slider" : "slider dim", title },
      h("span", { class: "name", "aria-hidden": "true" }, this.name),
      this.track,
      this.box,
    );
    this.widen(Math.min(-LEAST_REACH, low), Math.max(LEAST_REACH, high));
    this.listen();
  }

  update(z: Float32Array): void {
    const sigma = toSigma(z[this.index], this.dimension);
    if (Math.abs(sigma - this.shown) < 5e-4) return;
    this.shown = sigma;
    const { from, to } = this.reach;
    // A step of the traversal may lead beyond it.
    if (sigma < from || sigma > to) this.widen(Math.min(from, sigma), Math.max(to, sigma));
    this.range.value = String(sigma);
    this.range.setAttribute("aria-valuetext", `${signed(sigma)} standard deviations`);
    if (!this.box.matches(":focus")) this.fill();
  }

  /** Lets the slider reach from one place to another, in standard deviations. */
  private widen(from: number, to: number): void {
    this.reach = { from, to };
    [this.range.min, this.range.max] = [from.toFixed(2), to.toFixed(2)];
    this.track.replaceChildren(density(this.dimension, this.reach), this.range);
  }

  /** Makes the box show where the slider is, whatever was typed. */
  private fill(): void {
    this.box.value = this.sigma.toFixed(2);
  }

  private get sigma(): number {
    return toSigma(this.walk.position[this.index], this.dimension);
  }

  private listen(): void {
    const set = (sigma: number) => {
      if (!Number.isFinite(sigma)) return;
      const within = Math.min(this.reach.to, Math.max(this.reach.from, sigma));
      this.walk.moveAlong(this.index, fromSigma(within, this.dimension));
    };
    const release = () => this.walk.release();
    this.range.addEventListener("input", () => set(Number(this.range.value)));
    this.range.addEventListener("change", release);
    this.range.addEventListener("keydown", (event) => {
      const step = keyStep(event);
      if (step === 0) return;
      event.preventDefault();
      set(this.sigma + step);
    });
    this.range.addEventListener("keyup", (event) => {
      if (keyStep(event) !== 0) release();
    });
    this.box.addEventListener("input", () => set(this.box.valueAsNumber));
    this.box.addEventListener("change", () => {
      this.fill();
      release();
    });
    this.box.addEventListener("blur", () => this.fill());
    this.range.addEventListener("dblclick", () => {
      this.walk.moveAlong(this.index, this.walk.start[this.index]);
      release();
    });
  }
}

/** Arrow keys go a tenth of a standard deviation, with shift or Page keys a whole one. */
function keyStep(event: KeyboardEvent): number {
  const steps: Record<string, number> = {
    ArrowRight: 0.1,
    ArrowUp: 0.1,
    ArrowLeft: -0.1,
    ArrowDown: -0.1,
    PageUp: 1,
    PageDown: -1,
  };
  const step = steps[event.key] ?? 0;
  return event.shiftKey && Math.abs(step) < 1 ? step * 10 : step;
}

/** The histogram of the real codes behind a slider, from their lowest to their highest value. */
function density(
  dimension: DimensionData,
  { from, to }: { from: number; to: number },
): SVGSVGElement {
  const { density } = dimension;
  const [low, high] = [toSigma(dimension.low, dimension), toSigma(dimension.high, dimension)];
  const share = (sigma: number) => (100 * (sigma - from)) / (to - from);
  const [left, right] = [share(low), share(high)];
  const width = (right - left) / Math.max(1, density.length);
  const tops = density.map((height, i) => `L${left + (i + 0.5) * width} ${19 - 18 * height}`);
  const hills = `M${left} 20${tops.join("")}L${right} 20Z`;
  const zero = share(0);
  return svg(
    "svg",
    { class: "density", viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "hills", d: hills }),
    svg("path", { class: "rail", d: "M0 20H100" }),
    svg("path", { class: "real", d: `M${left} 20H${right}` }),
    svg("path", { class: "ends", d: `M${left} 14V20M${right} 14V20M${zero} 16V20` }),
  );
}
