/** Ellipses on a map: the prior about 0, and q(z|x) of one image. */
import { drawLabels, type LabelStyle } from "./labels";
import { type Size, toScreen, type View } from "./view";

export interface Ellipse {
  /** Data coordinates of its middle, and its half axes. */
  x: number;
  y: number;
  rx: number;
  ry: number;
  /** Written at its top. */
  text: string;
  kind: "prior" | "posterior";
}

/** 1 and 2 standard deviations of N(0, 1) along both axes. */
export const PRIOR: readonly Ellipse[] = [1, 2].map((sigma) => ({
  ...{ x: 0, y: 0, rx: sigma, ry: sigma },
  ...{ text: `prior, ${sigma}σ`, kind: "prior" as const },
}));

/** 1 and 2 standard deviations of the q(z|x) of an image. */
export function posterior([x, y]: number[], [sx, sy]: number[]): Ellipse[] {
  return [1, 2].map((sigma) => ({
    ...{ x, y, rx: sigma * sx, ry: sigma * sy },
    ...{ text: sigma === 2 ? "q(z|x), 1σ and 2σ" : "", kind: "posterior" as const },
  }));
}

interface Style {
  text: string;
  background: string;
  accent: string;
  family: string;
}

/** Half a height in CSS pixels below which an ellipse has no text. */
const LEAST = 24;

export function drawEllipses(
  context: CanvasRenderingContext2D,
  ellipses: readonly Ellipse[],
  view: View,
  size: Size,
  style: Style,
): void {
  const label: LabelStyle = {
    font: `14px ${style.family}`,
    color: style.text,
    halo: style.background,
  };
  for (const ellipse of ellipses) {
    const { x, y } = toScreen(view, size, ellipse);
    const rx = ellipse.rx * view.scale;
    const ry = ellipse.ry * view.scale;
    context.beginPath();
    context.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    context.setLineDash(ellipse.kind === "prior" && rx >= LEAST ? [7, 5] : []);
    context.lineWidth = 4;
    context.strokeStyle = style.background;
    context.globalAlpha = 0.6;
    context.stroke();
    context.globalAlpha = 1;
    context.lineWidth = 2;
    context.strokeStyle = ellipse.kind === "prior" ? style.text : style.accent;
    context.stroke();
    context.setLineDash([]);
    if (ry >= LEAST && ellipse.text) {
      drawLabels(context, [{ text: ellipse.text, x, y: y - ry - 10 }], label);
    }
  }
}
