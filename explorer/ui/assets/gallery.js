// A row or grid of small images, each a button if it has an index.
//
// data: {name: string, items: [{src, caption, alt, index}], width: px, columns: number | null,
//        about: index | null}
// Trigger: `clicked` (an index).
// It sends explorer:click {name, index} as a chart does (see plot.js), and hears
// explorer:images {name, index, sources: {caption: src}}: images that come before the server's.

const STATES = new WeakMap();

function tile(isButton) {
  const element = document.createElement(isButton ? "button" : "figure");
  element.className = "explorer-tile";
  if (isButton) element.type = "button";
  element.append(
    document.createElement("img"),
    document.createElement(isButton ? "span" : "figcaption"),
  );
  return element;
}

function fill(element, { src, caption, alt, index }, width) {
  const [image, text] = element.children;
  element.style.width = width;
  if (index !== null) element.dataset.index = index;
  if (image.getAttribute("src") !== src) image.src = src;
  image.alt = alt;
  text.textContent = caption;
}

function show(state, { items, columns, width }) {
  const { grid } = state;
  state.ahead = undefined;
  grid.style.gridTemplateColumns = columns
    ? `repeat(${columns}, minmax(${columns > 8 ? 36 : 0}px, 1fr))`
    : `repeat(auto-fill, ${width}px)`;
  update(grid, items, columns ? "" : `${width}px`);
}

// Tiles stay where they are and get other images: nothing flickers, and the focus stays.
function update(grid, items, width) {
  items.forEach((item, i) => {
    const former = grid.children[i];
    const isButton = item.index !== null;
    if (former?.matches(isButton ? "button" : "figure")) fill(former, item, width);
    else {
      const element = tile(isButton);
      fill(element, item, width);
      if (former) former.replaceWith(element);
      else grid.append(element);
    }
  });
  while (grid.children.length > items.length) grid.lastChild.remove();
}

// A server may be this late, in milliseconds, with the images that were shown before its own.
const PATIENCE = 3000;

// All of its images or none: two points are never mixed.
function preview(state, { detail }) {
  const { grid, name } = state;
  if (detail.name !== name) return;
  const tiles = [...grid.children].map((element) => ({
    image: element.querySelector("img"),
    src: detail.sources[element.lastChild.textContent],
  }));
  if (tiles.some(({ src }) => !src)) return;
  for (const { image, src } of tiles) image.src = src;
  state.ahead = { index: detail.index, until: performance.now() + PATIENCE };
}

// How long to hold back images of a point that was left since: those of a slow server, or of one
// that has not heard of the later click.
function delay({ ahead }, { about }) {
  return ahead === undefined || about === ahead.index ? 0 : ahead.until - performance.now();
}

export default function ({ data, parentElement, setTriggerValue }) {
  let state = STATES.get(parentElement);
  if (!state) {
    const grid = document.createElement("div");
    grid.className = "explorer-gallery";
    parentElement.append(grid);
    state = { grid, listening: new AbortController() };
    STATES.set(parentElement, state);
    const { signal } = state.listening;
    document.addEventListener("explorer:images", (event) => preview(state, event), { signal });
    grid.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const index = Number(button.dataset.index);
      state.send("clicked", index);
      const detail = { name: state.name, index };
      document.dispatchEvent(new CustomEvent("explorer:click", { detail }));
    });
  }
  state.send = setTriggerValue;
  state.name = data.name;
  clearTimeout(state.held);
  const wait = delay(state, data);
  if (wait > 0) state.held = setTimeout(() => show(state, data), wait);
  else show(state, data);
  return () => {
    STATES.delete(parentElement);
    state.listening.abort();
    clearTimeout(state.held);
    state.grid.remove();
  };
}
