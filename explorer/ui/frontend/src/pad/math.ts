/** Points, paths and numbers of latent space. explorer/latent.py is the same in NumPy. */

export type Code = Float32Array;

/** The point at share `t` of the straight line from a to b. */
export function lerp(a: ArrayLike<number>, b: ArrayLike<number>, t: number): Code {
  return Float32Array.from(a, (value, i) => value + (b[i] - value) * t);
}

/**
 * The point at share `t` of the arc from a to b around the origin (White 2016, "Sampling
 * Generative Networks"). Straight where the two point the same or the opposite way.
 */
export function slerp(a: ArrayLike<number>, b: ArrayLike<number>, t: number): Code {
  const cosine = dot(a, b) / (norm(a) * norm(b));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > 1e-6)) return lerp(a, b, t);
  const [from, to] = [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
  return Float32Array.from(a, (value, i) => from * value + to * b[i]);
}

/** a − b + c. */
export function analogy(a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>): Code {
  return Float32Array.from(a, (value, i) => value - b[i] + c[i]);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

export function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a));
}

/** `count` numbers from `low` to `high`, both included. */
export function linspace(low: number, high: number, count: number): number[] {
  if (count === 1) return [(low + high) / 2];
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** `count` quantiles of N(0, 1) at (i + ½) / count: equal shares of the prior. */
export function normalQuantiles(count: number): number[] {
  return Array.from({ length: count }, (_, i) => normalQuantile((i + 0.5) / count));
}

/**
 * The inverse of the standard normal distribution function for 0 < p < 1, relative error below
 * 1.2e-9 (P. J. Acklam's rational approximation).
 */
export function normalQuantile(p: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const b = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
    -13.28068155288572, 1,
  ];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const tail = 0.02425;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < tail) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(c, q) / polynomial(d, q);
  }
  const q = p - 0.5;
  return (polynomial(a, q * q) * q) / polynomial(b, q * q);
}

function polynomial(coefficients: number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** Where `value` stands among ascending quantiles of equal spacing, as a share in [0, 1]. */
export function percentile(value: number, quantiles: ArrayLike<number>): number {
  const last = quantiles.length - 1;
  if (value < quantiles[0]) return 0;
  if (value >= quantiles[last]) return 1;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (quantiles[middle] <= value) low = middle;
    else high = middle;
  }
  const width = quantiles[high] - quantiles[low];
  return (low + (width > 0 ? (value - quantiles[low]) / width : 0)) / last;
}

/** A generator of numbers in [0, 1) that a seed fixes (mulberry32, public domain). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` independent draws from N(0, 1) (Box and Muller). */
export function normals(count: number, random: () => number): Code {
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}
