import type { StoryData } from "../shared/contract";
import { fetchFile, readNpy } from "../shared/files";

/** What is drawn of a family. */
export interface Loaded {
  labels: Int32Array;
  /** Of each member x, y, x, y, … */
  points: Float32Array[];
  /** Of each member (pairs + drawn, h, w, c). */
  pictures: Uint8Array[];
  originals: Uint8Array | undefined;
}

/** Fetches all of a family, once; the browser keeps the files. */
export async function loadStory(data: StoryData): Promise<Loaded> {
  const floats = async (path: string) => readNpy<Float32Array>(await fetchFile(path)).data;
  const pixels = async (path: string) => readNpy<Uint8Array>(await fetchFile(path)).data;
  const [labels, points, pictures, originals] = await Promise.all([
    fetchFile(data.labels).then((file) => readNpy<Int32Array>(file).data),
    Promise.all(data.members.map((member) => floats(member.points))),
    Promise.all(data.members.map((member) => pixels(member.pictures))),
    data.originals ? pixels(data.originals) : undefined,
  ]);
  return { labels, points, pictures, originals };
}
