import { describe, expect, it } from "vitest";
import { Batch } from "../src/decoder/batch";
import type { Decodes } from "../src/decoder/decoder";
import { Walk } from "../src/pad/walk";
import { EachFrame, Newest } from "../src/shared/schedule";

/** Work that waits until it is told to go on. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    wait: () => new Promise<void>((resolve) => waiting.push(resolve)),
    open: async () => {
      waiting.shift()?.();
      await settle();
    },
  };
}

/** Lets everything that can run now run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Newest", () => {
  it("drops stale requests and ends with the newest", async () => {
    const door = gate();
    const done: number[] = [];
    const newest = new Newest<number>(async (request) => {
      await door.wait();
      done.push(request);
    });
    for (const request of [1, 2, 3, 4]) newest.ask(request);
    await door.open();
    await door.open();
    expect(done).toEqual([1, 4]);
  });

  it("goes on after a failure", async () => {
    const done: number[] = [];
    const failed: unknown[] = [];
    const newest = new Newest<number>(
      async (request) => {
        if (request === 1) throw new Error("no");
        done.push(request);
      },
      (error) => failed.push(error),
    );
    newest.ask(1);
    newest.ask(2);
    await settle();
    expect(done).toEqual([2]);
    expect(failed).toHaveLength(1);
  });

  it("does nothing more once closed", async () => {
    const done: number[] = [];
    const newest = new Newest<number>(async (request) => {
      await settle();
      done.push(request);
    });
    newest.ask(1);
    newest.ask(2);
    newest.close();
    newest.ask(3);
    await settle();
    await settle();
    expect(done).toEqual([1]);
  });
});

/** Animation frames that come when the test says so. */
function handFrames() {
  const asked = new Map<number, FrameRequestCallback>();
  let count = 0;
  return {
    requestAnimationFrame: (draw: FrameRequestCallback) => {
      count += 1;
      asked.set(count, draw);
      return count;
    },
    cancelAnimationFrame: (handle: number) => void asked.delete(handle),
    next: () => {
      const draws = [...asked.values()];
      asked.clear();
      for (const draw of draws) draw(0);
      return draws.length;
    },
  };
}

describe("EachFrame", () => {
  it("draws once a frame, however often it is asked", () => {
    const frames = handFrames();
    let drawn = 0;
    const each = new EachFrame(() => {
      drawn += 1;
    }, frames);
    each.ask();
    each.ask();
    frames.next();
    expect(drawn).toBe(1);
    expect(frames.next()).toBe(0);
    each.ask();
    each.close();
    frames.next();
    expect(drawn).toBe(1);
  });
});

describe("Walk", () => {
  it("tells those who draw each frame, and the server on release only", () => {
    const frames = handFrames();
    const [seen, released]: [number[], number[]] = [[], []];
    const walk = new Walk([0, 0], (z) => released.push(z[1]), frames);
    walk.listen((z) => seen.push(z[1]));
    for (const value of [1, 2, 3]) walk.moveAlong(1, value);
    frames.next();
    walk.moveAlong(1, 4);
    frames.next();
    expect(seen).toEqual([3, 4]);
    expect(released).toEqual([]);
    walk.release();
    expect(released).toEqual([4]);
  });

  it("does not tell the server twice of the same place", () => {
    const released: number[] = [];
    const walk = new Walk([0], (z) => released.push(z[0]), handFrames());
    walk.jump([5]);
    walk.release();
    walk.jump([6]);
    expect(released).toEqual([5, 6]);
  });

  it("returns to where it began", () => {
    const walk = new Walk([1, 2], () => undefined, handFrames());
    walk.begin([3, 4]);
    walk.move([9, 9]);
    expect([...walk.start]).toEqual([3, 4]);
  });
});

/** A decoder whose images are the codes themselves, and that takes its time. */
class Echo implements Decodes {
  calls = 0;
  released = false;
  constructor(private readonly wait: () => Promise<void>) {}
  async decode(codes: Float32Array): Promise<Float32Array> {
    this.calls += 1;
    await this.wait();
    return codes;
  }
  release(): void {
    this.released = true;
  }
}

describe("Batch", () => {
  const spare = new Echo(async () => undefined);

  it("lets the spare decoder do what a helper cannot, and everything without helpers", async () => {
    const broken: Decodes = {
      decode: async () => Promise.reject(new Error("no")),
      release: () => undefined,
    };
    for (const helpers of [[broken], []]) {
      const batch = new Batch(helpers, spare, 1);
      const images: number[] = [];
      await new Promise<void>((resolve) => {
        batch.ask(Float32Array.of(3, 4), 2, (_, part) => images.push(...part), resolve);
      });
      expect(images).toEqual([3, 4]);
    }
  });

  it("fills in every image, whoever decodes it", async () => {
    const helpers = [new Echo(settle as () => Promise<void>), new Echo(async () => undefined)];
    const batch = new Batch(helpers, spare, 1);
    const codes = Float32Array.from({ length: 100 }, (_, i) => i);
    const images = new Float32Array(100);
    await new Promise<void>((resolve) => {
      batch.ask(codes, 100, (first, part) => images.set(part, first), resolve);
    });
    expect(images).toEqual(codes);
    expect(helpers.every(({ calls }) => calls > 0)).toBe(true);
  });

  it("skips what was asked in between", async () => {
    const door = gate();
    const batch = new Batch([new Echo(door.wait)], spare, 1);
    const done: string[] = [];
    for (const name of ["first", "stale", "newest"]) {
      batch.ask(
        new Float32Array(1),
        1,
        () => undefined,
        () => done.push(name),
      );
    }
    await door.open();
    await door.open();
    expect(done).toEqual(["first", "newest"]);
  });

  it("hands nothing over after it was cancelled", async () => {
    const door = gate();
    const batch = new Batch([new Echo(door.wait)], spare, 1);
    let put = 0;
    batch.ask(new Float32Array(64), 64, () => {
      put += 1;
    });
    batch.cancel();
    await door.open();
    expect(put).toBe(0);
  });

  it("frees its helpers", () => {
    const helper = new Echo(async () => undefined);
    new Batch([helper], spare, 1).close();
    expect(helper.released).toBe(true);
  });
});
