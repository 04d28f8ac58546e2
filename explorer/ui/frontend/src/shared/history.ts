/**
 * One action of the hand is one step of the browser's Back.
 *
 * Streamlit replaces the address when a widget changes, so that Back would skip it, and adds a step
 * whenever Python writes into the address, also of itself while a page opens, so that Back would
 * have to be pressed twice.
 */
const ACTIONS = ["pointerdown", "keydown"];

/** Makes it so in a window until the returned function is called. */
export function stepByStep(page: Window): () => void {
  const { history, location } = page;
  const { pushState, replaceState } = history;
  const ended = new AbortController();
  let acted = false;
  /** Whether the newest entry is of the last action. */
  let isOfAction = false;
  const on = (type: string, value: boolean) =>
    page.addEventListener(
      type,
      () => {
        acted = value;
        isOfAction = false;
      },
      { capture: true, signal: ended.signal },
    );
  for (const action of ACTIONS) on(action, true);
  on("popstate", false);
  const step: History["pushState"] = (data, unused, url) => {
    const next = new URL(url ?? "", location.href);
    if (next.href === location.href) return;
    const isElsewhere = next.pathname !== location.pathname;
    // Who leaves a page loses its widgets' parameters first: that entry becomes the other page.
    const isStep = acted || (isElsewhere && !isOfAction);
    if (isStep || isElsewhere) isOfAction = !isElsewhere;
    acted = false;
    (isStep ? pushState : replaceState).call(history, data, unused, url);
  };
  history.pushState = step;
  history.replaceState = step;
  return () => {
    ended.abort();
    Object.assign(history, { pushState, replaceState });
  };
}
