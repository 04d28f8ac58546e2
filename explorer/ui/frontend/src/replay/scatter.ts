import type { Extent, Film } from "./film";

/**
 * Draws the points of a film on a square canvas, with a grid.
 *
 * @param at Number of the frame; between two whole numbers the points are between two frames.
 * @param colors CSS colour of each class.
 * @param root Gives the text its colour and font.
 */
export function drawScatter(
  canvas: HTMLCanvasElement,
  { frames, rows, extent }: Film,
  at: number,
  colors: string[],
  root: Element,
): void {
  const before = frames[Math.floor(at)];
  const after = frames[Math.min(Math.floor(at) + 1, frames.length - 1)];
  const share = at - Math.floor(at);
  const size = canvas.clientWidth;
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(size * ratio)) {
    canvas.width = Math.round(size * ratio);
    canvas.height = canvas.width;
  }
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size, size);
  const { color, fontFamily } = getComputedStyle(root);
  const axes = new Axes(context, extent, size);
  context.strokeStyle = color;
  axes.drawGrid();
  const radius = Math.max(1.6, size / 220);
  context.globalAlpha = 0.75;
  rows.forEach((members, label) => {
    context.fillStyle = colors[label];
    context.beginPath();
    for (const row of members) {
      const [i, j] = [2 * row, 2 * row + 1];
      const x = axes.toX(before[i] + (after[i] - before[i]) * share);
      const y = axes.toY(before[j] + (after[j] - before[j]) * share);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    }
    context.fill();
  });
  context.fillStyle = color;
  context.font = `11px ${fontFamily}`;
  axes.drawNumbers();
}

class Axes {
  private readonly step: number;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly extent: Extent,
    private readonly size: number,
  ) {
    this.step = niceStep(extent.half / 2);
  }

  toX(x: number): number {
    return ((x - this.extent.x) / this.extent.half / 2 + 0.5) * this.size;
  }

  toY(y: number): number {
    return (0.5 - (y - this.extent.y) / this.extent.half / 2) * this.size;
  }

  drawGrid(): void {
    const { context, extent, size } = this;
    context.lineWidth = 1;
    context.globalAlpha = 0.12;
    for (const x of this.ticks(extent.x)) line(context, this.toX(x), 0, this.toX(x), size);
    for (const y of this.ticks(extent.y)) line(context, 0, this.toY(y), size, this.toY(y));
    context.globalAlpha = 1;
  }

  drawNumbers(): void {
    const { context, extent, size } = this;
    const text = (value: number) => String(Number(value.toPrecision(3)));
    context.globalAlpha = 0.65;
    context.textAlign = "center";
    for (const tick of this.ticks(extent.x)) {
      const x = this.toX(tick);
      if (x > 30 && x < size - 12) context.fillText(text(tick), x, size - 5);
    }
    context.textAlign = "left";
    for (const tick of this.ticks(extent.y)) {
      const y = this.toY(tick);
      if (y > 12 && y < size - 20) context.fillText(text(tick), 4, y + 4);
    }
    context.globalAlpha = 1;
  }

  private ticks(middle: number): number[] {
    const { step, extent } = this;
    const ticks: number[] = [];
    const first = Math.ceil((middle - extent.half) / step) * step;
    for (let tick = first; tick < middle + extent.half; tick += step) ticks.push(tick);
    return ticks;
  }
}

/** The largest of 1, 2, 5, 10 times a power of ten that is not much larger than `length`. */
export function niceStep(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  return (
    [1, 2, 5].map((factor) => factor * power).find((step) => length / step <= 1.6) ?? 10 * power
  );
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
