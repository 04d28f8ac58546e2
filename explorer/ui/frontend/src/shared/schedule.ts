/** One request at a time; while it is under way, later ones replace each other. */
export class Newest<Request> {
  private waiting: { request: Request } | undefined;
  private busy = false;
  private closed = false;

  /** @param failed Told when the work on a request fails; the next one is taken up all the same. */
  constructor(
    private readonly work: (request: Request) => Promise<void>,
    private readonly failed: (error: unknown) => void = console.error,
  ) {}

  ask(request: Request): void {
    if (this.closed) return;
    this.waiting = { request };
    if (!this.busy) void this.run();
  }

  /** Drops what waits and refuses what comes. */
  close(): void {
    this.closed = true;
    this.waiting = undefined;
  }

  private async run(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { request } = this.waiting;
      this.waiting = undefined;
      try {
        await this.work(request);
      } catch (error) {
        if (!this.closed) this.failed(error);
      }
    }
    this.busy = false;
  }
}

export type Frames = Pick<typeof globalThis, "requestAnimationFrame" | "cancelAnimationFrame">;

/** Calls `draw` once in the next animation frame, however often it was asked for. */
export class EachFrame {
  private handle: number | undefined;

  constructor(
    private readonly draw: () => void,
    private readonly frames: Frames = globalThis,
  ) {}

  ask(): void {
    this.handle ??= this.frames.requestAnimationFrame(() => {
      this.handle = undefined;
      this.draw();
    });
  }

  close(): void {
    if (this.handle !== undefined) this.frames.cancelAnimationFrame(this.handle);
  }
}
