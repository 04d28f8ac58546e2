// A Plotly chart that tells of clicks in 2-D and 3-D and moves its ring without being redrawn.
//
// data: {figure: JSON text, name: string, group: string, selectable: boolean, height: px, alt: string}
// A point's index is the first entry of its `customdata`. A selectable figure in 3-D has a ring: its
// last trace. The chart talks to `pick.js` through events of the document, so that a click reruns
// the part of the page that picks, and the figure need not be sent again:
//   it sends   explorer:click {name, index} and explorer:lasso {name: its group's, indices}
//   it hears   explorer:ring {name, index | null} and explorer:group {name: its group's, indices}
// Charts of one group highlight the same points: those in the last lasso on any of them.

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
    modebar: {
      bgcolor: "rgba(0,0,0,0)",
      color: color("--st-border-color", "#bbb"),
      activecolor: color("--st-primary-color", "#e8467c"),
    },
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

function pointAt(chart, index) {
  // Plotly decodes the base64 arrays of a figure into `_fullData`.
  for (const trace of chart._fullData) {
    const row = trace.customdata?.findIndex?.((entry) => entry[0] === index) ?? -1;
    if (row >= 0) return [trace.x[row], trace.y[row], trace.z?.[row]];
  }
  return null;
}

// In 2-D the ring is an element above the points: for a shape Plotly would draw all points again,
// and the browser would show the image of a click only after that. 3-D has the last trace for it.
function moveRing(state, index) {
  if (state.ring === index) return;
  state.ring = index;
  const { chart } = state;
  state.ringed = index === null ? null : pointAt(chart, index);
  if (chart._fullLayout.scene) {
    const [x, y, z] = state.ringed?.map((value) => [[value]]) ?? [[[]], [[]], [[]]];
    window.Plotly.restyle(chart, { x, y, z }, [chart.data.length - 1]);
  }
  placeRing(state);
}

function placeRing({ chart, ringed }) {
  const flat = ringed && !chart._fullLayout.scene;
  let frame = chart.querySelector(".explorer-ring");
  if (!flat) return frame?.remove();
  if (!frame) {
    frame = document.createElement("div");
    frame.className = "explorer-ring";
    frame.append(document.createElement("div"));
    chart.querySelector(".svg-container").append(frame);
  }
  const { xaxis, yaxis } = chart._fullLayout;
  const place = (element, style) => {
    for (const [name, value] of Object.entries(style)) element.style[name] = `${value}px`;
  };
  const [left, top] = [xaxis._offset, yaxis._offset];
  place(frame, { left, top, width: xaxis._length, height: yaxis._length });
  place(frame.firstChild, { left: xaxis.c2p(ringed[0]), top: yaxis.c2p(ringed[1]) });
}

const STATES = new WeakMap();
// Where each chart's ring was last asked for, by the chart's name. `pick.js` writes here too: it
// may ask before the chart is drawn.
const RINGS = (globalThis.explorerRings ??= new Map());
// The indices in the last lasso on a group of charts, by the group's name; of both as well.
const GROUPS = (globalThis.explorerGroups ??= new Map());

async function draw(state, { data }) {
  const Plotly = await loadPlotly();
  if (state.gone) return;
  const style = getComputedStyle(state.chart);
  const signature = `${data.height} ${style.getPropertyValue("--st-background-color")}`;
  if (data.figure === state.figure && signature === state.signature) return;
  const figure = JSON.parse(data.figure);
  const first = state.figure === undefined;
  // Images that came with a new figure are shown before it is drawn.
  if (!first) await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
  if (state.gone) return;
  state.figure = data.figure;
  state.signature = signature;
  state.group = data.group; // another one for other data
  const layout = { ...themed(figure.layout, state.chart), height: data.height, autosize: true };
  if (layout.margin?.autoexpand === false && state.chart.clientWidth < 520) {
    layout.margin = { ...layout.margin, r: 8, autoexpand: true };
    layout.legend = { ...layout.legend, orientation: "h", x: 0, y: -0.16 };
  }
  if (data.selectable) {
    layout.dragmode ??= layout.scene ? "turntable" : "pan";
    layout.hovermode = "closest";
  }
  const config = {
    displaylogo: false,
    // Nothing leaves this machine; and a view that ends with the classes shown would lose where
    // they lie among the others: a double click leads back to the whole.
    modeBarButtonsToRemove: ["sendChartToCloud", "autoScale2d"],
    doubleClick: "reset",
    responsive: true,
    // Two points clicked one after the other are no double click, which would undo the zoom.
    doubleClickDelay: 250,
    // A figure that fixes its view (dragmode false) can be clicked, but not moved.
    scrollZoom: data.selectable && layout.dragmode !== false,
    displayModeBar: data.selectable && layout.dragmode !== false,
  };
  await Plotly.react(state.chart, figure.data, layout, config);
  if (first && data.selectable) listen(state, data.name);
  state.ring = null;
  state.highlighted = [];
  if (data.selectable) {
    moveRing(state, RINGS.get(data.name) ?? null);
    await highlight(state, GROUPS.get(data.group) ?? []);
  }
  state.chart.dataset.drawn = String((Number(state.chart.dataset.drawn) || 0) + 1);
}

