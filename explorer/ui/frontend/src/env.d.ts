declare module "*.css" {
  const text: string;
  export default text;
}

declare module "gifenc" {
  type Palette = number[][];
  interface FrameOptions {
    palette?: Palette;
    delay?: number;
    repeat?: number;
  }
  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Uint8ClampedArray | Uint8Array, maxColors: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray | Uint8Array, palette: Palette): Uint8Array;
}

/** Whether this is the page that an export writes, not the app's; put in by build.mjs. */
declare const SITE: boolean;

/** Names of the built files beside index-*.js, put in by build.mjs. */
declare const WORKER_FILE: string;
declare const RUNTIME_FILE: string;
declare const MAP_WORKER_FILE: string;

declare module "plotly.js-dist-min" {
  const plotly: import("./chart/plotly").Plotly;
  export default plotly;
}
