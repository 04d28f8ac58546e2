/** A code as bars, one for each latent dimension, over the range in which most codes lie. */
import type { BarsData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import type { View } from "../shared/view";
import style from "./bars.css";

/** Numbers below the bars, at most: more would touch each other. */
const NUMBERS = 12;

export class CodeBars implements View<BarsData> {
  private readonly element = h("div", { class: "explorer-code", role: "img" });

  constructor(parent: HTMLElement) {
    addStyle(style);
    parent.append(this.element);
  }

  update({ z, low, high }: BarsData): void {
    const bottom = Math.min(0, ...low, ...z);
    const top = Math.max(0, ...high, ...z);
    const span = Math.max(top - bottom, 1e-9);
    const share = (length: number) => `${((100 * length) / span).toFixed(2)}%`;
    const place = (start: number, end: number) => {
      const upper = Math.max(start, end);
      return `top:${share(top - upper)};height:${share(Math.abs(end - start))}`;
    };
    const every = Math.ceil(z.length / NUMBERS);
    const bars = z.map((value, axis) => {
      const usual = `usual ${low[axis].toFixed(2)} to ${high[axis].toFixed(2)}`;
      return h(
        "div",
        { title: `z${axis} = ${value.toFixed(2)}; ${usual}` },
        h("i", { style: place(low[axis], high[axis]) }),
        h("b", { style: place(0, value) }),
        h("span", {}, axis % every === 0 ? String(axis) : ""),
      );
    });
    const told = z.map((value) => value.toFixed(2)).join(", ");
    this.element.setAttribute("aria-label", `Code of the image: ${told}`);
    this.element.replaceChildren(
      h("p", { style: "top:0" }, short(top)),
      h("p", { style: "top:100%" }, short(bottom)),
      h("hr", { style: `top:${share(top)}` }),
      ...bars,
    );
  }

  close(): void {
    this.element.remove();
  }
}

function short(value: number): string {
  const text = value.toFixed(1);
  return Number(text) === 0 ? "0" : text.replace("-", "−");
}
