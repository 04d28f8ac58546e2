// A Plotly chart that answers a click in 2-D and 3-D and moves its ring without being redrawn.
//
// data: {figure: JSON text, ring: index | null, selectable: boolean, height: px}
// A point's index is the first entry of its `customdata`. The figure's last trace is the ring when
// `ring` is not undefined; it has one point, and no customdata.
// Triggers: `clicked` (an index). State: `lasso` (indices, [] for none).

const LOADED = new Map();

function loadPlotly() {
  // Plotly is a classic script: it is loaded once for the page, and sets a global.
  const url = new URL("./plotly.min.js", import.meta.url).href;
  if (window.Plotly) return Promise.resolve(window.Plotly);
  if (!LOADED.has(url)) {
    LOADED.set(url, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        LOADED.delete(url);
        reject(new Error("the drawing library could not be loaded: reload the page"));
      };
      document.head.append(script);
    }));
  }
  return LOADED.get(url);
}

// Starts with the script, so that it runs while Python still computes.
loadPlotly().catch(() => {});

function themed(layout, element) {
  const style = getComputedStyle(element);
  const color = (name, other) => style.getPropertyValue(name).trim() || other;
  const text = color("--st-text-color", "#31333f");
  const grid = color("--st-border-color-light", color("--st-border-color", "#d5d6da"));
  const axis = (own) => ({ gridcolor: grid, zerolinecolor: grid, linecolor: grid, ...own });
  const result = {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: color("--st-font", "sans-serif"), size: 13, ...layout.font, color: text },
    hoverlabel: {
      bgcolor: color("--st-secondary-background-color", "#f0f2f6"),
      font: { color: text },
      ...layout.hoverlabel,
    },
  };
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis/.test(name)) result[name] = axis(layout[name]);
  }
  if (layout.scene) {
    result.scene = { ...layout.scene };
    for (const name of ["xaxis", "yaxis", "zaxis"]) {
      result.scene[name] = axis({ backgroundcolor: "rgba(0,0,0,0)", ...layout.scene[name] });
    }
  }
  return result;
}

function pointAt(traces, index) {
  for (const trace of traces) {
    const row = trace.customdata?.findIndex?.((entry) => (entry[0] ?? entry) === index) ?? -1;
    if (row >= 0) return { x: [trace.x[row]], y: [trace.y[row]], z: [trace.z?.[row]] };
  }
  return { x: [], y: [], z: [] };
}

// Plotly's typed arrays come as base64: it decodes them into `_fullData`.
function drawnTraces(chart) {
  return chart._fullData.slice(0, -1).map((trace) => {
    const { x, y, z, customdata } = trace;
    return { x, y, z, customdata };
  });
}

function moveRing(state, index) {
  if (!state.hasRing || state.ring === index) return;
  state.ring = index;
  const chart = state.chart;
  const { x, y, z } = index === null ? pointAt([], null) : pointAt(drawnTraces(chart), index);
  const last = chart.data.length - 1;
  const position = chart.data[last].type === "scatter3d" ? { x: [x], y: [y], z: [z] } : { x: [x], y: [y] };
  window.Plotly.restyle(chart, position, [last]);
}

const STATES = new WeakMap();

async function draw(state, { data, setTriggerValue, setStateValue }) {
  const Plotly = await loadPlotly();
  if (state.gone) return;
  const background = getComputedStyle(state.chart).getPropertyValue("--st-background-color");
  const signature = `${data.height}${background}`;
  if (data.figure !== state.figure || signature !== state.signature) {
    const figure = JSON.parse(data.figure);
    const first = state.figure === undefined;
    state.figure = data.figure;
    state.signature = signature;
    state.hasRing = data.ring !== undefined;
    state.ring = null;
    const layout = { ...themed(figure.layout, state.chart), height: data.height, autosize: true };
    if (data.selectable) {
      layout.dragmode ??= "pan";
      layout.hovermode = "closest";
    }
    const config = {
      displaylogo: false,
      responsive: true,
      scrollZoom: data.selectable,
      modeBarButtonsToRemove: data.selectable ? ["toImage"] : ["lasso2d", "select2d"],
      displayModeBar: data.selectable ? true : false,
    };
    await Plotly.react(state.chart, figure.data, layout, config);
    if (first) listen(state);
  }
  state.send = { setTriggerValue, setStateValue };
  if (state.hasRing && data.ring !== state.asked) {
    state.asked = data.ring;
    moveRing(state, data.ring);
  } else if (state.hasRing && state.ring === null && data.ring !== null) {
    moveRing(state, data.ring);
  }
  state.chart.dataset.drawn = String((Number(state.chart.dataset.drawn) || 0) + 1);
}

function indexOf(point) {
  const custom = point.customdata;
  const index = Array.isArray(custom) || ArrayBuffer.isView(custom) ? custom[0] : custom;
  return Number.isInteger(index) ? index : null;
}

function listen(state) {
  const chart = state.chart;
  chart.on("plotly_click", (event) => {
    const index = indexOf(event.points[0]);
    if (index === null) return;
    moveRing(state, index);
    state.asked = index;
    state.send.setTriggerValue("clicked", index);
  });
  chart.on("plotly_selected", (event) => {
    // A click also "selects": only a drawn box or lasso counts.
    if (!event || !(event.range || event.lassoPoints)) return;
    const indices = event.points.map(indexOf).filter((index) => index !== null);
    state.send.setStateValue("lasso", indices);
  });
  chart.on("plotly_deselect", () => state.send.setStateValue("lasso", []));
}

export default function (component) {
  const { parentElement } = component;
  let state = STATES.get(parentElement);
  if (!state) {
    const chart = document.createElement("div");
    chart.className = "explorer-plot";
    parentElement.append(chart);
    state = { chart, figure: undefined, ring: null, asked: null };
    STATES.set(parentElement, state);
  }
  state.chart.style.minHeight = `${component.data.height}px`;
  state.chart.setAttribute("role", "figure");
  state.chart.setAttribute("aria-label", component.data.alt);
  state.work = (state.work ?? Promise.resolve())
    .then(() => draw(state, component))
    .catch((error) => {
      state.chart.textContent = `This figure could not be drawn: ${error.message}.`;
    });
  return () => {
    state.gone = true;
    STATES.delete(parentElement);
    if (window.Plotly) window.Plotly.purge(state.chart);
    state.chart.remove();
  };
}
