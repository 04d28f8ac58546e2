/**
 * The reconstruction loss of one image, summed over its pixels; `reconstruction_errors` of
 * explorer/checkpoints/onnx.py is the same in NumPy.
 *
 * @param loss "bce": binary cross-entropy in nats, probabilities kept 1e-7 away from 0 and 1;
 *   "mse": squared differences.
 */
export function reconstructionError(
  image: ArrayLike<number>,
  reconstruction: ArrayLike<number>,
  loss: string,
): number {
  let sum = 0;
  for (let i = 0; i < image.length; i++) {
    if (loss === "mse") {
      sum += (image[i] - reconstruction[i]) ** 2;
    } else {
      const p = Math.min(1 - 1e-7, Math.max(1e-7, reconstruction[i]));
      sum -= image[i] * Math.log(p) + (1 - image[i]) * Math.log1p(-p);
    }
  }
  return sum;
}
