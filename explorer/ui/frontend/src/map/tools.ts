/** The buttons of a map, and what the hand draws with a lasso or a box. */
import { h, svg } from "../shared/dom";
import type { Mode } from "./selection";
import type { Spot } from "./view";

export type Tool = "pan" | "lasso" | "box";
export type Action = "whole" | "clear" | "invert" | "full" | "paint";

const ICONS: Record<Tool | Action, string> = {
  pan: "M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3",
  lasso:
    "M8 16.5C5 15.5 3 13 3 10.5 3 6.5 7 4 12 4s9 2.5 9 6.5-4 6.5-9 6.5c-1.5 0-3-.2-4-.5M8 16.5a2 2 0 1 0-2 2c1.200 0 2-.9 2-2zM6 18.5c0 1 .5 2 1.5 2.5",
  box: "M4 4h3M10.5 4h3M17 4h3v3M20 10.5v3M20 17v3h-3M13.5 20h-3M7 20H4v-3M4 13.5v-3M4 7V4",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M9 12h6M12 9v6",
  clear: "M6 6l12 12M18 6L6 18",
  invert: "M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M12 3v18M15 4v16M18 6v12",
  paint: "M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h7v7h-7z",
  full: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
};
const TITLES: Record<Tool | Action, string> = {
  pan: "Move the map",
  lasso: "Lasso: draw around points. Shift adds to the selection, alt takes away",
  box: "Box: draw a box around points. Shift adds to the selection, alt takes away",
  whole: "Show the whole map",
  clear: "Clear the selection (Escape)",
  invert: "Select the others instead: what is seen and not selected",
  paint: "Paint the plane: what the decoder makes of each place, under the points",
  full: "Full screen",
};

export class Toolbar {
  readonly element = h("div", { class: "tools", role: "toolbar", "aria-label": "Map" });
  tool: Tool = "pan";
  private readonly buttons = {} as Record<Tool | Action, HTMLButtonElement>;

  /** Told when another tool is taken. */
  changed: () => void = () => undefined;

  constructor(act: (action: Action) => void) {
    for (const tool of ["pan", "lasso", "box"] as const) this.add(tool, () => this.use(tool));
    for (const action of ["whole", "paint", "full", "invert", "clear"] as const)
      this.add(action, () => act(action));
    this.use("pan");
    this.selected(false);
    this.paintable(false);
    this.buttons.full.hidden = !document.fullscreenEnabled;
  }

  use(tool: Tool): void {
    this.tool = tool;
    for (const each of ["pan", "lasso", "box"] as const) {
      this.buttons[each].setAttribute("aria-pressed", String(each === tool));
    }
    this.changed();
  }

  /** Whether the plane can be painted, and whether it is. */
  paintable(can: boolean, painted = false): void {
    this.buttons.paint.hidden = !can;
    this.buttons.paint.setAttribute("aria-pressed", String(painted));
  }

  /** Whether there is a selection to clear or to invert. */
  selected(some: boolean): void {
    this.buttons.invert.hidden = !some;
    this.buttons.clear.hidden = !some;
  }

  private add(name: Tool | Action, act: () => void): void {
    const icon = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    icon.append(svg("path", { d: ICONS[name] }));
    const title = TITLES[name];
    const element = h("button", { type: "button", title, "aria-label": title, "data-tool": name });
    element.append(icon);
    element.addEventListener("click", act);
    this.buttons[name] = element;
    this.element.append(element);
  }
}

/** Corners of what was drawn: of a lasso all its spots, of a box four. */
export function outline(tool: Tool, spots: Spot[]): Spot[] {
  const last = spots.at(-1);
  if (tool !== "box" || !last) return spots;
  const [first] = spots;
  return [first, { x: last.x, y: first.y }, last, { x: first.x, y: last.y }];
}

export function modeOf({ shiftKey, altKey }: { shiftKey: boolean; altKey: boolean }): Mode {
  if (altKey) return "subtract";
  return shiftKey ? "add" : "replace";
}
