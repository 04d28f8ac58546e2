import { h } from "../shared/dom";
import type { Plot } from "./plotly";

/** A line at one place of all x axes, above the chart: nothing of it is drawn again. */
export class Mark {
  private at: number | undefined;

  constructor(private readonly chart: Plot) {}

  move(at: number | undefined): void {
    if (at === this.at) return;
    this.at = at;
    this.draw();
  }

  /** Puts it where its place is now: the axes may have changed. */
  draw(): void {
    const { chart, at } = this;
    for (const line of chart.querySelectorAll(".explorer-mark")) line.remove();
    if (at === undefined) return;
    for (const subplot of Object.values(chart._fullLayout._plots ?? {})) {
      const { xaxis, yaxis } = subplot;
      const left = xaxis.c2p(at);
      if (!(left >= 0 && left <= xaxis._length)) continue;
      const line = h("div", { class: "explorer-mark" });
      line.style.left = `${xaxis._offset + left}px`;
      line.style.top = `${yaxis._offset}px`;
      line.style.height = `${yaxis._length}px`;
      chart.querySelector(".svg-container")?.append(line);
    }
  }
}
