import type { ChartData } from "../shared/contract";
import { addStyle, h } from "../shared/dom";
import type { Selection } from "../shared/selection";
import type { View } from "../shared/view";
import style from "./chart.css";
import { fitted, type Layout, options } from "./figure";
import { Mark } from "./mark";
import { loadPlotly, type Plot, type PlotEvent, type Plotly, type PlotPoint } from "./plotly";
import { Ring } from "./ring";
import { Highlight } from "./space";

/** A click is one that moves less than this, in pixels. */
const STILL = 4;

/** A Plotly chart in 2-D or 3-D whose points can be chosen without drawing it again. */
export class Chart implements View<ChartData> {
  private readonly element = h("div", {
    class: "explorer-plot",
    role: "figure",
  }) as unknown as Plot;
  private work: Promise<void> = Promise.resolve();
  private plotly: Plotly | undefined;
  private name = "";
  private group = "";
  private figure: string | undefined;
  /** What else the drawing depends on. */
  private surroundings = "";
  private ring: Ring | undefined;
  private readonly mark = new Mark(this.element);
  private followed = "";
  /** Of points in 3-D. */
  private inSpace: Highlight | undefined;
  private highlighted: readonly number[] = [];
  private highlighting = false;
  private closed = false;
  private stopListening: (() => void)[] = [];
  private stopReplay: () => void = () => undefined;

  /** @param load Fetches Plotly; begins here, while Python still computes the figure. */
  constructor(
    parent: HTMLElement,
    private readonly selection: Selection,
    private readonly load: () => Promise<Plotly> = loadPlotly,
  ) {
    load().catch(() => undefined); // reported where it is awaited
    addStyle(style);
    this.element.addEventListener("pointerenter", () => this.hover(null));
    this.element.addEventListener("pointerleave", () => this.leave());
    parent.append(this.element);
  }

  update(data: ChartData): void {
    const { element } = this;
    this.name = data.name;
    element.style.minHeight = data.height === null ? "" : `${data.height}px`;
    element.toggleAttribute("data-tall", data.height === null);
    element.setAttribute("aria-label", data.alt);
    this.work = this.work
      .then(() => this.draw(data))
      .catch((error: Error) => {
        element.textContent = `This figure could not be drawn: ${error.message}.`;
      });
  }

  close(): void {
    this.closed = true;
    this.leave();
    for (const stop of [...this.stopListening, this.stopReplay]) stop();
    this.plotly?.purge(this.element);
    this.element.remove();
  }

  private async draw(data: ChartData): Promise<void> {
    const { element, selection } = this;
    const plotly = await this.load();
    if (this.closed) return;
    const background = getComputedStyle(element).getPropertyValue("--st-background-color");
    const surroundings = `${data.height} ${background}`;
    if (data.figure === this.figure && surroundings === this.surroundings) return;
    const figure = JSON.parse(data.figure) as { data: object[]; layout: Layout };
    const first = this.figure === undefined;
    // Images that came with a new figure are shown before it is drawn.
    if (!first) await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
    if (this.closed) return;
    this.plotly = plotly;
    this.figure = data.figure;
    this.surroundings = surroundings;
    const layout = fitted(figure.layout, data, element);
    await plotly.react(element, figure.data, layout, options(layout, data.selectable));
    this.highlighted = [];
    if (data.selectable) {
      const ring = new Ring(element, plotly);
      this.ring = ring;
      this.inSpace = layout.scene && new Highlight(element, plotly);
      if (first) this.listen();
      this.follow(data.group);
      ring.move(selection.point.get(data.name) ?? null);
      ring.draw(); // removes the former figure's, if nothing is chosen in this one
      await this.highlight(selection.group.get(data.group) ?? []);
    }
    if (first && data.follows) element.on("plotly_afterplot", () => this.mark.draw());
    this.followReplay(data.follows);
    element.dataset.drawn = String((Number(element.dataset.drawn) || 0) + 1);
  }

