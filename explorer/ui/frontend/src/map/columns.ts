/** The columns of a map as files. */
import { fetchNpy, type NpyArray } from "../shared/files";

/** Fetches each column once while it is in use. */
export class Columns {
  private files = new Map<string, Promise<NpyArray>>();

  constructor(private readonly load: (path: string) => Promise<NpyArray> = fetchNpy) {}

  /** The columns at these addresses; others are forgotten, and all after a failure. */
  async get(paths: string[]): Promise<NpyArray[]> {
    const known = this.files;
    const files = new Map<string, Promise<NpyArray>>();
    for (const path of paths) {
      files.set(path, files.get(path) ?? known.get(path) ?? this.load(path));
    }
    this.files = files;
    try {
      return await Promise.all(paths.map((path) => files.get(path) as Promise<NpyArray>));
    } catch (error) {
      files.clear();
      throw error;
    }
  }
}
