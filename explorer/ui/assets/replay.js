// A film of a training: the codes of the test images and ten reconstructions, epoch by epoch.
//
// data: {name, epochs: [number], of: number, points: [base64 of int16 (n, 2)], scale: number,
//        strips: [data URL], originals: data URL, labels: base64 of uint8 (n), colors: [css],
//        names: [string], caption: string}
// A strip is one image with the ten side by side. Everything happens here: to drag the slider asks
// the server nothing, and between two epochs the points glide.

const STATES = new WeakMap();
const GLIDE = 500; // ms from one epoch to the next

function bytes(text) {
  const raw = atob(text);
  return Uint8Array.from({ length: raw.length }, (_, i) => raw.charCodeAt(i));
}

function element(tag, className, parent, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent.append(node);
  return node;
}

function build(parent) {
  const root = element("div", "explorer-replay", parent);
  const map = element("div", "map", root);
  const canvas = element("canvas", "", map, { role: "img" });
  const side = element("div", "side", root);
  const heading = element("div", "heading", side);
  const tiles = element("div", "tiles", side);
  const pairs = Array.from({ length: 10 }, () => {
    const pair = element("div", "pair", tiles);
    return {
      original: element("div", "tile", pair, { role: "img", "aria-label": "original" }),
      decoded: element("div", "tile", pair, { role: "img", "aria-label": "reconstruction" }),
    };
  });
  const legend = element("div", "legend", side);
  const controls = element("div", "controls", root);
  const play = element("button", "play", controls, { type: "button" });
  const slider = element("input", "", controls, {
    type: "range", min: 0, step: "any", "aria-label": "Epoch",
  });
  const told = element("output", "told", controls);
  const state = {
    root, canvas, heading, pairs, legend, play, slider, told,
    at: 0, target: null, playing: false, follow: true, frames: [],
  };
  slider.addEventListener("input", () => {
    stop(state);
    state.at = Number(slider.value);
    state.follow = state.at > state.frames.length - 1.02;
    show(state);
  });
  slider.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    stop(state);
    const last = state.frames.length - 1;
    state.at = Math.min(last, Math.max(0, Math.round(state.at) + step));
    state.follow = state.at === last;
    show(state);
  });
  play.addEventListener("click", () => {
    if (state.playing) return stop(state);
    const last = state.frames.length - 1;
    if (state.at > last - 0.02) state.at = 0;
    state.playing = true;
    state.follow = true;
    glide(state, last);
  });
  state.observer = new ResizeObserver(() => show(state));
  state.observer.observe(map);
  return state;
}

function stop(state) {
  state.playing = false;
  state.target = null;
  label(state);
}

// Moves to a frame, one epoch after the other.
function glide(state, target) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches && !state.playing) {
    state.at = target;
    return show(state);
  }
  const running = state.target !== null;
  state.target = target;
  label(state);
  if (running) return;
  // The first step only takes the time: a frame's time may lie before the call that asked for it.
  let before = null;
  // Long trainings play in about twenty seconds.
  const speed = () => Math.max(1 / GLIDE, state.frames.length / 20000);
  const step = (now) => {
    if (state.target === null || state.gone) return;
    state.at = Math.min(state.target, state.at + (now - (before ?? now)) * speed());
    before = now;
    if (state.at >= state.target) stop(state);
    show(state);
    if (state.target !== null) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function label(state) {
  state.play.textContent = state.playing ? "❚❚" : "▶";
  state.play.setAttribute("aria-label", state.playing ? "Pause" : "Play how the codes formed");
  state.play.title = state.play.getAttribute("aria-label");
}

// Where nearly all points of every epoch lie. It does not move between epochs.
function extent(frames) {
  const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
  for (const frame of frames) {
    for (const axis of [0, 1]) {
      const values = frame.filter((_, i) => i % 2 === axis).sort();
      const at = (share) => values[Math.floor(share * (values.length - 1))];
      low[axis] = Math.min(low[axis], at(0.005));
      high[axis] = Math.max(high[axis], at(0.995));
    }
  }
  const half = (0.54 * Math.max(high[0] - low[0], high[1] - low[1])) || 1;
  return { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, half };
}

function niceStep(length) {
  const power = 10 ** Math.floor(Math.log10(length));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => length / step <= 1.6);
}

