/** The view of a map: which place of the data is at the middle of the screen, and how large. */

export interface View {
  /** Data coordinates at the middle of the map; y points up. */
  x: number;
  y: number;
  /** CSS pixels per unit of the data, the same for both axes. */
  scale: number;
}
export interface Size {
  /** CSS pixels. */
  width: number;
  height: number;
}
export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}
export interface Spot {
  x: number;
  y: number;
}

/** Room around fitted data, in CSS pixels: no point is cut at the edge. */
export const MARGIN = 24;
/** How far one may zoom, relative to the fitted view. */
const LEAST_ZOOM = 0.25;
const MOST_ZOOM = 5000;

/** The smallest box that holds all points with finite coordinates; a unit box if there are none. */
export function boundsOf(x: ArrayLike<number>, y: ArrayLike<number>): Bounds {
  let left = Infinity;
  let right = -Infinity;
  let bottom = Infinity;
  let top = -Infinity;
  for (let i = 0; i < x.length; i++) {
    const u = x[i];
    const v = y[i];
    if (!(u - u === 0 && v - v === 0)) continue; // NaN or infinite
    if (u < left) left = u;
    if (u > right) right = u;
    if (v < bottom) bottom = v;
    if (v > top) top = v;
  }
  if (left > right) return { left: -0.5, right: 0.5, bottom: -0.5, top: 0.5 };
  return { left, right, bottom, top };
}

/** The view that shows all of a box, with a margin. A box without extent is shown at one unit. */
export function fitView(bounds: Bounds, size: Size, margin = MARGIN): View {
  const wide = bounds.right - bounds.left;
  const high = bounds.top - bounds.bottom;
  const extent = wide > 0 || high > 0 ? { wide, high } : { wide: 1, high: 1 };
  const room = (length: number) => Math.max(1, length - 2 * margin);
  const scale = Math.min(
    extent.wide > 0 ? room(size.width) / extent.wide : Infinity,
    extent.high > 0 ? room(size.height) / extent.high : Infinity,
  );
  const x = bounds.left + wide / 2;
  const y = bounds.bottom + high / 2;
  return { x, y, scale };
}

/** Room for a legend in CSS pixels at the upper right, where there is some to spare. */
const BESIDE = 180;

/** As `fitView`, with what room is left on the side of the legend. */
export function besideLegend(bounds: Bounds, size: Size): View {
  const fit = fitView(bounds, size);
  const spare = (length: number, extent: number) =>
    Math.max(0, length - 2 * MARGIN - extent * fit.scale);
  const high = spare(size.height, bounds.top - bounds.bottom);
  const wide = spare(size.width, bounds.right - bounds.left);
  if (wide < high) return { ...fit, y: fit.y + Math.min(BESIDE, high) / 2 / fit.scale };
  return { ...fit, x: fit.x + Math.min(BESIDE, wide) / 2 / fit.scale };
}

/** As `fitView`, in what is left between a bar above and another below, in CSS pixels. */
export function betweenBars(bounds: Bounds, size: Size, above: number, below: number): View {
  const fit = fitView(bounds, { ...size, height: size.height - above - below });
  return { ...fit, y: fit.y + (above - below) / 2 / fit.scale };
}

export function toScreen(view: View, size: Size, { x, y }: Spot): Spot {
  return {
    x: size.width / 2 + (x - view.x) * view.scale,
    y: size.height / 2 - (y - view.y) * view.scale,
  };
}

export function toData(view: View, size: Size, { x, y }: Spot): Spot {
  return {
    x: view.x + (x - size.width / 2) / view.scale,
    y: view.y - (y - size.height / 2) / view.scale,
  };
}

/** The view after a drag by so many CSS pixels: the data follows the hand. */
export function pan(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}

/**
 * The view zoomed by a factor about a place on the screen, which keeps its place.
 *
 * @param fitted The view that shows all: it limits the zoom.
 */
export function zoom(view: View, size: Size, factor: number, about: Spot, fitted?: View): View {
  const held = toData(view, size, about);
  let scale = view.scale * factor;
  if (fitted) {
    scale = Math.min(fitted.scale * MOST_ZOOM, Math.max(fitted.scale * LEAST_ZOOM, scale));
  }
  return {
    x: held.x - (about.x - size.width / 2) / scale,
    y: held.y + (about.y - size.height / 2) / scale,
    scale,
  };
}

/** The factor of a turn of the wheel, alike for pixels, lines and pages; a pinch of a touchpad too. */
export function wheelFactor(event: { deltaY: number; deltaMode: number; ctrlKey: boolean }) {
  const pixels = event.deltaY * [1, 16, 400][event.deltaMode];
  const bounded = Math.max(-240, Math.min(240, pixels));
  return 2 ** (-bounded * (event.ctrlKey ? 0.01 : 0.002));
}

/** The view after two fingers moved from `before` to `after`; the data stays under them. */
export function pinch(
  view: View,
  size: Size,
  before: [Spot, Spot],
  after: [Spot, Spot],
  fitted?: View,
): View {
  const middle = ([a, b]: [Spot, Spot]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const span = ([a, b]: [Spot, Spot]) => Math.hypot(a.x - b.x, a.y - b.y);
  const from = middle(before);
  const to = middle(after);
  const factor = span(before) > 0 ? span(after) / span(before) : 1;
  return zoom(pan(view, to.x - from.x, to.y - from.y), size, factor, to, fitted);
}

/** Slow at both ends; 0 at 0 and 1 at 1, exactly. */
export function ease(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/** The view between two others; exactly these at 0 and at 1. The zoom changes at an even rate. */
export function between(from: View, to: View, t: number): View {
  if (t <= 0) return from;
  if (t >= 1) return to;
  const ratio = to.scale / from.scale;
  const scale = from.scale * ratio ** t;
  // The middle moves with the zoom, so that what is common to both views moves in a straight line.
  const along = Math.abs(ratio - 1) < 1e-6 ? t : (1 / ratio ** t - 1) / (1 / ratio - 1);
  return {
    x: from.x + (to.x - from.x) * along,
    y: from.y + (to.y - from.y) * along,
    scale,
  };
}

/** True if the user asked the system for less motion. */
export function reducedMotion(): boolean {
  return globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}
