/** The legend: names that hide and show their points, or a scale of colours. */
import type { GroupColorData, ValueColorData } from "../shared/contract";
import { h } from "../shared/dom";

/** 1 for each group that is shown. */
export type Shown = Uint8Array<ArrayBuffer>;

/** After a click on one group: it is hidden, or shown again. */
export function toggled(shown: Shown, group: number): Shown {
  const result = shown.slice();
  result[group] = 1 - result[group];
  return result;
}

/** After a shift-click: only this group is shown, or all again if it was alone. */
export function isolated(shown: Shown, group: number): Shown {
  const alone = shown.every((value, i) => value === Number(i === group));
  return shown.map((_, i) => Number(alone || i === group));
}

export class Legend {
  readonly element = h("div", { class: "legend" });
  private buttons = new Map<number, HTMLButtonElement>();

  /** @param act Told which groups are to be shown. */
  constructor(private readonly act: (shown: Shown) => void) {}

  /** @param counts Points of each group; groups without points or name have no entry. */
  groups({ groups, order }: GroupColorData, counts: Uint32Array): void {
    let now: Shown = new Uint8Array(groups.length).fill(1);
    const change = (next: Shown) => {
      now = next;
      this.mark(now);
      this.act(now);
    };
    this.buttons = new Map(
      order
        .filter((group) => counts[group] > 0 && groups[group].name)
        .map((group) => {
          const { name, color } = groups[group];
          const spot = h("i", { style: `background:${color}` });
          const title = `${name}: ${counts[group].toLocaleString("en")} points. Click to hide or show them, shift-click to see them alone`;
          const button = h("button", { type: "button", title }, spot, h("span", {}, name));
          button.addEventListener("click", ({ shiftKey }) =>
            change(shiftKey ? isolated(now, group) : toggled(now, group)),
          );
          return [group, button];
        }),
    );
    this.element.replaceChildren(...this.buttons.values());
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Legend");
    this.mark(now);
  }

  values({ title, low, high, scale }: ValueColorData): void {
    this.buttons.clear();
    const gradient = `linear-gradient(to right, ${scale.join(", ")})`;
    this.element.setAttribute("role", "img");
    this.element.setAttribute("aria-label", `${title}, from ${round(low)} to ${round(high)}`);
    this.element.replaceChildren(
      h("span", { class: "title" }, title),
      h("div", { class: "bar", style: `background:${gradient}` }),
      h("div", { class: "ends" }, h("span", {}, round(low)), h("span", {}, round(high))),
    );
  }

  private mark(shown: Shown): void {
    for (const [group, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(shown[group] === 1));
    }
  }
}

/** A number with about three digits. */
export function round(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(6, digits)).replace("-", "−");
}
