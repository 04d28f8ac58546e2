import type { CodeData, DimensionData, PadData, PriorData } from "../shared/contract";
import { normals } from "./math";

/** The real codes of a checkpoint, and what follows from them. */
export class Space {
  readonly zDim: number;
  readonly dimensions: DimensionData[];
  /** Numbers of the dimensions, the one that matters most first, inactive ones last. */
  readonly order: number[];
  readonly count: number;

  constructor(
    readonly data: PadData,
    readonly codes: Float32Array,
    readonly labels: Int32Array,
  ) {
    this.zDim = data.z_dim;
    this.dimensions = data.dimensions;
    this.order = byImportance(data.dimensions);
    this.count = codes.length / this.zDim;
  }

  code(index: number): Float32Array {
    return this.codes.slice(index * this.zDim, (index + 1) * this.zDim);
  }

  /** What to call a real image, for instance "Sneaker, no. 12"; without labels "no. 12". */
  nameOf(index: number): string {
    const name = this.data.classes[this.labels[index]]?.name;
    return name ? `${name}, no. ${index}` : `no. ${index}`;
  }

  mean(): Float32Array {
    return Float32Array.from(this.dimensions, (dimension) => dimension.mean);
  }

  /** The mean code of each class that has one; none without labels. */
  classMeans(): CodeData[] {
    const sums = this.data.classes.map(() => new Float64Array(this.zDim));
    const counts = this.data.classes.map(() => 0);
    this.labels.forEach((label, index) => {
      const sum = sums[label];
      if (!sum) return;
      counts[label] += 1;
      for (let i = 0; i < this.zDim; i++) sum[i] += this.codes[index * this.zDim + i];
    });
    return this.data.classes.flatMap(({ name }, label) =>
      counts[label] && name ? [{ name, z: Array.from(sums[label], (s) => s / counts[label]) }] : [],
    );
  }
}

/** Numbers of the dimensions by falling importance, the inactive ones after all others. */
export function byImportance(dimensions: DimensionData[]): number[] {
  const rank = ({ active, importance }: DimensionData) => (active ? 1e9 : 0) + importance;
  return dimensions.map((_, i) => i).sort((a, b) => rank(dimensions[b]) - rank(dimensions[a]));
}

/** Draws `count` codes from the prior, one after the other. */
export function drawFrom(prior: PriorData, count: number, random: () => number): Float32Array {
  const size = prior.mean.length;
  const codes = normals(count * size, random);
  for (let start = 0; start < codes.length; start += size) {
    const noise = codes.slice(start, start + size);
    for (let i = 0; i < size; i++) {
      const row = prior.factor?.[i];
      const value = row ? row.reduce((sum, weight, j) => sum + weight * noise[j], 0) : noise[i];
      codes[start + i] = prior.mean[i] + value;
    }
  }
  return codes;
}

/** In units of the data's standard deviation, from its mean. */
export function toSigma(value: number, { mean, std }: DimensionData): number {
  return (value - mean) / std;
}

export function fromSigma(sigma: number, { mean, std }: DimensionData): number {
  return mean + sigma * std;
}
