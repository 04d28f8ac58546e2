/** Palettes of maps: R, G, B, A of each colour. */

/** @param colors As #rrggbb or #rrggbbaa. */
export function palette(colors: string[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(4 * colors.length).fill(255);
  colors.forEach((color, i) => {
    const parts = color.slice(1).match(/../g) ?? [];
    for (const [k, part] of parts.entries()) result[4 * i + k] = Number.parseInt(part, 16);
  });
  return result;
}

/** Of "no value", then 255 steps along the colours of a scale. */
export function scalePalette(colors: string[]): Uint8Array<ArrayBuffer> {
  const given = palette(colors);
  const last = colors.length - 1;
  const result = new Uint8Array(4 * 256).fill(255);
  result.set([128, 128, 128, 255]);
  for (let step = 0; step < 255; step++) {
    const at = (step / 254) * last;
    const below = Math.min(last - 1, Math.floor(at));
    for (let k = 0; k < 4; k++) {
      const [from, to] = [given[4 * below + k], given[4 * (below + 1) + k]];
      result[4 * (step + 1) + k] = Math.round(from + (to - from) * (at - below));
    }
  }
  return result;
}
