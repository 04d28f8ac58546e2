/** q(z|x) = N(μ, σ²) of one image: draws from it, and its distance from the prior. */
import { normals } from "../pad/math";

export interface Posterior {
  mean: Float32Array;
  std: Float32Array;
}

/** z = μ + σ · ε (Kingma and Welling 2013, section 2.4). */
export function draw({ mean, std }: Posterior, noise: ArrayLike<number>): Float32Array {
  return mean.map((value, i) => value + std[i] * noise[i]);
}

/** KL divergence to N(0, 1) of each dimension, in nats (the same, appendix B). */
export function klOf({ mean, std }: Posterior): Float32Array {
  return mean.map((value, i) => (value ** 2 + std[i] ** 2 - 1) / 2 - Math.log(std[i]));
}

/** Noise that moves on a little: each of its numbers stays a draw from N(0, 1). */
export function drift(noise: Float32Array, share: number, random: () => number): Float32Array {
  const fresh = normals(noise.length, random);
  const kept = Math.sqrt(1 - share ** 2);
  return noise.map((value, i) => kept * value + share * fresh[i]);
}