function indexOf(point) {
  const custom = point.customdata;
  const index = Array.isArray(custom) || ArrayBuffer.isView(custom) ? custom[0] : custom;
  return Number.isInteger(index) ? index : null;
}

function tell(event, detail) {
  document.dispatchEvent(new CustomEvent(event, { detail }));
}

// Plotly forgets which points were selected at its next redrawing (it reads the outline again, in
// other units), so they are written down, and the outline is dropped.
async function highlight(state, indices) {
  const { chart, highlighted } = state;
  if (chart._fullLayout.scene) return;
  if (indices.length === highlighted.length && indices.every((n, i) => n === highlighted[i])) return;
  state.highlighted = indices;
  const chosen = new Set(indices);
  const rowsOf = ({ customdata }) =>
    Array.from(customdata, (entry, row) => (chosen.has(entry[0]) ? row : -1)).filter(
      (row) => row >= 0,
    );
  state.highlighting = true;
  const selectedpoints = chart._fullData.map((trace) =>
    indices.length && trace.customdata ? rowsOf(trace) : null,
  );
  await window.Plotly.update(chart, { selectedpoints }, { selections: [] });
  state.highlighting = false;
}

// In 3-D Plotly tells of a click only if it draws a frame while the button is down, and the point is
// within 5 pixels; and it takes a turning of the view for a click. Here a click is one that rests,
// and is meant for the point that the label names.
function listenInSpace(chart, choose) {
  let hovered = null;
  let down = null;
  chart.on("plotly_hover", (event) => (hovered = event.points[0]));
  chart.on("plotly_unhover", () => (hovered = null));
  chart.addEventListener("pointerdown", (event) => (down = event), true);
  chart.addEventListener("click", ({ clientX, clientY }) => {
    const still = down && Math.hypot(clientX - down.clientX, clientY - down.clientY) < 4;
    if (still && hovered) choose(hovered);
  });
}

function listen(state, name) {
  const chart = state.chart;
  const choose = (point) => {
    const index = indexOf(point);
    if (index === null || index === state.ring) return;
    tell("explorer:click", { name, index });
    RINGS.set(name, index);
    moveRing(state, index);
  };
  if (chart._fullLayout.scene) listenInSpace(chart, choose);
  else chart.on("plotly_click", (event) => choose(event.points[0]));
  for (const event of ["plotly_relayouting", "plotly_afterplot"]) {
    chart.on(event, () => placeRing(state));
  }
  const enclose = (indices) => {
    GROUPS.set(state.group, indices);
    tell("explorer:lasso", { name: state.group, indices });
    tell("explorer:group", { name: state.group, indices });
  };
  chart.on("plotly_selected", (event) => {
    // A click also "selects": only a drawn box or lasso counts.
    if (!event || !(event.range || event.lassoPoints)) return;
    enclose(event.points.map(indexOf).filter((index) => index !== null));
  });
  chart.on("plotly_deselect", () => {
    if (!state.highlighting) enclose([]);
  });
  state.onRing = ({ detail }) => {
    if (detail.name === name) moveRing(state, detail.index);
  };
  state.onGroup = ({ detail }) => {
    if (detail.name === state.group) highlight(state, detail.indices);
  };
  document.addEventListener("explorer:ring", state.onRing);
  document.addEventListener("explorer:group", state.onGroup);
}

export default function (component) {
  const { parentElement, data } = component;
  let state = STATES.get(parentElement);
  if (!state) {
    const chart = document.createElement("div");
    chart.className = "explorer-plot";
    parentElement.append(chart);
    state = { chart, figure: undefined, ring: null, ringed: null, highlighted: [] };
    STATES.set(parentElement, state);
  }
  state.chart.style.minHeight = `${data.height}px`;
  state.chart.setAttribute("role", "figure");
  state.chart.setAttribute("aria-label", data.alt);
  state.work = (state.work ?? Promise.resolve())
    .then(() => draw(state, component))
    .catch((error) => {
      state.chart.textContent = `This figure could not be drawn: ${error.message}.`;
    });
  return () => {
    state.gone = true;
    STATES.delete(parentElement);
    if (state.onRing) document.removeEventListener("explorer:ring", state.onRing);
    if (state.onGroup) document.removeEventListener("explorer:group", state.onGroup);
    if (window.Plotly) window.Plotly.purge(state.chart);
    state.chart.remove();
  };
}
