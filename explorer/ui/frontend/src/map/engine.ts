/** The page's side of a map: draws nothing itself, asks the worker and passes its answers on. */

import { Host } from "./host";
import type { Place } from "./labels";
import type { Colors, Drawn, FromWorker, Hit, Kind, Requests, ToWorker } from "./messages";
import type { Columns, Indices } from "./points";
import { type Bounds, reducedMotion, type Size, type View } from "./view";

/** Milliseconds of a movement from one picture to another. */
export const TRAVEL = 600;
/** How far from a point the pointer may be to find it, in CSS pixels. */
export const REACH = 5;

interface Waiting {
  resolve: (answer: never) => void;
  reject: (reason: Error) => void;
}
type Send = (message: ToWorker, transfer: Transferable[]) => void;

/**
 * A map on a canvas.
 *
 * Arrays that are handed over are transferred: they are empty afterwards, so give a copy of what is
 * still needed. Points are told by their numbers in the loaded columns, places in CSS pixels from
 * the canvas' left upper corner, extents in CSS pixels.
 */
export class Engine {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(drawn: Drawn) => void>();
  private readonly worker?: Worker;
  private readonly send: Send;
  private requests = 0;
  private hovers = 0;
  private hovering?: Promise<Hit | undefined>;
  private failure?: Error;

  /**
   * @param canvas A fresh one: nothing else may have drawn on it.
   * @param address The worker's script; without it, or where workers cannot draw, the page draws.
   */
  constructor(canvas: HTMLCanvasElement, address?: string) {
    if (address && "transferControlToOffscreen" in canvas) {
      const worker = new Worker(address, { type: "module" });
      worker.addEventListener("message", (event) => this.hear(event.data));
      worker.addEventListener("error", (event) =>
        this.fail(event.message || "The map's worker could not start."),
      );
      this.worker = worker;
      this.send = (message, transfer) => worker.postMessage(message, transfer);
      const offscreen = canvas.transferControlToOffscreen();
      this.send({ kind: "open", canvas: offscreen }, [offscreen]);
    } else {
      const host = new Host((message) => this.hear(message));
      this.send = (message) => host.hear(message);
      this.send({ kind: "open", canvas }, []);
    }
  }

  /** Listens to pictures as they are drawn; returns what ends it. */
  onDrawn(listener: (drawn: Drawn) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Loads points; colours, groups and the selection of former ones are forgotten. */
  load(columns: Columns, seed = 0): Promise<{ count: number; bounds: Bounds }> {
    return this.ask("load", { columns, seed }, buffers(columns.x, columns.y));
  }

  /**
   * Colours the points.
   *
   * @param palette R, G, B, A of each index, or, for values, of "no value" and then 255 steps.
   */
  color(colors: Colors | undefined, palette: Uint8Array): Promise<undefined> {
    return this.ask("color", { colors, palette }, buffers(colors?.column));
  }

  /** Groups (classes, clusters) that are hidden and labelled together. */
  group(column?: Indices): Promise<undefined> {
    return this.ask("group", { column }, buffers(column));
  }

  /** Shows the groups with a 1, hides those with a 0; all without an argument. */
  show(visible?: Uint8Array): void {
    this.send({ kind: "show", visible }, []);
  }

  /** Draws points with a 1 over dimmed others; all alike without an argument. */
  select(mask?: Uint8Array): void {
    this.send({ kind: "select", mask }, []);
  }

  resize(size: Size, ratio = globalThis.devicePixelRatio || 1): void {
    this.send({ kind: "size", size, ratio }, []);
  }

  /** Shows a view, at once or after a movement. */
  look(view: View, milliseconds = 0): void {
    this.send({ kind: "view", view, milliseconds: reducedMotion() ? 0 : milliseconds }, []);
  }

  /** Moves the points to other places, and the view if one is given; resolves on arrival. */
  travel(columns: Columns, view?: View, milliseconds = TRAVEL): Promise<{ bounds: Bounds }> {
    const time = reducedMotion() ? 0 : milliseconds;
    return this.ask("travel", { columns, view, milliseconds: time }, buffers(columns.x, columns.y));
  }

  /**
   * The point under the pointer; undefined if there is none. While one answer is on its way only the
   * newest question waits: null, to be ignored, for those that it replaces.
   */
  async hover(x: number, y: number, reach = REACH): Promise<Hit | undefined | null> {
    const turn = ++this.hovers;
    await this.hovering?.catch(() => undefined);
    if (turn !== this.hovers) return null;
    this.hovering = this.ask("hover", { x, y, reach });
    return this.hovering;
  }

  /** All points that lie at a place, the nearest first, at most 200. */
  stack(x: number, y: number, reach = 0): Promise<Hit[]> {
    return this.ask("stack", { x, y, reach });
  }

  /** The shown points within a polygon of data coordinates x, y, x, y, …, ascending. */
  inside(polygon: Float64Array): Promise<Uint32Array> {
    return this.ask("inside", { polygon });
  }

  /** The densest place of each group, in all of the map or in a part. */
  places(bounds?: Bounds): Promise<Place[]> {
    return this.ask("places", { bounds });
  }

  /** Where points are: data coordinates x, y, x, y, … */
  positions(points: Uint32Array): Promise<Float32Array> {
    return this.ask("positions", { points });
  }

  /** Resolves when all points are drawn at the screen's resolution. */
  async whole(): Promise<void> {
    await this.ask("whole", undefined);
  }

  close(): void {
    this.send({ kind: "close" }, []);
    this.worker?.terminate();
    this.fail("The map is closed.");
    this.listeners.clear();
  }

  private ask<K extends Kind>(
    kind: K,
    ask: Requests[K]["ask"],
    transfer: Transferable[] = [],
  ): Promise<Requests[K]["answer"]> {
    if (this.failure) return Promise.reject(this.failure);
    const id = ++this.requests;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ kind, id, ask } as ToWorker, transfer);
    });
  }

  private hear(message: FromWorker): void {
    if (message.kind === "drawn") {
      for (const listener of this.listeners) listener(message.drawn);
      return;
    }
    const asked = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error !== undefined) asked?.reject(new Error(message.error));
    else asked?.resolve(message.answer as never);
  }

  private fail(reason: string): void {
    this.failure = new Error(reason);
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}

/** The memory of columns, each once. */
function buffers(...columns: (ArrayBufferView | undefined)[]): Transferable[] {
  const all = columns.filter((column) => column !== undefined);
  return [...new Set(all.map((column) => column.buffer as ArrayBuffer))];
}
