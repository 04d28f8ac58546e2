/** Maps as one picture: side by side as they are seen, with titles, colours and what they show. */
import type { SaveData, ScatterMapData } from "../shared/contract";
import { h } from "../shared/dom";
import type { Shown } from "../shared/selection";
import { round } from "./legend";
import { type Style, themeOf } from "./overlay";

/** In CSS pixels: around and between the parts, and from line to line. */
const GAP = 24;
const LINE = 22;
const TEXT = 15;
const TITLE = 22;
/** More groups than these are not listed. */
const MOST_GROUPS = 20;

type Context = CanvasRenderingContext2D;

interface Size {
  width: number;
  height: number;
}

/** Draws maps on a canvas of its own, at the resolution of the screen, at least twice. */
export function portrait(maps: readonly Shown[], { title, notes }: SaveData): HTMLCanvasElement {
  const shown = [...maps].sort((a, b) => (follows(a.element, b.element) ? 1 : -1));
  const style = themeOf(shown[0].element);
  const sizes = shown.map(({ element }) => sizeOf(element));
  const width = sizes.reduce((sum, size) => sum + size.width + GAP, GAP);
  const canvas = h("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw on a canvas.");
  const measured = (text: string) => context.measureText(text).width;
  context.font = `${TEXT}px ${style.family}`;
  const above = shown.map(({ data }, i) => wrapped(data.alt, sizes[i].width, measured));
  const below = wrapped(notes, width - 2 * GAP, measured);
  const entries = laidOut(entriesOf(shown[0].data), width - 2 * GAP, measured);
  const rows = entries.length ? entries[entries.length - 1].row + 1 : 0;
  const top = GAP + TITLE + Math.max(...above.map((lines) => lines.length)) * LINE + GAP / 2;
  const under = top + Math.max(...sizes.map(({ height }) => height)) + GAP;
  const height = under + (rows + below.length) * LINE + GAP;

  const ratio = Math.max(2, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  context.fillStyle = style.background;
  context.fillRect(0, 0, width, height);
  const write = (lines: string[], x: number, y: number, font: string) => {
    context.font = `${font} ${style.family}`;
    context.fillStyle = style.text;
    lines.forEach((line, i) => {
      context.fillText(line, x, y + i * LINE);
    });
  };
  write([title], GAP, GAP + TITLE / 2, `600 ${TITLE}px`);
  let x = GAP;
  shown.forEach(({ element }, i) => {
    write(above[i], x, GAP + TITLE + LINE, `${TEXT}px`);
    drawMap(context, element, { x, y: top }, style);
    x += sizes[i].width + GAP;
  });
  context.font = `${TEXT}px ${style.family}`;
  for (const entry of entries) drawEntry(context, entry, under + entry.row * LINE, style);
  write(below, GAP, under + rows * LINE, `${TEXT}px`);
  return canvas;
}

function follows(a: Element, b: Element): boolean {
  return Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_PRECEDING);
}

function sizeOf(map: HTMLElement): Size {
  return { width: map.clientWidth, height: map.clientHeight };
}

/** Draws what a map shows: its canvases in their order, and the ring of the chosen point. */
function drawMap(
  context: Context,
  map: HTMLElement,
  { x, y }: { x: number; y: number },
  style: Style,
): void {
  const { width, height } = sizeOf(map);
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  for (const layer of map.querySelectorAll<HTMLCanvasElement>(".stage > canvas")) {
    if (!layer.width || !layer.height) continue;
    context.globalAlpha = Number(getComputedStyle(layer).opacity || 1);
    context.drawImage(layer, x, y, width, height);
  }
  context.globalAlpha = 1;
  const ring = map.querySelector<HTMLElement>(".ring");
  const at =
    ring && !ring.hidden && /translate\(([-\d.]+)px, ([-\d.]+)px\)/.exec(ring.style.transform);
  if (at) {
    for (const [color, line] of [
      [style.background, 7],
      [style.accent, 3],
    ] as const) {
      context.beginPath();
      context.arc(x + Number(at[1]), y + Number(at[2]), 9.5, 0, 2 * Math.PI);
      context.lineWidth = line;
      context.strokeStyle = color;
      context.stroke();
    }
  }
  context.restore();
  context.strokeStyle = style.text;
  context.globalAlpha = 0.2;
  context.strokeRect(x, y, width, height);
  context.globalAlpha = 1;
}

/** What a colour means: a spot of it, or, of a scale, all its colours. */
interface Entry {
  text: string;
  colors: readonly string[];
}

interface LaidOut extends Entry {
  x: number;
  row: number;
  /** Of its colours. */
  width: number;
}

function entriesOf({ color }: ScatterMapData): Entry[] {
  if (color.kind === "values") {
    const text = `${color.title}, ${round(color.low)} to ${round(color.high)}`;
    return [{ text, colors: color.scale }];
  }
  const groups = color.order.map((number) => color.groups[number]).filter(({ name }) => name);
  if (groups.length > MOST_GROUPS) return [];
  return groups.map((group) => ({ text: group.name, colors: [group.color] }));
}

/** Entries one after the other, in as many rows as they need. */
export function laidOut(
  entries: readonly Entry[],
  width: number,
  measured: (text: string) => number,
): LaidOut[] {
  let x = 0;
  let row = 0;
  return entries.map((entry) => {
    const own = entry.colors.length > 1 ? 160 : 12;
    const whole = own + 8 + measured(entry.text) + GAP;
    if (x > 0 && x + whole > width) {
      x = 0;
      row += 1;
    }
    const placed = { ...entry, x: GAP + x, row, width: own };
    x += whole;
    return placed;
  });
}

function drawEntry(context: Context, entry: LaidOut, y: number, style: Style): void {
  const { x, width, colors, text } = entry;
  const each = width / colors.length;
  colors.forEach((color, i) => {
    context.fillStyle = color;
    context.fillRect(x + i * each, y - 11, each + (i < colors.length - 1 ? 0.5 : 0), 12);
  });
  context.fillStyle = style.text;
  context.fillText(text, x + width + 8, y);
}

/** A text in lines of a width. */
export function wrapped(text: string, width: number, measured: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measured(longer) > width) lines.push(word);
    else lines[Math.max(0, lines.length - 1)] = longer;
  }
  return lines;
}
