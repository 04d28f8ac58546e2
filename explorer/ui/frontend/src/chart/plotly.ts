/** The part of Plotly that is used here. `_full…` is what Plotly made of the figure. */
export interface Plotly {
  react(element: Plot, data: object[], layout: object, config: object): Promise<unknown>;
  restyle(element: Plot, change: object, traces: number[]): Promise<unknown>;
  update(element: Plot, change: object, layout: object): Promise<unknown>;
  purge(element: Plot): void;
}

/** An element with a chart in it. */
export interface Plot extends HTMLElement {
  data: object[];
  _fullData: Trace[];
  _fullLayout: {
    scene?: object;
    xaxis: Axis;
    yaxis: Axis;
    /** In 2-D, by the names of their axes. */
    _plots?: Record<string, { xaxis: Axis; yaxis: Axis }>;
  };
  on(event: string, listener: (event: PlotEvent | undefined) => void): void;
}

export interface Trace {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  z?: ArrayLike<number>;
  /** The first entry of each point is its index. */
  customdata?: ArrayLike<number>[];
  name?: string;
  text?: string | string[];
  meta?: string;
  visible?: boolean | "legendonly";
  marker?: { color?: string | ArrayLike<number>; opacity?: number };
}

interface Axis {
  _offset: number;
  _length: number;
  /** From data to pixels. */
  c2p(value: number): number;
}

export interface PlotPoint {
  customdata?: ArrayLike<number> | number;
}

export interface PlotEvent {
  /** Of `plotly_restyle`: what has changed. */
  0?: object;
  points: PlotPoint[];
  range?: object;
  lassoPoints?: object;
}

let loading: Promise<Plotly> | undefined;

/** Fetches Plotly, which is large, once for the page. */
export function loadPlotly(): Promise<Plotly> {
  loading ??= import("plotly.js-dist-min").then(
    (module) => module.default,
    () => {
      loading = undefined; // the next one tries again
      throw new Error("the drawing library could not be loaded: reload the page");
    },
  );
  return loading;
}
