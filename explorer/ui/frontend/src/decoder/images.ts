/** Images as addresses, which elements of the page show. */
import type { PreviewData } from "../shared/contract";
import { type ImageShape, Picture } from "../shared/picture";
import type { DecodedImages } from "../shared/selection";

/** Addresses of the images of one point. */
export function addresses(
  { image_shape: [height, width, channels] }: Pick<PreviewData, "image_shape">,
  reconstruction: Float32Array,
  images: Uint8Array | undefined,
  index: number,
): DecodedImages["sources"] {
  const shape = { height, width, channels };
  const found = { reconstruction: address(reconstruction, shape) };
  if (!images) return found;
  const original = Float32Array.from(
    images.subarray(index * reconstruction.length, (index + 1) * reconstruction.length),
    (value) => value / 255,
  );
  const difference = original.map((value, i) => Math.abs(value - reconstruction[i]));
  return {
    ...found,
    original: address(original, shape),
    difference: address(difference, shape),
  };
}

/** @param scale 255 for values in [0, 1], 1 for uint8. */
export function address(image: ArrayLike<number>, shape: ImageShape, scale = 255): string {
  const picture = new Picture(shape, "", "");
  picture.draw(image, scale);
  return picture.canvas.toDataURL();
}
