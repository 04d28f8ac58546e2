// A row or grid of small images, each a button if it has an index.
//
// data: {name: string, items: [{src, caption, alt, index}], width: px, columns: number | null}
// Trigger: `clicked` (an index).
// It sends explorer:click {name, index} as a chart does (see plot.js), and hears
// explorer:images {name, sources: {caption: src}}: images that come before the server's.

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

// All of its images or none: two points are never mixed.
function preview({ grid, name }, { detail }) {
  if (detail.name !== name) return;
  const tiles = [...grid.children].map((element) => ({
    image: element.querySelector("img"),
    src: detail.sources[element.lastChild.textContent],
  }));
  if (tiles.some(({ src }) => !src)) return;
  for (const { image, src } of tiles) image.src = src;
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
  state.grid.style.gridTemplateColumns = data.columns
    ? `repeat(${data.columns}, minmax(${data.columns > 8 ? 36 : 0}px, 1fr))`
    : `repeat(auto-fill, ${data.width}px)`;
  update(state.grid, data.items, data.columns ? "" : `${data.width}px`);
  return () => {
    STATES.delete(parentElement);
    state.listening.abort();
    state.grid.remove();
  };
}
