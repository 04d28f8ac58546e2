// Takes what is picked on a chart drawn by `plot.js` to Python, and what Python knows of it there.
//
// data: {name: string, wants: "click", shown: index | null}
//    or {name: string, wants: "lasso", shown: indices}
// Trigger: `clicked` (an index). State: `lasso` (indices, [] for none).

const STATES = new WeakMap();

// By what Python wants to hear of: the event that tells of it, the one that shows it on the chart,
// and where that is kept for a chart that is not drawn yet.
const KINDS = {
  click: {
    told: "explorer:click",
    value: "index",
    shows: "explorer:ring",
    kept: (globalThis.explorerRings ??= new Map()),
    send: ({ setTriggerValue }, index) => setTriggerValue("clicked", index),
  },
  lasso: {
    told: "explorer:lasso",
    value: "indices",
    shows: "explorer:group",
    kept: (globalThis.explorerGroups ??= new Map()),
    send: ({ setStateValue }, indices) => setStateValue("lasso", indices),
  },
};

export default function (component) {
  const { data, parentElement } = component;
  const kind = KINDS[data.wants];
  let state = STATES.get(parentElement);
  if (!state) {
    state = { listening: new AbortController() };
    STATES.set(parentElement, state);
    const hear = ({ detail }) => {
      if (detail.name === state.component.data.name) kind.send(state.component, detail[kind.value]);
    };
    document.addEventListener(kind.told, hear, { signal: state.listening.signal });
  }
  state.component = component;
  kind.kept.set(data.name, data.shown);
  const detail = { name: data.name, [kind.value]: data.shown };
  document.dispatchEvent(new CustomEvent(kind.shows, { detail }));
  return () => {
    STATES.delete(parentElement);
    state.listening.abort();
  };
}
