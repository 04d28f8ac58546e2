import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../src/map/engine";
import type { Drawn } from "../src/map/messages";
import { random } from "../src/map/points";
import { Scene } from "../src/map/scene";
import { fitView, toScreen } from "../src/map/view";

const SIZE = { width: 80, height: 60 };
const PALETTE = Uint8Array.of(255, 0, 0, 255, 0, 0, 255, 255);

/** A canvas that keeps what is put on it; drawing is in this thread. */
class FakeCanvas {
  width = 0;
  height = 0;
  picture?: Uint8ClampedArray;
  getContext() {
    return {
      putImageData: (image: { data: Uint8ClampedArray }) => {
        this.picture = image.data.slice();
      },
    };
  }
  /** R, G, B, A at a place. */
  at({ x, y }: { x: number; y: number }): number[] {
    const q = 4 * (Math.floor(y) * this.width + Math.floor(x));
    return [...(this.picture ?? []).slice(q, q + 4)];
  }
}

beforeEach(() => {
  vi.stubGlobal(
    "ImageData",
    class {
      constructor(
        readonly data: Uint8ClampedArray,
        readonly width: number,
        readonly height: number,
      ) {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

function opened() {
  const canvas = new FakeCanvas();
  const engine = new Engine(canvas as unknown as HTMLCanvasElement);
  const drawn: Drawn[] = [];
  engine.onDrawn((picture) => drawn.push(picture));
  engine.resize(SIZE, 1);
  return { canvas, engine, drawn };
}

/** Two points of either class at the corners of a square. */
async function four() {
  const map = opened();
  const x = Float32Array.of(0, 1, 1, 0);
  const y = Float32Array.of(0, 0, 1, 1);
  const { bounds } = await map.engine.load({ x, y });
  const column = Uint8Array.of(0, 1, 0, 1);
  await map.engine.color({ kind: "index", column }, PALETTE);
  await map.engine.group(Uint8Array.of(0, 1, 0, 1));
  const view = fitView(bounds, SIZE);
  const spot = (x: number, y: number) => toScreen(view, SIZE, { x, y });
  await map.engine.whole();
  return { ...map, view, spot };
}

describe("the engine", () => {
  it("draws what it is given and finds what it drew", async () => {
    const { canvas, engine, drawn, spot } = await four();
    expect([canvas.width, canvas.height]).toEqual([80, 60]);
    expect(canvas.at(spot(0, 0))[0]).toBeGreaterThan(250);
    expect(canvas.at(spot(1, 0))[2]).toBeGreaterThan(250);
    expect(canvas.at(spot(0.5, 0.5))).toEqual([0, 0, 0, 0]);
    expect(drawn.at(-1)).toMatchObject({ points: 4, whole: true, moving: false, ratio: 1 });
    const corner = spot(1, 1);
    expect(await engine.hover(corner.x, corner.y)).toEqual({ point: 2, x: 1, y: 1 });
    const middle = spot(0.5, 0.5);
    expect(await engine.hover(middle.x, middle.y, 1)).toBeUndefined();
    expect([...(await engine.positions(Uint32Array.of(3, 1, 9)))]).toEqual([0, 1, 1, 0, NaN, NaN]);
  });

  it("neither draws nor finds hidden groups", async () => {
    const { canvas, engine, spot } = await four();
    engine.show(Uint8Array.of(1, 0));
    await engine.whole();
    const hidden = spot(1, 0);
    expect(canvas.at(hidden)).toEqual([0, 0, 0, 0]);
    expect(await engine.hover(hidden.x, hidden.y)).toBeUndefined();
    expect(await engine.stack(hidden.x, hidden.y)).toEqual([]);
    const all = Float64Array.of(-1, -1, 2, -1, 2, 2, -1, 2);
    expect([...(await engine.inside(all))]).toEqual([0, 2]);
    engine.show();
    expect([...(await engine.inside(all))]).toEqual([0, 1, 2, 3]);
  });

  it("dims what is not selected", async () => {
    const { canvas, engine, spot } = await four();
    engine.select(Uint8Array.of(1, 0, 0, 0));
    await engine.whole();
    expect(canvas.at(spot(0, 0))[3]).toBeGreaterThan(200);
    expect(canvas.at(spot(1, 1))[3]).toBeLessThan(80);
    expect(await engine.hover(spot(1, 1).x, spot(1, 1).y)).toMatchObject({ point: 2 });
  });

  it("travels to exactly the places that were given", async () => {
    const { engine, drawn, view } = await four();
    const x = Float32Array.of(0.3, 0.1, 0.7, 0.25);
    const y = Float32Array.of(0.9, 0.2, 0.55, 0.1);
    const target = { ...view, scale: 2 * view.scale };
    const { bounds } = await engine.travel({ x: x.slice(), y: y.slice() }, target, 60);
    expect(bounds.right).toBeCloseTo(0.7, 6);
    await engine.whole();
    const places = await engine.positions(Uint32Array.of(0, 1, 2, 3));
    expect([...places]).toEqual([0, 1, 2, 3].flatMap((i) => [x[i], y[i]]));
    expect(drawn.at(-1)?.view).toEqual(target);
    expect(drawn.some(({ moving }) => moving)).toBe(true);
  });

  it("travels at once where less motion is asked for", async () => {
    const { engine, drawn } = await four();
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    await engine.travel({ x: new Float32Array(4), y: new Float32Array(4) });
    await engine.whole();
    expect(drawn.some(({ moving }) => moving)).toBe(false);
  });

  it("ends a journey that another replaces", async () => {
    const { engine } = await four();
    const first = engine.travel({ x: new Float32Array(4), y: new Float32Array(4) });
    const x = Float32Array.of(5, 6, 7, 8);
    await engine.travel({ x: x.slice(), y: x.slice() }, undefined, 40);
    await first;
    expect((await engine.positions(Uint32Array.of(2)))[0]).toBe(7);
  });

  it("shows the newest view", async () => {
    const { engine, drawn, view } = await four();
    const before = drawn.length;
    for (let i = 1; i <= 50; i++) engine.look({ ...view, x: i });
    await engine.whole();
    expect(drawn.at(-1)?.view.x).toBe(50);
    expect(drawn.length - before).toBeLessThan(5);
  });

  it("answers the newest of many hovers", async () => {
    const { engine, spot } = await four();
    const at = spot(1, 1);
    const answers = await Promise.all([1, 2, 3, 4].map(() => engine.hover(at.x, at.y)));
    expect(answers[3]).toMatchObject({ point: 2 });
    expect(answers.slice(1, 3)).toEqual([null, null]);
  });

  it("reaches all points that lie over each other", async () => {
    const { engine } = opened();
    const n = 50;
    await engine.load({ x: new Float32Array(n).fill(3), y: new Float32Array(n).fill(3) });
    await engine.whole();
    expect(await engine.hover(40, 30)).toBeDefined();
    const found = (await engine.stack(40, 30)).map(({ point }) => point);
    expect(found.sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
  });

  it("draws nothing of nothing, and one point in the middle", async () => {
    const { canvas, engine } = opened();
    await engine.load({ x: new Float32Array(0), y: new Float32Array(0) });
    await engine.whole();
    expect(canvas.picture?.every((byte) => byte === 0)).toBe(true);
    expect(await engine.hover(40, 30)).toBeUndefined();
    expect(await engine.places()).toEqual([]);
    await engine.load({ x: Float32Array.of(-7), y: Float32Array.of(1e6) });
    await engine.whole();
    expect(await engine.hover(40, 30)).toMatchObject({ point: 0, x: -7 });
  });

  it("reads 16-bit columns, values, and says what is wrong", async () => {
    const { canvas, engine } = opened();
    const bounds = { left: -1, right: 1, bottom: 10, top: 20 };
    await engine.load({ x: Uint16Array.of(0, 65535), y: Uint16Array.of(65535, 0), bounds });
    const places = await engine.positions(Uint32Array.of(0, 1));
    [-1, 20, 1, 10].forEach((value, i) => {
      expect(places[i]).toBeCloseTo(value, 5);
    });
    const steps = new Uint8Array(4 * 256).map((_, i) => (i % 4 === 3 ? 255 : i >> 2));
    const column = Float32Array.of(NaN, 9);
    await engine.color({ kind: "value", column, low: 0, high: 5 }, steps);
    await engine.whole();
    const reds = [...(canvas.picture ?? [])].filter((_, i) => i % 4 === 0);
    expect(Math.max(...reds)).toBeGreaterThan(250);
    await expect(engine.group(new Uint8Array(3))).rejects.toThrow("2 rows, one per point");
    await expect(engine.load({ x: new Float32Array(2), y: new Float32Array(1) })).rejects.toThrow(
      "Received: 2, 1",
    );
    engine.close();
    await expect(engine.hover(1, 1)).rejects.toThrow("closed");
  });

  it("draws all of many points, and then finds each place as before", async () => {
    const { engine, drawn } = opened();
    const draw = random(4);
    const n = 120_000;
    const x = Float32Array.from({ length: n }, () => draw() / 2 ** 32);
    const y = Float32Array.from({ length: n }, () => draw() / 2 ** 32);
    await engine.load({ x: x.slice(), y: y.slice() });
    await engine.whole();
    expect(drawn.at(-1)).toMatchObject({ points: n, whole: true });
    const hit = await engine.hover(40, 30);
    const { point } = hit ?? { point: -1 };
    expect(hit).toEqual({ point, x: x[point], y: y[point] });
  });
});

describe("Scene", () => {
  it("moves evenly and keeps all columns together when it sorts them anew", () => {
    const scene = new Scene();
    const n = 1000;
    const draw = random(8);
    const column = () => Float32Array.from({ length: n }, () => draw() / 2 ** 32);
    const [x, y, u, v] = [column(), column(), column(), column()];
    scene.load({ x, y }, 1);
    scene.depart({ x: u, y: v });
    scene.advance(0.25);
    const [first] = scene.positions(Uint32Array.of(7));
    expect(first).toBeCloseTo(0.75 * x[7] + 0.25 * u[7], 6);
    scene.advance(1);
    for (let k = 0; k < n; k += 50) {
      const { point, x, y } = scene.hit(k);
      expect([x, y]).toEqual([u[point], v[point]]);
    }
  });
});
