/** Small maps of several trainings, all at one scale: what spreads is seen to spread. */

import { classPaint } from "../map/colors";
import { PRIOR } from "../map/ellipses";
import { Engine } from "../map/engine";
import { MapView } from "../map/mapview";
import { type Bounds, fitView } from "../map/view";
import type { GridData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import type { Send, View } from "../shared/view";
import { allOf, bytes, readPoints, withPrior } from "./film";
import style from "./replay.css";

/** CSS pixels about the points. */
const MARGIN = 8;

export class Grid implements View<GridData> {
  private readonly root = h("div", { class: "explorer-grid" });
  private cells: { map: MapView; button: HTMLButtonElement; caption: HTMLElement }[] = [];
  private bounds: Bounds = withPrior(allOf([]), true);
  private send: Send | undefined;

  constructor(parent: HTMLElement) {
    addStyle(style);
    parent.append(this.root);
  }

  update(data: GridData, send: Send): void {
    this.send = send;
    this.root.style.setProperty("--columns", String(data.columns));
    const points = data.maps.map((map) => readPoints(map.points, data.scale));
    this.bounds = withPrior(allOf(points), true);
    while (this.cells.length < data.maps.length) this.add(this.cells.length);
    for (const { map } of this.cells.splice(data.maps.length)) map.close();
    this.root.replaceChildren(...this.cells.map(({ button }) => button));
    data.maps.forEach(({ title, alt, labels }, i) => {
      const { map, button, caption } = this.cells[i];
      caption.textContent = title;
      button.setAttribute("aria-label", alt);
      const paint = classPaint(bytes(labels), data.colors, []);
      const content = { of: `${data.name} ${title}`, points: points[i], paint, axes: null };
      void map.draw(content).catch(console.error);
    });
  }

  close(): void {
    for (const { map } of this.cells) map.close();
    this.root.remove();
  }

  private add(index: number): void {
    const caption = h("span");
    const button = h("button", { type: "button" });
    // So few points are drawn here, without a worker each.
    const makeEngine = (canvas: HTMLCanvasElement) => new Engine(canvas);
    const fit = (_: Bounds, size: { width: number; height: number }) =>
      fitView(this.bounds, size, MARGIN);
    const map = new MapView(button, {}, { fit, makeEngine });
    map.stage.tabIndex = -1;
    map.element.setAttribute("aria-hidden", "true");
    map.outline(PRIOR.map((ring) => ({ ...ring, text: "" })));
    button.append(caption);
    button.addEventListener("click", () => this.send?.trigger("clicked", index));
    this.cells.push({ map, button, caption });
  }
}
