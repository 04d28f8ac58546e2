import { h, uniqueId } from "../shared/dom";
import type { Panel } from "./context";

/** Tabs after the ARIA pattern: arrow keys move between them. */
export class Tabs {
  readonly element: HTMLElement;
  private open: Panel | undefined;
  private readonly buttons: HTMLButtonElement[];
  private readonly place = h("div", { class: "panel", role: "tabpanel", tabindex: 0 });

  constructor(private readonly panels: Panel[]) {
    this.place.id = uniqueId("panel");
    this.buttons = panels.map((panel, i) => this.tab(panel, i));
    const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Ways to explore" });
    list.append(...this.buttons);
    this.element = h("div", { class: "below" }, list, this.place);
    this.show(0);
  }

  update(z: Float32Array): void {
    this.open?.update(z);
  }

  close(): void {
    this.open?.leave?.();
  }

  private tab(panel: Panel, index: number): HTMLButtonElement {
    const attributes = { type: "button", role: "tab", "aria-controls": this.place.id };
    const tab = h("button", { ...attributes, id: uniqueId("tab") }, panel.title);
    tab.addEventListener("click", () => this.show(index));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (index + step + this.panels.length) % this.panels.length;
      this.show(next);
      this.buttons[next].focus();
    });
    return tab;
  }

  private show(index: number): void {
    const panel = this.panels[index];
    if (panel === this.open) return;
    this.open?.leave?.();
    this.open = panel;
    this.buttons.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
    });
    this.place.setAttribute("aria-labelledby", this.buttons[index].id);
    this.place.replaceChildren(panel.element);
    panel.open();
  }
}