function grid(context, view, size, color, font) {
  const step = niceStep(view.half / 2);
  const toX = (x) => ((x - view.x) / view.half / 2 + 0.5) * size;
  const toY = (y) => (0.5 - (y - view.y) / view.half / 2) * size;
  context.strokeStyle = context.fillStyle = color;
  context.font = `11px ${font}`;
  context.lineWidth = 1;
  const from = (centre) => Math.ceil((centre - view.half) / step) * step;
  context.globalAlpha = 0.12;
  for (let x = from(view.x); x < view.x + view.half; x += step) {
    line(context, toX(x), 0, toX(x), size);
  }
  for (let y = from(view.y); y < view.y + view.half; y += step) {
    line(context, 0, toY(y), size, toY(y));
  }
  context.globalAlpha = 1;
  return () => {
    context.fillStyle = color;
    context.globalAlpha = 0.65;
    const text = (value) => String(Number(value.toPrecision(3)));
    context.textAlign = "center";
    for (let x = from(view.x); x < view.x + view.half; x += step) {
      if (toX(x) > 30 && toX(x) < size - 12) context.fillText(text(x), toX(x), size - 5);
    }
    context.textAlign = "left";
    for (let y = from(view.y); y < view.y + view.half; y += step) {
      if (toY(y) > 12 && toY(y) < size - 20) context.fillText(text(y), 4, toY(y) + 4);
    }
    context.globalAlpha = 1;
  };
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function show(state) {
  const { frames, data, canvas } = state;
  if (!frames.length) return;
  const at = Math.min(state.at, frames.length - 1);
  const low = Math.floor(at), high = Math.min(low + 1, frames.length - 1), share = at - low;
  const nearest = Math.round(at);
  const size = canvas.clientWidth;
  const dense = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(size * dense)) {
    canvas.width = canvas.height = Math.round(size * dense);
  }
  const context = canvas.getContext("2d");
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, size, size);
  const style = getComputedStyle(state.root);
  const color = style.color;
  const numbers = grid(context, state.view, size, color, style.fontFamily);
  const { x: cx, y: cy, half } = state.view;
  const radius = Math.max(1.6, size / 220);
  context.globalAlpha = 0.75;
  state.rows.forEach((rows, group) => {
    context.fillStyle = data.colors[group];
    context.beginPath();
    for (const row of rows) {
      const x0 = frames[low][2 * row], x1 = frames[high][2 * row];
      const y0 = frames[low][2 * row + 1], y1 = frames[high][2 * row + 1];
      const x = ((x0 + (x1 - x0) * share - cx) / half / 2 + 0.5) * size;
      const y = (0.5 - (y0 + (y1 - y0) * share - cy) / half / 2) * size;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    }
    context.fill();
  });
  context.globalAlpha = 1;
  numbers();
  if (state.shown !== nearest || state.shownOf !== data) {
    state.shown = nearest;
    state.shownOf = data;
    state.pairs.forEach(({ original, decoded }) => {
      original.style.backgroundImage = `url(${data.originals})`;
      decoded.style.backgroundImage = `url(${data.strips[nearest]})`;
    });
    state.told.textContent = `epoch ${data.epochs[nearest]} of ${data.of}`;
    canvas.setAttribute("aria-label", `${data.caption}, after epoch ${data.epochs[nearest]}`);
  }
  state.slider.value = at;
  state.root.dataset.epoch = String(data.epochs[nearest]);
}

function receive(state, data) {
  const another = state.data?.name !== data.name;
  if (!another && JSON.stringify(state.data.epochs) === JSON.stringify(data.epochs)) {
    state.data = data;
    return show(state);
  }
  state.data = data;
  state.frames = data.points.map((text) => {
    const values = new Int16Array(bytes(text).buffer);
    return Float32Array.from(values, (value) => value * data.scale);
  });
  const labels = bytes(data.labels);
  state.rows = data.names.map(() => []);
  labels.forEach((group, row) => state.rows[group]?.push(row));
  state.view = extent(state.frames);
  state.pairs.forEach(({ original, decoded }, i) => {
    for (const tile of [original, decoded]) tile.style.backgroundPosition = `${(i * 100) / 9}% 0`;
  });
  state.heading.textContent = data.heading;
  state.legend.replaceChildren();
  data.names.forEach((name, i) => {
    if (!state.rows[i].length) return;
    const entry = element("span", "", state.legend);
    element("i", "", entry).style.background = data.colors[i];
    entry.append(name);
  });
  const last = state.frames.length - 1;
  state.slider.max = last;
  state.slider.disabled = state.play.disabled = last === 0;
  label(state);
  if (another) {
    stop(state);
    state.at = last;
    state.follow = true;
    show(state);
  } else if (state.follow) {
    glide(state, last);
  }
  show(state);
}

export default function (component) {
  const { parentElement, data } = component;
  let state = STATES.get(parentElement);
  if (!state) {
    state = build(parentElement);
    STATES.set(parentElement, state);
  }
  receive(state, data);
  return () => {
    state.gone = true;
    STATES.delete(parentElement);
    state.observer.disconnect();
    state.root.remove();
  };
}
