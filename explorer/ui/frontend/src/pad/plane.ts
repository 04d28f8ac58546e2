import type { MapData } from "../shared/contract";
import { dot, randomNumbers } from "./math";
import { type Neighbour, placeAmong } from "./nearest";
import type { Space } from "./space";

/** A flat view of latent space: where the real codes lie in it, and where z does. */
export interface Plane {
  /** Says in one line what one sees. */
  caption: string;
  /** Names of the horizontal and the vertical axis. */
  axes: [string, string];
  /** (n, 2): the real codes. */
  points: Float32Array;
  place(z: Float32Array, neighbours: Neighbour[]): { x: number; y: number };
  /**
   * Matrix that takes the unit circle to the standard deviations of N(z, std²) on the picture, by
   * rows; absent where the picture has no formula.
   */
  spread?(std: ArrayLike<number>): [number, number, number, number];
  /** The z nearest to `z` that lies at (x, y); absent where a place does not give a z. */
  reach?(z: Float32Array, x: number, y: number): Float32Array;
}

/** The only dimension of z: the codes are spread upwards at random, so that they are seen. */
export function linePlane(space: Space): Plane {
  const [{ low, high }] = space.dimensions;
  const height = (high - low) / 4;
  const random = randomNumbers(0);
  const points = new Float32Array(2 * space.count);
  for (let i = 0; i < space.count; i++) {
    points[2 * i] = space.codes[i];
    points[2 * i + 1] = height * (random() - 0.5);
  }
  return {
    caption: "The latent space itself: a line, its codes spread upwards at random. Drag the cross.",
    axes: ["z0", ""],
    points,
    place: (z) => ({ x: z[0], y: 0 }),
    spread: (std) => [std[0], 0, 0, 0],
    reach: (_, x) => Float32Array.of(x),
  };
}

/** Two dimensions of z against each other. */
export function axesPlane(space: Space, across: number, up: number): Plane {
  const points = new Float32Array(2 * space.count);
  for (let i = 0; i < space.count; i++) {
    points[2 * i] = space.codes[i * space.zDim + across];
    points[2 * i + 1] = space.codes[i * space.zDim + up];
  }
  return {
    caption: space.zDim === 2 ? "The latent space itself. Drag the cross." : "Drag the cross.",
    axes: [`z${across}`, `z${up}`],
    points,
    place: (z) => ({ x: z[across], y: z[up] }),
    spread: (std) => [std[across], 0, 0, std[up]],
    reach: (z, x, y) => {
      const there = z.slice();
      there[across] = x;
      there[up] = y;
      return there;
    },
  };
}

/** A picture of the codes that the server has computed: PCA, t-SNE, … */
export function mapPlane(map: MapData, points: Float32Array): Plane {
  const { linear, name } = map;
  if (!linear) {
    return {
      // It has no formula for new points.
      caption: `${name}, roughly: among the nearest codes.`,
      axes: [`${name} 1`, `${name} 2`],
      points,
      place: (_, neighbours) => placeAmong(neighbours, points),
    };
  }
  const { origin, axes } = linear;
  const along = (z: Float32Array, axis: number[]) => dot(z, axis) - dot(origin, axis);
  return {
    caption: `${name}, exact. Drag the cross.`,
    axes: [`${name} 1`, `${name} 2`],
    points,
    place: (z) => ({ x: along(z, axes[0]), y: along(z, axes[1]) }),
    spread: (std) => {
      // Cholesky factor of the covariance A · diag(std²) · Aᵀ.
      const between = (a: number[], b: number[]) =>
        a.reduce((sum, value, i) => sum + value * b[i] * std[i] ** 2, 0);
      const first = Math.sqrt(between(axes[0], axes[0]));
      const mixed = first > 0 ? between(axes[0], axes[1]) / first : 0;
      return [first, 0, mixed, Math.sqrt(Math.max(0, between(axes[1], axes[1]) - mixed ** 2))];
    },
    // The axes are orthonormal: a step in the picture is the same step along them.
    reach: (z, x, y) => {
      const [dx, dy] = [x - along(z, axes[0]), y - along(z, axes[1])];
      return z.map((value, i) => value + dx * axes[0][i] + dy * axes[1][i]);
    },
  };
}
