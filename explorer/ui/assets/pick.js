// Takes what is picked on a chart drawn by `plot.js` to Python, and what Python knows of it there.
//
// data: {name: string, wants: "click", ring: index | null}
//    or {name: string, wants: "lasso", group: indices}
// Trigger: `clicked` (an index). State: `lasso` (indices, [] for none).

const STATES = new WeakMap();

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let state = STATES.get(parentElement);
  if (!state) {
    state = {};
    STATES.set(parentElement, state);
    state.onClick = ({ detail }) => {
      if (detail.name === state.name) state.setTriggerValue("clicked", detail.index);
    };
    state.onLasso = ({ detail }) => {
      if (detail.name === state.name) state.setStateValue("lasso", detail.indices);
    };
    if (data.wants === "click") document.addEventListener("explorer:click", state.onClick);
    else document.addEventListener("explorer:lasso", state.onLasso);
  }
  Object.assign(state, { name: data.name, setStateValue, setTriggerValue });
  if (data.wants === "click") {
    const detail = { name: data.name, index: data.ring };
    // Kept for a chart that is not drawn yet.
    (globalThis.explorerRings ??= new Map()).set(detail.name, detail.index);
    document.dispatchEvent(new CustomEvent("explorer:ring", { detail }));
  } else {
    const detail = { name: data.name, indices: data.group };
    (globalThis.explorerGroups ??= new Map()).set(detail.name, detail.indices);
    document.dispatchEvent(new CustomEvent("explorer:group", { detail }));
  }
  return () => {
    STATES.delete(parentElement);
    document.removeEventListener("explorer:click", state.onClick);
    document.removeEventListener("explorer:lasso", state.onLasso);
  };
}
