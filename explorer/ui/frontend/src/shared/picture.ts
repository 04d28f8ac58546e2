import { h } from "./dom";

export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/**
 * Writes one image into pixels at (left, top). Three channels are red, green and blue; otherwise
 * the first is a grey value.
 *
 * @param image (h, w, c), values in [0, 1] times `scale` (255 for uint8 images: `scale` 1).
 */
export function putImage(
  pixels: ImageData,
  image: ArrayLike<number>,
  { height, width, channels }: ImageShape,
  left = 0,
  top = 0,
  scale = 255,
): void {
  const color = channels >= 3;
  const out = pixels.data;
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = 4 * ((top + y) * pixels.width + left);
    for (let x = 0; x < width; x++, from += channels, to += 4) {
      out[to] = image[from] * scale;
      out[to + 1] = image[from + (color ? 1 : 0)] * scale;
      out[to + 2] = image[from + (color ? 2 : 0)] * scale;
      out[to + 3] = 255;
    }
  }
}

/** One decoded or real image on a canvas of its own size; CSS makes it large. */
export class Picture {
  readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly pixels: ImageData;

  constructor(
    private readonly shape: ImageShape,
    className: string,
    label: string,
  ) {
    const { width, height } = shape;
    this.canvas = h("canvas", { class: className, width, height, role: "img" });
    this.canvas.setAttribute("aria-label", label);
    this.context = context2d(this.canvas);
    this.pixels = this.context.createImageData(width, height);
  }

  /** @param scale 255 for values in [0, 1], 1 for uint8. */
  draw(image: ArrayLike<number>, scale = 255): void {
    putImage(this.pixels, image, this.shape, 0, 0, scale);
    this.context.putImageData(this.pixels, 0, 0);
  }

  describe(label: string): void {
    this.canvas.setAttribute("aria-label", label);
  }
}

export function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser cannot draw on a canvas.");
  return context;
}
