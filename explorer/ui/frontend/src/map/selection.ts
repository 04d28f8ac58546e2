/** Sets of points as masks: 1 for each point that is in, by its own number. */

export type Mode = "replace" | "add" | "subtract";

/** The mask of these points; others are 0. */
export function maskOf(numbers: ArrayLike<number>, n: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(n);
  for (let i = 0; i < numbers.length; i++) mask[numbers[i]] = 1;
  return mask;
}

/** The numbers of the points of a mask, ascending. */
export function numbersOf(mask: Uint8Array): Uint32Array<ArrayBuffer> {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i];
  const numbers = new Uint32Array(count);
  for (let i = mask.length - 1; i >= 0; i--) if (mask[i]) numbers[--count] = i;
  return numbers;
}

/** The selection after points were replaced, added or subtracted; `former` stays as it is. */
export function combine(
  former: Uint8Array | undefined,
  found: ArrayLike<number>,
  mode: Mode,
  n: number,
): Uint8Array<ArrayBuffer> {
  const mask = mode === "replace" || !former ? new Uint8Array(n) : new Uint8Array(former);
  const value = mode === "subtract" ? 0 : 1;
  for (let i = 0; i < found.length; i++) mask[found[i]] = value;
  return mask;
}

/** What is in becomes out, and the other way round. */
export function invert(mask: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(mask, (value) => 1 - value);
}
