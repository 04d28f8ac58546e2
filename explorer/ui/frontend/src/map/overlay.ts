/** What lies over the points: names, numbers along the axes, the outline of a lasso. */
import { ticks } from "./axes";
import { drawEllipses, type Ellipse } from "./ellipses";
import { drawImages, type Framed, type Placed } from "./images";
import { declutter, drawLabels, type Label, measure, type Place } from "./labels";
import { type Size, type Spot, toScreen, type View } from "./view";

export interface Style {
  text: string;
  background: string;
  accent: string;
  /** CSS font family. */
  family: string;
}

/** The colours and the font of the page at an element. */
export function themeOf(element: HTMLElement): Style {
  const found = getComputedStyle(element);
  const value = (name: string, other: string) => found.getPropertyValue(name).trim() || other;
  return {
    text: value("--st-text-color", "#31333f"),
    background: value("--st-background-color", "#fff"),
    accent: value("--st-primary-color", "#e8467c"),
    family: value("--st-font", "sans-serif"),
  };
}

export interface Name extends Place {
  text: string;
}

/** Draws in CSS pixels what lies at places of the data; `at` says where a place is. */
export type Draw = (
  context: CanvasRenderingContext2D,
  at: (place: Spot) => Spot,
  style: Style,
) => void;

export interface Contents {
  view: View;
  size: Size;
  style: Style;
  names: Name[];
  axes: [string, string] | null;
  ellipses: readonly Ellipse[];
  /** Points that are shown as images. */
  images: readonly Placed[];
  framed: (index: number) => Framed | undefined;
  faint: (index: number) => boolean;
  /** Whether there is a toolbar, which hides what lies below it. */
  toolbar: boolean;
  /** Corners of a lasso or of a box, in CSS pixels. */
  outline: Spot[];
  /** The point under the pointer. */
  hovered: Spot | undefined;
  /** What else lies over the points, below their names. */
  over?: Draw;
}

/** Width in CSS pixels below which names are written smaller, and number of names above which. */
const NARROW = 520;
const MANY = 24;
/** About where the toolbar is, in CSS pixels (map.css). */
const TOOLBAR: Label = { text: "", x: 101, y: 29, width: 202, height: 58, weight: Infinity };

export class Overlay {
  constructor(private readonly canvas: HTMLCanvasElement) {}

  draw(contents: Contents): void {
    const { view, size, style, over } = contents;
    const context = cleared(this.canvas, size);
    if (!context) return;
    drawImages(context, contents);
    drawEllipses(context, contents.ellipses, view, size, style);
    over?.(context, (place) => toScreen(view, size, place), style);
    if (contents.axes) drawAxes(context, contents, contents.axes);
    drawNames(context, contents);
    drawHovered(context, contents);
    drawOutline(context, contents);
  }
}

/** The context of an empty canvas of this size, in CSS pixels at the screen's resolution. */
export function cleared(canvas: HTMLCanvasElement, size: Size): CanvasRenderingContext2D | null {
  const context = canvas.getContext("2d");
  if (!context) return null;
  const ratio = globalThis.devicePixelRatio || 1;
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  return context;
}

function drawNames(context: CanvasRenderingContext2D, contents: Contents): void {
  const { view, size, style } = contents;
  const names = contents.names.filter(({ text }) => text);
  const pixels = size.width < NARROW || names.length > MANY ? 14 : 18;
  const font = `600 ${pixels}px ${style.family}`;
  const extents = measure(
    context,
    font,
    names.map(({ text }) => text),
  );
  // Many groups are small: their names stand above them.
  const above = names.length > MANY ? pixels : 0;
  const labels: Label[] = names.map(({ text, count, ...place }, i) => {
    const { x, y } = toScreen(view, size, place);
    return { text, weight: count, x, y: y - above, ...extents[i] };
  });
  const taken = contents.toolbar ? [TOOLBAR] : [];
  const shown = declutter(labels, size.width, size.height, taken);
  drawLabels(context, shown, { font, color: style.text, halo: style.background });
}

function drawAxes(
  context: CanvasRenderingContext2D,
  { view, size, style }: Contents,
  [horizontal, vertical]: [string, string],
): void {
  const { bottom, left } = ticks(view, size);
  context.font = `14px ${style.family}`;
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = style.background;
  context.fillStyle = style.text;
  const write = (text: string, x: number, y: number) => {
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  };
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  const end = size.width - context.measureText(horizontal).width - 24;
  for (const { at, text } of bottom) if (at < end) write(text, at, size.height - 8);
  context.textAlign = "left";
  context.textBaseline = "middle";
  if (vertical) for (const { at, text } of left) if (at > 84) write(text, 8, at);
  context.font = `600 14px ${style.family}`;
  context.textBaseline = "alphabetic";
  context.textAlign = "right";
  write(`${horizontal} →`, size.width - 10, size.height - 8);
  context.textAlign = "left";
  if (vertical) write(`↑ ${vertical}`, 8, 70);
}

function drawHovered(context: CanvasRenderingContext2D, { hovered, style }: Contents): void {
  if (!hovered) return;
  context.beginPath();
  context.arc(hovered.x, hovered.y, 6, 0, 2 * Math.PI);
  context.lineWidth = 4;
  context.strokeStyle = style.background;
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = style.text;
  context.stroke();
}

function drawOutline(context: CanvasRenderingContext2D, { outline, style }: Contents): void {
  if (outline.length < 2) return;
  context.beginPath();
  for (const { x, y } of outline) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = style.accent;
  context.fill("evenodd");
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.strokeStyle = style.accent;
  context.stroke();
}
