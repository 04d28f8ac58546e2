/** Marks at places of the data: crosses, outlines, circles, and an image behind the points. */
import type { CellsData, CrossData } from "../shared/contract";
import type { Style } from "./overlay";
import type { Bounds, Spot } from "./view";

type Context = CanvasRenderingContext2D;
type At = (place: Spot) => Spot;

/** Half the length of a cross, in CSS pixels. */
const ARM = 6;
/** More crosses than this are drawn without their names. */
const MOST_NAMED = 30;

export function drawCrosses(context: Context, crosses: CrossData[], at: At, style: Style): void {
  context.lineCap = "round";
  const ways = [
    [style.background, 6],
    [style.text, 3],
  ] as const;
  for (const cross of crosses) {
    const { x, y } = at(cross);
    for (const [color, width] of ways) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(x - ARM, y - ARM);
      context.lineTo(x + ARM, y + ARM);
      context.moveTo(x - ARM, y + ARM);
      context.lineTo(x + ARM, y - ARM);
      context.stroke();
    }
  }
  if (crosses.length > MOST_NAMED) return;
  context.font = `600 14px ${style.family}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = style.background;
  context.fillStyle = style.text;
  for (const cross of crosses) {
    const { x, y } = at(cross);
    context.strokeText(cross.name, x + ARM + 4, y);
    context.fillText(cross.name, x + ARM + 4, y);
  }
}

/** @param outlines Closed, each as x, y, x, y, … */
export function drawOutlines(context: Context, outlines: number[][], at: At, style: Style): void {
  for (const [color, width] of [
    [style.background, 4],
    [style.text, 1.5],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    for (const outline of outlines) {
      context.beginPath();
      for (let i = 0; i < outline.length; i += 2) {
        const { x, y } = at({ x: outline[i], y: outline[i + 1] });
        context.lineTo(x, y);
      }
      context.closePath();
      context.stroke();
    }
  }
}

/** The smallest box that holds a box and outlines. */
export function around(bounds: Bounds, outlines: number[][]): Bounds {
  const result = { ...bounds };
  for (const outline of outlines) {
    for (let i = 0; i < outline.length; i += 2) {
      result.left = Math.min(result.left, outline[i]);
      result.right = Math.max(result.right, outline[i]);
      result.bottom = Math.min(result.bottom, outline[i + 1]);
      result.top = Math.max(result.top, outline[i + 1]);
    }
  }
  return result;
}

/** An image of the plane, behind the points. */
export class Cells {
  private readonly image = new Image();
  private cells: CellsData | null = null;

  /** @param changed Told when the image has come. */
  constructor(changed: () => void) {
    this.image.addEventListener("load", changed);
  }

  update(cells: CellsData | null): void {
    if (cells?.src === this.cells?.src) return;
    this.cells = cells;
    if (cells) this.image.src = cells.src;
  }

  get there(): boolean {
    return this.cells !== null && this.image.complete && this.image.naturalWidth > 0;
  }

  draw(context: Context, at: At): void {
    const { cells, image } = this;
    if (!cells) return;
    const from = at({ x: cells.left, y: cells.top });
    const to = at({ x: cells.right, y: cells.bottom });
    context.imageSmoothingEnabled = false;
    context.drawImage(image, from.x, from.y, to.x - from.x, to.y - from.y);
  }
}
