import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { h } from "../shared/dom";
import type { ImageShape } from "../shared/picture";
import { putImage } from "../shared/picture";
import { save } from "../shared/save";

/** Saved pictures are enlarged by a whole factor until they are at least this wide or high. */
const LEAST_PIXELS = 512;

export function enlargement(width: number, height: number): number {
  return Math.max(1, Math.ceil(LEAST_PIXELS / Math.max(width, height)));
}

/** Saves pictures of one size as one file, side by side or one below the other, a pixel apart. */
export function savePng(
  canvas: HTMLCanvasElement | HTMLCanvasElement[],
  name: string,
  direction: "beside" | "below" = "beside",
): void {
  const pictures = [canvas].flat();
  const [{ width, height }] = pictures;
  const [right, down] = direction === "beside" ? [width + 1, 0] : [0, height + 1];
  const last = pictures.length - 1;
  const [wholeWidth, wholeHeight] = [width + last * right, height + last * down];
  const scale = enlargement(wholeWidth, wholeHeight);
  const large = h("canvas", { width: wholeWidth * scale, height: wholeHeight * scale });
  const context = large.getContext("2d");
  if (!context) return;
  context.imageSmoothingEnabled = false;
  context.scale(scale, scale);
  pictures.forEach((picture, i) => {
    context.drawImage(picture, i * right, i * down);
  });
  large.toBlob((blob) => blob && save(blob, `${name}.png`), "image/png");
}

export function saveJson(content: unknown, name: string): void {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  save(new Blob([text], { type: "application/json" }), `${name}.json`);
}

/**
 * Encodes images as a GIF that runs for ever.
 *
 * @param images Images (h, w, c) in [0, 1], one after the other.
 * @param delay Milliseconds an image stands.
 */
export function encodeGif(
  images: Float32Array,
  shape: ImageShape,
  delay: number,
): Uint8Array<ArrayBuffer> {
  const { width, height, channels } = shape;
  const size = width * height * channels;
  const scale = Math.max(1, Math.round(224 / Math.max(width, height)));
  const encoder = GIFEncoder();
  for (let first = 0; first < images.length; first += size) {
    const small = { width, height, data: new Uint8ClampedArray(4 * width * height) };
    putImage(small as ImageData, images.subarray(first, first + size), shape);
    const rgba = enlarge(small.data, width, height, scale);
    const palette = quantize(rgba, 256);
    encoder.writeFrame(applyPalette(rgba, palette), width * scale, height * scale, {
      palette,
      delay,
      repeat: 0,
    });
  }
  encoder.finish();
  return encoder.bytes();
}

export function saveGif(images: Float32Array, shape: ImageShape, name: string): void {
  save(new Blob([encodeGif(images, shape, 80)], { type: "image/gif" }), `${name}.gif`);
}

/** Repeats every pixel `scale` times across and down. */
export function enlarge(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  scale: number,
): Uint8ClampedArray {
  const from = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const to = new Uint32Array(width * height * scale * scale);
  for (let y = 0, i = 0; y < height * scale; y++) {
    const row = Math.floor(y / scale) * width;
    for (let x = 0; x < width * scale; x++, i++) to[i] = from[row + Math.floor(x / scale)];
  }
  return new Uint8ClampedArray(to.buffer);
}
