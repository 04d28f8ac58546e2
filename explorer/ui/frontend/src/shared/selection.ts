import type { ScatterMapData, TileRole } from "./contract";

/** Who made a change: a hand in this browser, or the server. */
export type Origin = "user" | "server";
type Listener<T> = (value: T, origin: Origin) => void;

/** One value for each scope: a chart, a gallery, a group of charts, a pad, by its key. */
export class Scoped<T> {
  private readonly values = new Map<string, T>();
  private readonly listeners = new Map<string, Set<Listener<T>>>();

  get(scope: string): T | undefined {
    return this.values.get(scope);
  }

  /** Tells all who listen, also of the same value again: to click a point twice is two clicks. */
  set(scope: string, value: T, origin: Origin): void {
    this.values.set(scope, value);
    for (const listener of [...(this.listeners.get(scope) ?? [])]) listener(value, origin);
  }

  /** Listens to one scope until the returned function is called. */
  listen(scope: string, listener: Listener<T>): () => void {
    const listeners = this.listeners.get(scope) ?? new Set();
    this.listeners.set(scope, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(scope) === listeners) {
        this.listeners.delete(scope);
      }
    };
  }
}

/** Where the pointer is: over the place, and over which of its points, if any. */
export interface Hover {
  index: number | null;
}

/** The place of a picture that is at the middle of the screen, and CSS pixels for each unit. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

/** The images of a point that this browser decoded, as addresses. */
export interface DecodedImages {
  index: number;
  sources: Partial<Record<TileRole, string>>;
}

/** A map as it is seen. */
export interface Shown {
  element: HTMLElement;
  data: ScatterMapData;
}

/** What is chosen on a page. All that draws listens here; links take it to Python and back. */
export class Selection {
  /** Index of the chosen point, or null: by chart or gallery. */
  readonly point = new Scoped<number | null>();
  /** Indices of the points in the last box or lasso, [] for none: by group of charts. */
  readonly group = new Scoped<readonly number[]>();
  /** Null where the pointer is not over it: by chart or gallery. */
  readonly hover = new Scoped<Hover | null>();
  /** What is seen of a picture, at which scale: by camera, which maps may share. */
  readonly camera = new Scoped<Camera>();
  /** The latent code: by pad. */
  readonly z = new Scoped<readonly number[]>();
  /** The epoch that is seen: by replay. */
  readonly epoch = new Scoped<number>();
  /** The maps that are drawn: by their name. */
  readonly maps = new Scoped<readonly Shown[]>();
  /** Images of the chosen point, before the server has sent them: by gallery. */
  readonly images = new Scoped<DecodedImages>();
}
