/**
 * Files from the server. Their names carry a hash of their content: once fetched, always good, and
 * the browser keeps them.
 */

/**
 * Where their addresses begin: this script lies at
 * <root>/_stcore/bidi-components/<name>/index-<hash>.js, or at <root>/app/site-<hash>.js.
 */
const ROOT = new URL(SITE ? "../" : "../../../", import.meta.url);

/** Fetches a file that the Python side named relative to the app's root ("explorer/…"). */
export async function fetchFile(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  return unpacked(await ask(path, signal));
}

/** Fetches a .npy file, see `readNpy`. */
export async function fetchNpy<T extends NumberArray>(
  path: string,
  signal?: AbortSignal,
): Promise<NpyArray<T>> {
  const response = await ask(path, signal);
  if (SITE || !response.body) return readNpy(await unpacked(response));
  return streamNpy(response.body);
}

async function ask(path: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(new URL(path, ROOT), { signal });
  if (!response.ok) throw new Error(`The server answered ${response.status} for ${path}.`);
  return response;
}

/** Fetches a gzipped file of the build and unpacks it. */
export async function fetchGzip(url: string): Promise<ArrayBuffer> {
  return unpacked(await ask(url));
}

/** The content of an answer that may be gzipped still: some servers let the browser unpack it. */
async function unpacked(response: Response): Promise<ArrayBuffer> {
  const content = await response.arrayBuffer();
  const [first, second] = new Uint8Array(content.slice(0, 2));
  if (first !== 0x1f || second !== 0x8b) return content;
  const packed = new Blob([content]).stream();
  return new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** Address of a built file beside this script. */
export function beside(file: string): string {
  return new URL(file, import.meta.url).href;
}

type NumberArray = Float32Array | Int32Array | Uint8Array;
interface ArrayKind {
  new (length: number): NumberArray;
  new (buffer: ArrayBuffer, offset?: number): NumberArray;
  readonly BYTES_PER_ELEMENT: number;
}
const ARRAYS: Record<string, ArrayKind> = {
  "<f4": Float32Array,
  "<i4": Int32Array,
  "|u1": Uint8Array,
};

export interface NpyArray<T extends NumberArray = NumberArray> {
  shape: number[];
  data: T;
}

/** Reads a .npy file (versions 1 to 3) of float32, int32 or uint8 in C order. */
export function readNpy<T extends NumberArray>(file: ArrayBuffer): NpyArray<T> {
  const { shape, Kind, start } = headerOf(file);
  // NumPy aligns what it writes: then there is no second copy of a large column.
  const aligned = start % Kind.BYTES_PER_ELEMENT === 0;
  return { shape, data: (aligned ? new Kind(file, start) : new Kind(file.slice(start))) as T };
}

/**
 * Reads a .npy file as it comes: the browser never holds it twice, as it does with `arrayBuffer()`,
 * whose parts stay behind until it has time to collect them.
 */
export async function streamNpy<T extends NumberArray>(
  body: ReadableStream<Uint8Array>,
): Promise<NpyArray<T>> {
  const reader = body.getReader();
  let head = new Uint8Array();
  while (head.length < LONGEST_HEAD) {
    const { value, done } = await reader.read();
    if (done) return readNpy(head.buffer);
    const longer = new Uint8Array(head.length + value.length);
    longer.set(head);
    longer.set(value, head.length);
    head = longer;
  }
  const { shape, Kind, start } = headerOf(head.buffer);
  const data = new Kind(shape.reduce((product, n) => product * n, 1));
  const bytes = new Uint8Array(data.buffer);
  let at = head.length - start;
  bytes.set(head.subarray(start));
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes.set(part.value, at); // throws if it is too long
    at += part.value.length;
  }
  if (at !== bytes.length) throw new Error("This .npy file is not whole.");
  return { shape, data: data as T };
}

/** In bytes; NumPy's headers of such arrays have 128. */
const LONGEST_HEAD = 1024;

function headerOf(file: ArrayBuffer) {
  const bytes = new DataView(file);
  if (bytes.getUint32(0) !== 0x934e554d) throw new Error("This is not a .npy file.");
  const long = bytes.getUint8(6) > 1;
  const before = long ? 12 : 10;
  const length = long ? bytes.getUint32(8, true) : bytes.getUint16(8, true);
  const header = new TextDecoder().decode(new Uint8Array(file, before, length));
  const type = /'descr': '([^']+)'/.exec(header)?.[1] ?? "";
  const dimensions = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "";
  const Kind = ARRAYS[type];
  if (!Kind || /'fortran_order': True/.test(header)) {
    throw new Error(`Cannot read this .npy file: ${header.trim()}`);
  }
  const shape = dimensions.split(",").flatMap((n) => (n.trim() ? [Number(n)] : []));
  return { shape, Kind, start: before + length };
}
