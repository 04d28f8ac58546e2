import type { Plot, Plotly, Trace } from "./plotly";

/** Opacity of points outside the selection: enough to see their shape. */
const FAINT = 0.07;
/** What Python calls the trace for selected points, which it leaves empty. */
const SELECTED = "selected";

/**
 * Selected points in 3-D. Plotly's own `selectedpoints` are for 2-D: here all points become faint,
 * and those that are selected are drawn once more, in a trace of their own.
 */
export class Highlight {
  private readonly own: number;
  /** Opacity of each trace without a selection. */
  private readonly opacities: (number | undefined)[];

  constructor(
    private readonly chart: Plot,
    private readonly plotly: Plotly,
  ) {
    this.own = chart._fullData.findIndex(({ meta }) => meta === SELECTED);
    this.opacities = chart._fullData.map(({ marker }) => marker?.opacity);
  }

  /** Highlights points by their indices, all alike if there are none; not those that are hidden. */
  async show(indices: readonly number[]): Promise<void> {
    const { chart, own } = this;
    if (own < 0) return;
    const chosen = new Set(indices);
    const found = chart._fullData.flatMap((trace, i) =>
      i === own || trace.visible === "legendonly" || !trace.customdata ? [] : rows(trace, chosen),
    );
    const all = chart._fullData.map((_, i) => i);
    const only = <T>(value: T) => all.map((i) => (i === own ? value : undefined));
    const values = (of: (point: Found) => unknown) => only(found.map(of));
    const faint = (i: number) => chosen.size && chart._fullData[i].customdata && i !== own;
    const change = {
      x: values(({ trace, row }) => trace.x[row]),
      y: values(({ trace, row }) => trace.y[row]),
      z: values(({ trace, row }) => trace.z?.[row]),
      customdata: values(({ trace, row }) => Array.from(trace.customdata?.[row] ?? [])),
      text: values(({ trace, row }) => textOf(trace, row)),
      "marker.color": values(({ trace, row }) => colorOf(trace, row)),
      "marker.opacity": all.map((i) => (faint(i) ? FAINT : this.opacities[i])),
    };
    await this.plotly.restyle(chart, change, all);
  }
}

interface Found {
  trace: Trace;
  row: number;
}

function rows(trace: Trace, chosen: ReadonlySet<number>): Found[] {
  return Array.from(trace.customdata ?? [], (entry, row) => ({ trace, row, index: entry[0] }))
    .filter(({ index }) => chosen.has(index))
    .map(({ row }) => ({ trace, row }));
}

/** Its group, or what its own text says. */
function textOf({ text, name }: Trace, row: number): string | undefined {
  return Array.isArray(text) ? text[row] : name;
}

function colorOf({ marker }: Trace, row: number): string | number | undefined {
  const color = marker?.color;
  return typeof color === "string" || color === undefined ? color : color[row];
}
