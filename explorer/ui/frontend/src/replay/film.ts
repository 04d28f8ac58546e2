import type { ReplayData } from "../shared/contract";

/** The square part of the plane that is shown: its middle, and half of its side. */
export interface Extent {
  x: number;
  y: number;
  half: number;
}

/** The codes of a training, frame by frame. */
export interface Film {
  /** Of each frame, (n, 2). */
  frames: Float32Array[];
  /** Row numbers of the points of each class. */
  rows: number[][];
  extent: Extent;
}

export function readFilm(data: ReplayData): Film {
  const frames = data.points.map((text) => {
    const values = new Int16Array(bytes(text).buffer);
    return Float32Array.from(values, (value) => value * data.scale);
  });
  const rows: number[][] = data.class_names.map(() => []);
  bytes(data.labels).forEach((label, row) => {
    rows[label]?.push(row);
  });
  return { frames, rows, extent: extentOf(frames) };
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const raw = atob(base64);
  return Uint8Array.from({ length: raw.length }, (_, i) => raw.charCodeAt(i));
}

/** Where nearly all points of every epoch lie: it does not move between epochs. */
export function extentOf(frames: Float32Array[]): Extent {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const frame of frames) {
    for (const axis of [0, 1]) {
      const values = frame.filter((_, i) => i % 2 === axis).sort();
      const at = (share: number) => values[Math.floor(share * (values.length - 1))];
      low[axis] = Math.min(low[axis], at(0.005));
      high[axis] = Math.max(high[axis], at(0.995));
    }
  }
  const half = 0.54 * Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  return { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, half };
}
