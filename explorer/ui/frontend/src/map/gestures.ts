/** The hand on a map: drag, wheel and two fingers, told as new views. */
import { pan, pinch, type Size, type Spot, type View, wheelFactor, zoom } from "./view";

export interface Hand {
  /** What is shown now, how large the map is, and the view that shows all. */
  view: () => View;
  size: () => Size;
  fitted: () => View;
  /** Shows another view. */
  look: (view: View) => void;
  /** False while a drag is something else, such as a lasso or a finger that looks. */
  pans?: (event: PointerEvent) => boolean;
}

/** Listens on an element; returns what ends it. */
export function listen(element: HTMLElement, hand: Hand): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const fingers = new Map<number, Spot>();
  element.style.touchAction = "none";

  const spot = (event: MouseEvent): Spot => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || fingers.size === 2) return;
    // Two fingers pan and zoom whatever one of them does.
    if (event.pointerType !== "touch" && hand.pans?.(event) === false) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const after = spot(event);
    fingers.set(event.pointerId, after);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    const view = hand.view();
    if (!other) {
      if (hand.pans?.(event) === false) return;
      hand.look(pan(view, after.x - before.x, after.y - before.y));
    } else hand.look(pinch(view, hand.size(), [before, other], [after, other], hand.fitted()));
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    hand.look(zoom(hand.view(), hand.size(), wheelFactor(event), spot(event), hand.fitted()));
  };
  element.addEventListener("pointerdown", down, { signal });
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointerup", up, { signal });
  element.addEventListener("pointercancel", up, { signal });
  element.addEventListener("lostpointercapture", up, { signal });
  element.addEventListener("wheel", wheel, { signal, passive: false });
  return () => ended.abort();
}
