/** Points as images, where few enough are seen. */
import { type Size, type Spot, toScreen, type View } from "./view";

/** Edge of an image in CSS pixels, and the room about it. */
const EDGE = 40;
const GAP = 4;
/** Opacity of an image outside the selection. */
const FAINT = 0.25;
/** Of more points than this in view none becomes an image. */
const MOST_SEEN = 800;

export interface Placed extends Spot {
  index: number;
}

/** What decides which points become images. */
export interface Shown {
  /** x, y, x, y, … in data coordinates. */
  points: ArrayLike<number>;
  /** Whether a point is shown: its group is not hidden. */
  shown: (index: number) => boolean;
  view: View;
  size: Size;
}

/**
 * The points whose images have room, with their data coordinates; none where too many are seen. In
 * the order of the points: one that has its image keeps it while the view moves little.
 */
export function placed({ points, shown, view, size }: Shown): Placed[] {
  const reach = {
    x: (size.width / 2 + EDGE) / view.scale,
    y: (size.height / 2 + EDGE) / view.scale,
  };
  const seen: number[] = [];
  for (let index = 0; 2 * index < points.length; index++) {
    const dx = points[2 * index] - view.x;
    const dy = points[2 * index + 1] - view.y;
    if (!(dx < reach.x && dx > -reach.x && dy < reach.y && dy > -reach.y)) continue;
    if (!shown(index)) continue;
    if (seen.length === MOST_SEEN) return [];
    seen.push(index);
  }
  const taken = new Map<string, Spot[]>();
  const room = EDGE + GAP;
  return seen.flatMap((index) => {
    const place = { x: points[2 * index], y: points[2 * index + 1] };
    const at = toScreen(view, size, place);
    const [column, row] = [Math.floor(at.x / room), Math.floor(at.y / room)];
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        const near = taken.get(`${c} ${r}`) ?? [];
        const overlaps = ({ x, y }: Spot) => Math.abs(x - at.x) < room && Math.abs(y - at.y) < room;
        if (near.some(overlaps)) return [];
      }
    }
    const cell = `${column} ${row}`;
    taken.set(cell, [...(taken.get(cell) ?? []), at]);
    return [{ index, ...place }];
  });
}

/** The image at a place of the screen, if there is one. */
export function imageAt(images: readonly Placed[], view: View, size: Size, at: Spot) {
  const half = EDGE / 2;
  return images.find((image) => {
    const { x, y } = toScreen(view, size, image);
    return Math.abs(x - at.x) <= half && Math.abs(y - at.y) <= half;
  });
}

/** A picture of an image and the colour of its frame. */
export interface Framed {
  picture: CanvasImageSource;
  color: string;
}

/** What images are drawn, and where. */
export interface Drawing {
  images: readonly Placed[];
  view: View;
  size: Size;
  framed: (index: number) => Framed | undefined;
  /** Whether a point is outside the selection. */
  faint: (index: number) => boolean;
}

export function drawImages(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { images, view, size, framed, faint } = drawing;
  context.imageSmoothingEnabled = false;
  for (const image of images) {
    const found = framed(image.index);
    if (!found) continue;
    const at = toScreen(view, size, image);
    const [left, top] = [Math.round(at.x - EDGE / 2), Math.round(at.y - EDGE / 2)];
    context.globalAlpha = faint(image.index) ? FAINT : 1;
    context.fillStyle = found.color;
    context.fillRect(left - 2, top - 2, EDGE + 4, EDGE + 4);
    context.drawImage(found.picture, left, top, EDGE, EDGE);
  }
  context.globalAlpha = 1;
}
