import { packed, unpacked } from "../shared/bits";
import type { GroupData, PointData } from "../shared/contract";
import type { Selection } from "../shared/selection";
import type { Send, View } from "../shared/view";

/** Takes the clicks on a chart to Python, and the point that Python has chosen to the chart. */
export class PointLink implements View<PointData> {
  private chart: string | undefined;
  private send: Send | undefined;
  private stopListening: () => void = () => undefined;

  constructor(private readonly selection: Selection) {}

  update({ chart, shown }: PointData, send: Send): void {
    this.send = send;
    if (chart !== this.chart) {
      this.stopListening();
      this.chart = chart;
      this.stopListening = this.selection.point.listen(chart, (index, origin) => {
        if (origin === "user" && index !== null) this.send?.trigger("clicked", index);
      });
    }
    this.selection.point.set(chart, shown, "server");
  }

  close(): void {
    this.stopListening();
  }
}

/** Takes boxes and lassos on a group of charts to Python, and what is selected to the charts. */
export class GroupLink implements View<GroupData> {
  private group: string | undefined;
  private shown: string | undefined;
  private send: Send | undefined;
  private stopListening: () => void = () => undefined;

  constructor(private readonly selection: Selection) {}

  update({ group, shown }: GroupData, send: Send): void {
    this.send = send;
    if (group !== this.group) {
      this.stopListening();
      this.group = group;
      this.stopListening = this.selection.group.listen(group, (indices, origin) => {
        if (origin === "user") this.send?.trigger("selected", packed(indices));
      });
    }
    if (shown === this.shown) return;
    this.shown = shown;
    this.selection.group.set(group, unpacked(shown), "server");
  }

  close(): void {
    this.stopListening();
  }
}
