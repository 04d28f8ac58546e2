/** Sets of points as text: base64 of a bit for each point, the lowest first. */

/** `String.fromCharCode` takes no more arguments than this everywhere. */
const CHUNK = 8192;

export function packed(indices: ArrayLike<number>): string {
  let last = -1;
  for (let i = 0; i < indices.length; i++) last = Math.max(last, indices[i]);
  const bytes = new Uint8Array((last + 8) >> 3);
  for (let i = 0; i < indices.length; i++) bytes[indices[i] >> 3] |= 1 << (indices[i] & 7);
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  }
  return btoa(text);
}

/** The indices of a text, ascending. */
export function unpacked(text: string): number[] {
  const bytes = atob(text);
  const indices: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    for (let byte = bytes.charCodeAt(i), bit = 0; byte; byte >>= 1, bit++) {
      if (byte & 1) indices.push(8 * i + bit);
    }
  }
  return indices;
}
