/** Brings what is drawn to the form of the data, as the data set was made. */
import type { DrawingData } from "../shared/contract";
import type { ImageShape } from "../shared/picture";

/** Brightness of the paper, in rows: values in [0, 1], 0 where nothing is drawn. */
export interface Sheet {
  width: number;
  height: number;
  /** (h, w, c). */
  data: Float32Array;
  channels: number;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * A sheet as an image of the data set.
 *
 * @param drawing How the data set places what is drawn; null: the whole sheet is the image.
 * @returns (h, w, c), values in [0, 1]; undefined if nothing is drawn.
 */
export function prepare(
  sheet: Sheet,
  { width, height }: ImageShape,
  drawing: DrawingData | null,
): Float32Array | undefined {
  const ink = inkBox(sheet);
  if (!ink) return undefined;
  if (!drawing) {
    const whole = { left: 0, top: 0, width: sheet.width, height: sheet.height };
    return resample(sheet, whole, width, height);
  }
  // The longer side of the ink fills its share of the frame.
  const scale = Math.min(width, height) * (drawing.fill / Math.max(ink.width, ink.height));
  const [right, down] = [width / scale, height / scale]; // the frame, in pixels of the sheet
  const box = {
    left: ink.left + ink.width / 2 - right / 2,
    top: ink.top + ink.height / 2 - down / 2,
    width: right,
    height: down,
  };
  if (drawing.centre === "box") return resample(sheet, box, width, height);
  // Moved by whole pixels, as MNIST was: what is an image of it already stays the same.
  const corner = snapped(box, ink, scale);
  const placed = resample(sheet, corner, width, height);
  const [x, y] = massCentre(placed, width, height, sheet.channels);
  corner.left += Math.round(x - width / 2) / scale;
  corner.top += Math.round(y - height / 2) / scale;
  return resample(sheet, corner, width, height);
}

/** The frame moved by less than a pixel of its own, so that the ink begins at a whole one. */
function snapped(box: Box, ink: Box, scale: number): Box {
  const part = (value: number) => (value - Math.round(value)) / scale;
  return {
    ...box,
    left: box.left + part((ink.left - box.left) * scale),
    top: box.top + part((ink.top - box.top) * scale),
  };
}

/** The smallest box about all ink; undefined without any. */
function inkBox({ data, width, height, channels }: Sheet): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let ink = false;
      for (let c = 0; c < channels; c++, i++) ink ||= data[i] > 0;
      if (!ink) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Index of the column and of the row in which the centre of mass lies, not rounded. */
function massCentre(
  image: Float32Array,
  width: number,
  height: number,
  channels: number,
): [number, number] {
  let [mass, across, down] = [0, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        mass += image[i];
        across += x * image[i];
        down += y * image[i];
      }
    }
  }
  return [across / mass, down / mass];
}

/** A box of the sheet as an image: each of its pixels is the mean over what it covers. */
export function resample(
  { data, width, height, channels }: Sheet,
  box: Box,
  toWidth: number,
  toHeight: number,
): Float32Array {
  const columns = shares(box.left, box.width, toWidth, width);
  const rows = shares(box.top, box.height, toHeight, height);
  const out = new Float32Array(toWidth * toHeight * channels);
  const row = new Float32Array(width * channels);
  for (let y = 0; y < toHeight; y++) {
    row.fill(0);
    for (const [from, share] of rows[y]) {
      const start = from * width * channels;
      for (let i = 0; i < row.length; i++) row[i] += share * data[start + i];
    }
    for (let x = 0; x < toWidth; x++) {
      for (const [from, share] of columns[x]) {
        for (let c = 0; c < channels; c++) {
          out[(y * toWidth + x) * channels + c] += share * row[from * channels + c];
        }
      }
    }
  }
  return out;
}

/**
 * A photograph as a sheet: ink is bright, as in the data, and paper is 0. What is darker than its
 * paper is turned over; what is no brighter than the edge of the picture is paper.
 */
export function level(sheet: Sheet): Sheet {
  const turned = mean(edge(sheet)) > 0.5 ? sheet.data.map((value) => 1 - value) : sheet.data;
  const paper = edge({ ...sheet, data: turned }).reduce((most, value) => Math.max(most, value), 0);
  const white = turned.reduce((most, value) => Math.max(most, value), 0);
  if (paper === 0 || paper >= white) return { ...sheet, data: turned };
  const data = turned.map((value) => Math.max(0, (value - paper) / (white - paper)));
  return { ...sheet, data };
}

/** Values of the pixels along the four sides. */
function edge({ data, width, height, channels }: Sheet): Float32Array {
  const inside = (i: number) => {
    const at = Math.floor(i / channels);
    const [x, y] = [at % width, Math.floor(at / width)];
    return x > 0 && y > 0 && x < width - 1 && y < height - 1;
  };
  return data.filter((_, i) => !inside(i));
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** For each new pixel the old ones that it covers, and how much of it each is. */
function shares(start: number, length: number, count: number, size: number): [number, number][][] {
  const step = length / count;
  return Array.from({ length: count }, (_, i) => {
    const [low, high] = [start + i * step, start + (i + 1) * step];
    const found: [number, number][] = [];
    // Rounding must not add a sliver of the next pixel.
    for (let at = Math.floor(low + 1e-6); at < high - 1e-6; at++) {
      const share = (Math.min(high, at + 1) - Math.max(low, at)) / step;
      if (at >= 0 && at < size) found.push([at, share]);
    }
    return found;
  });
}