  private listen(): void {
    const { element } = this;
    if (element._fullLayout.scene) onStillClick(element, () => this.choose(this.hovered));
    else element.on("plotly_click", (event) => event && this.choose(indexOf(event.points[0])));
    element.on("plotly_hover", (event) => event && this.hover(indexOf(event.points[0])));
    element.on("plotly_unhover", () => this.hover(null));
    for (const event of ["plotly_relayouting", "plotly_afterplot"]) {
      element.on(event, () => this.ring?.draw());
    }
    element.on("plotly_selected", (event) => {
      // A click also "selects": only a drawn box or lasso counts.
      if (event?.range || event?.lassoPoints) this.enclose(event);
    });
    element.on("plotly_deselect", () => {
      if (!this.highlighting) this.enclose({ points: [] });
    });
    element.on("plotly_restyle", (event) => {
      if ("visible" in (event?.[0] ?? {})) void this.inSpace?.show(this.highlighted);
    });
  }

  /** Marks the epoch of a replay. */
  private followReplay(name: string): void {
    const { epoch } = this.selection;
    if (name !== this.followed) {
      this.followed = name;
      this.stopReplay();
      this.stopReplay = epoch.listen(name, (at) => this.mark.move(at));
    }
    this.mark.move(epoch.get(name));
    this.mark.draw();
  }

  /** Listens to what is chosen; another group comes with other data. */
  private follow(group: string): void {
    if (group === this.group) return;
    for (const stop of this.stopListening) stop();
    this.group = group;
    const { point, group: groups } = this.selection;
    this.stopListening = [
      point.listen(this.name, (index) => this.ring?.move(index)),
      groups.listen(group, (indices) => void this.highlight(indices)),
    ];
  }

  private choose(index: number | null): void {
    if (index === null || index === this.ring?.index) return;
    this.selection.point.set(this.name, index, "user");
  }

  /** Index of the point under the pointer, or null. */
  private get hovered(): number | null {
    return this.selection.hover.get(this.name)?.index ?? null;
  }

  private hover(index: number | null): void {
    this.selection.hover.set(this.name, { index }, "user");
  }

  private leave(): void {
    if (this.selection.hover.get(this.name)) this.selection.hover.set(this.name, null, "user");
  }

  private enclose({ points }: PlotEvent): void {
    const indices = points.map(indexOf).filter((index) => index !== null);
    this.selection.group.set(this.group, indices, "user");
  }

  /**
   * Plotly forgets which points were selected at its next redrawing (it reads the outline again, in
   * other units), so they are written down, and the outline is dropped.
   */
  private async highlight(indices: readonly number[]): Promise<void> {
    const { element, highlighted } = this;
    if (indices.length === highlighted.length && indices.every((n, i) => n === highlighted[i])) {
      return;
    }
    this.highlighted = indices;
    if (this.inSpace) {
      await this.inSpace.show(indices);
      return;
    }
    const chosen = new Set(indices);
    const selectedpoints = element._fullData.map(({ customdata }) =>
      indices.length && customdata
        ? Array.from(customdata, (entry, row) => (chosen.has(entry[0]) ? row : -1)).filter(
            (row) => row >= 0,
          )
        : null,
    );
    this.highlighting = true;
    await this.plotly?.update(element, { selectedpoints }, { selections: [] });
    this.highlighting = false;
  }
}

/**
 * In 3-D Plotly tells of a click only if it draws a frame while the button is down, and the point is
 * within 5 pixels; and it takes a turning of the view for a click. Here a click is one that rests,
 * and is meant for the point that the label names.
 */
function onStillClick(element: Plot, act: () => void): void {
  let down: PointerEvent | undefined;
  const press = (event: PointerEvent) => {
    down = event;
  };
  element.addEventListener("pointerdown", press, true);
  element.addEventListener("click", ({ clientX, clientY }) => {
    if (down && Math.hypot(clientX - down.clientX, clientY - down.clientY) < STILL) act();
  });
}

function indexOf({ customdata }: PlotPoint): number | null {
  const index = typeof customdata === "object" ? customdata[0] : customdata;
  return Number.isInteger(index) ? (index as number) : null;
}
