// A row or grid of small images, each a button if it has an index.
//
// data: {items: [{src, caption, alt, index}], width: px, columns: number | null}
// Trigger: `clicked` (an index).

const STATES = new WeakMap();

function tile(item, width) {
  const element = document.createElement(item.index === null ? "figure" : "button");
  element.className = "explorer-tile";
  element.style.width = width ? `${width}px` : "";
  if (item.index !== null) {
    element.type = "button";
    element.dataset.index = item.index;
  }
  const image = document.createElement("img");
  image.src = item.src;
  image.alt = item.alt;
  element.append(image);
  if (item.caption) {
    const caption = document.createElement(item.index === null ? "figcaption" : "span");
    caption.textContent = item.caption;
    element.append(caption);
  }
  return element;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let state = STATES.get(parentElement);
  if (!state) {
    const grid = document.createElement("div");
    grid.className = "explorer-gallery";
    parentElement.append(grid);
    state = { grid };
    STATES.set(parentElement, state);
    grid.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) state.send("clicked", Number(button.dataset.index));
    });
  }
  state.send = setTriggerValue;
  state.grid.style.gridTemplateColumns = data.columns
    ? `repeat(${data.columns}, minmax(${data.columns > 8 ? 36 : 0}px, 1fr))`
    : `repeat(auto-fill, ${data.width}px)`;
  const focused = [...state.grid.children].indexOf(document.activeElement);
  state.grid.replaceChildren(...data.items.map((item) => tile(item, data.columns ? 0 : data.width)));
  if (focused >= 0) state.grid.children[focused]?.focus();
  return () => {
    STATES.delete(parentElement);
    state.grid.remove();
  };
}
