import { h } from "../shared/dom";
import type { Plot, Plotly } from "./plotly";

/**
 * The ring around the chosen point. In 2-D it is an element above the points: for a shape Plotly
 * would draw all points again, and the browser would show the image of a click only after that. In
 * 3-D the figure has a trace for it, its last.
 */
export class Ring {
  /** Index of its point, or null. */
  index: number | null = null;
  private place: number[] | null = null;

  constructor(
    private readonly chart: Plot,
    private readonly plotly: Plotly,
  ) {}

  move(index: number | null): void {
    if (this.index === index) return;
    this.index = index;
    const { chart } = this;
    this.place = index === null ? null : placeOf(chart, index);
    if (chart._fullLayout.scene) {
      const [x, y, z] = this.place?.map((value) => [[value]]) ?? [[[]], [[]], [[]]];
      void this.plotly.restyle(chart, { x, y, z }, [chart.data.length - 1]);
    }
    this.draw();
  }

  /** Puts it where its point is now: the view may have moved. */
  draw(): void {
    const { chart, place } = this;
    const frame = chart.querySelector<HTMLElement>(".explorer-ring");
    if (!place || chart._fullLayout.scene) {
      frame?.remove();
      return;
    }
    const { xaxis, yaxis } = chart._fullLayout;
    const clip = frame ?? h("div", { class: "explorer-ring" }, h("div"));
    if (!frame) chart.querySelector(".svg-container")?.append(clip);
    put(clip, { left: xaxis._offset, top: yaxis._offset });
    put(clip, { width: xaxis._length, height: yaxis._length });
    put(clip.firstElementChild as HTMLElement, {
      left: xaxis.c2p(place[0]),
      top: yaxis.c2p(place[1]),
    });
  }
}

function put(element: HTMLElement, pixels: Record<string, number>): void {
  for (const [name, value] of Object.entries(pixels)) element.style.setProperty(name, `${value}px`);
}

/** Coordinates of the point with an index, or null where it is not drawn. */
function placeOf(chart: Plot, index: number): number[] | null {
  // Plotly decodes the base64 arrays of a figure into `_fullData`.
  for (const { customdata, x, y, z } of chart._fullData) {
    const row = customdata?.findIndex?.((entry) => entry[0] === index) ?? -1;
    if (row >= 0) return z ? [x[row], y[row], z[row]] : [x[row], y[row]];
  }
  return null;
}
