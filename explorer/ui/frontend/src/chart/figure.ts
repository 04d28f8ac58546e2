import type { ChartData } from "../shared/contract";

type Options = Record<string, unknown>;
/** A Plotly layout as it comes from Python. */
export type Layout = Record<string, unknown> & {
  font?: Options;
  hoverlabel?: Options;
  legend?: Options;
  margin?: Options;
  scene?: Record<string, Options | undefined>;
  dragmode?: string | false;
};

/** Width in pixels below which a legend lies under its chart. */
const NARROW = 520;

/** The layout in the page's colours and fonts, for the room that `element` has. */
export function fitted(layout: Layout, data: ChartData, element: HTMLElement): Layout {
  const result: Layout = {
    ...themed(layout, element),
    height: data.height ?? element.clientHeight,
    autosize: true,
  };
  if (result.margin?.autoexpand === false && element.clientWidth < NARROW) {
    result.margin = { ...result.margin, r: 8, autoexpand: true };
    result.legend = { ...result.legend, orientation: "h", x: 0, y: -0.16 };
  }
  if (data.selectable) {
    result.dragmode ??= result.scene ? "turntable" : "pan";
    result.hovermode = "closest";
  }
  return result;
}

/** Plotly's options. A figure that fixes its view (dragmode false) can be clicked, not moved. */
export function options(layout: Layout, selectable: boolean): object {
  const movable = selectable && layout.dragmode !== false;
  return {
    displaylogo: false,
    // Nothing leaves this machine; and a view that ends with the classes shown would lose where
    // they lie among the others: a double click leads back to the whole.
    modeBarButtonsToRemove: ["sendChartToCloud", "autoScale2d"],
    doubleClick: "reset",
    responsive: true,
    // Two points clicked one after the other are no double click, which would undo the zoom.
    doubleClickDelay: 250,
    scrollZoom: movable,
    displayModeBar: movable,
  };
}

function themed(layout: Layout, element: HTMLElement): Layout {
  const style = getComputedStyle(element);
  const color = (name: string, other: string) => style.getPropertyValue(name).trim() || other;
  const text = color("--st-text-color", "#31333f");
  const line = color("--st-border-color-light", color("--st-border-color", "#d5d6da"));
  const axis = (own?: unknown): Options => ({
    gridcolor: line,
    zerolinecolor: line,
    linecolor: line,
    ...(own as Options | undefined),
  });
  const result: Layout = {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    modebar: {
      bgcolor: "rgba(0,0,0,0)",
      color: color("--st-border-color", "#bbb"),
      activecolor: color("--st-primary-color", "#e8467c"),
    },
    font: { family: color("--st-font", "sans-serif"), size: 14, ...layout.font, color: text },
    hoverlabel: {
      bgcolor: color("--st-secondary-background-color", "#f0f2f6"),
      font: { size: 14, color: text },
      ...layout.hoverlabel,
    },
  };
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis/.test(name)) result[name] = axis(layout[name]);
  }
  if (layout.scene) {
    result.scene = { ...layout.scene };
    const floor = color("--st-secondary-background-color", "#f0f2f6");
    for (const name of ["xaxis", "yaxis", "zaxis"]) {
      result.scene[name] = axis({ backgroundcolor: floor, ...layout.scene[name] });
    }
  }
  return result;
}
