import { readFileSync } from "node:fs";

const root = new URL("../../../../", import.meta.url);

/** A file of the project, from its root. */
export function file(path: string): Buffer {
  return readFileSync(new URL(path, root));
}

export function golden(name: string) {
  return JSON.parse(file(`tests/golden/${name}.json`).toString());
}

/** The largest difference between two lists of numbers of equal length. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`Lengths differ: ${a.length} and ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs(a[i] - b[i]);
    if (!(distance <= largest)) largest = distance; // NaN counts as a difference
  }
  return largest;
}
