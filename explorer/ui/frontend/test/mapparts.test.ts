// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { Budget } from "../src/map/budget";
import { PRIOR, posterior } from "../src/map/ellipses";
import { Hand, type Tools } from "../src/map/hand";
import { imageAt, placed } from "../src/map/images";
import { Pile } from "../src/map/pile";
import { levelOf, middle, Plane, tiles } from "../src/map/plane";
import { Pointer, type Seen } from "../src/map/pointer";
import type { Spot } from "../src/map/view";

const SIZE = { width: 320, height: 160 };
const VIEW = { x: 0, y: 0, scale: 40 };

afterEach(() => vi.useRealTimers());

describe("ellipses", () => {
  it("are the prior's, and of one q(z|x)", () => {
    expect(PRIOR.map(({ x, y, rx, ry }) => [x, y, rx, ry])).toEqual([
      [0, 0, 1, 1],
      [0, 0, 2, 2],
    ]);
    const own = posterior([3, 4], [0.5, 0.25]);
    expect(own.map(({ x, y, rx, ry }) => [x, y, rx, ry])).toEqual([
      [3, 4, 0.5, 0.25],
      [3, 4, 1, 0.5],
    ]);
  });
});

describe("a pile", () => {
  it("gives one point after the other at the same place, and the first again", () => {
    const pile = new Pile();
    const at = { x: 10, y: 10 };
    expect(pile.words(at)).toBe("");
    expect(pile.click(at, 7, [3, 7, 5])).toBe(7); // the one that is seen
    expect(pile.words(at)).toBe("1 of 3 here");
    const near = { x: 12, y: 11 };
    expect([1, 2, 3].map(() => pile.click(near, 7, []))).toEqual([3, 5, 7]);
    expect(pile.here(near)).toBe(7);
    expect(pile.click({ x: 30, y: 10 }, 9, [9])).toBe(9);
    expect(pile.words({ x: 30, y: 10 })).toBe("");
    pile.forget();
    expect(pile.here({ x: 30, y: 10 })).toBeUndefined();
  });
});

describe("a pointer", () => {
  function pointer(at: Spot | undefined) {
    const stack = [3, 7, 5].map((point) => ({ point, x: 0, y: 0 }));
    const engine = { hover: async () => stack[1], stack: async () => stack };
    const told: string[] = [];
    const chosen: number[] = [];
    const map: Seen = {
      ...{ seen: VIEW, size: SIZE, images: [], at, finger: false },
      mark: vi.fn(),
      hovered: ({ index, pile }) => told.push(`${index} ${pile}`.trim()),
      clicked: (index) => chosen.push(index),
    };
    return { pointer: new Pointer(engine, map), told, chosen };
  }

  it("says how many points lie there once it rests, and clicks reach each of them", async () => {
    vi.useFakeTimers();
    const at = { x: 5, y: 5 };
    const { pointer: one, told, chosen } = pointer(at);
    await one.hover(at);
    await vi.advanceTimersByTimeAsync(200);
    expect(told).toEqual(["7", "7 3 here: click again for the next"]);
    await one.click(at);
    await one.click(at);
    expect(chosen).toEqual([7, 3]);
    expect(told.at(-1)).toBe("3 2 of 3 here");
  });

  it("is silent once it has left", async () => {
    const { pointer: one, told } = pointer(undefined);
    await one.hover({ x: 5, y: 5 });
    expect(told).toEqual([]);
  });
});

describe("points as images", () => {
  const shown = () => true;

  it("are those that have room, and none where too many are seen", () => {
    const points = Float32Array.of(0, 0, 0.5, 0, 2, 0, 100, 0, NaN, 0);
    const found = placed({ points, shown, view: VIEW, size: SIZE });
    expect(found.map(({ index }) => index)).toEqual([0, 2]); // 1 lies on 0, 3 is out of sight
    const some = placed({ points, shown: (index) => index !== 0, view: VIEW, size: SIZE });
    expect(some.map(({ index }) => index)).toEqual([1, 2]);
    expect(imageAt(found, VIEW, SIZE, { x: 175, y: 95 })?.index).toBe(0);
    expect(imageAt(found, VIEW, SIZE, { x: 200, y: 80 })).toBeUndefined();
    const many = new Float32Array(2000);
    expect(placed({ points: many, shown, view: VIEW, size: SIZE })).toEqual([]);
  });
});

describe("the painted plane", () => {
  it("has tiles of 32 to 64 pixels that cover what is seen, the middle first", () => {
    const level = levelOf(VIEW);
    const edge = VIEW.scale * 2 ** -level;
    expect(edge).toBeGreaterThanOrEqual(32);
    expect(edge).toBeLessThan(64);
    const found = tiles(VIEW, SIZE, level);
    expect(found).toHaveLength(8 * 4); // x from −4 to 4, y from −2 to 2
    const first = middle(found[0]);
    expect([Math.abs(first.x), Math.abs(first.y)]).toEqual([0.5, 0.5]);
  });

  it("decodes coarse tiles first, none twice, and stops when the view moves", async () => {
    const canvas = document.createElement("canvas");
    const asked: number[][] = [];
    let wait = Promise.resolve();
    const decode = async (codes: Float32Array, count: number) => {
      asked.push([...codes]);
      await wait;
      return new Float32Array(count);
    };
    const shape = { height: 1, width: 1, channels: 1 };
    const plane = new Plane(canvas, () => undefined);
    await plane.decode(VIEW, SIZE); // without a decoder
    expect([asked, canvas.hidden]).toEqual([[], true]);
    plane.use({ decoder: { decode }, axes: [1, 0], shape });
    expect(canvas.hidden).toBe(false);
    await plane.decode(VIEW, SIZE);
    const codes = asked.flat();
    expect(codes).toHaveLength(2 * (4 + 32));
    // Four tiles of edge 4 about 0; the axes are swapped.
    expect(codes.slice(0, 8).map(Math.abs)).toEqual(Array(8).fill(2));
    expect(canvas.dataset.tiles).toBe("32");
    asked.length = 0;
    await plane.decode({ ...VIEW, x: 1 }, SIZE);
    expect(asked.flat()).toHaveLength(2 * (2 + 4)); // what the movement uncovers
    asked.length = 0;
    let go = (): void => undefined;
    wait = new Promise((resolve) => {
      go = resolve;
    });
    const far = plane.decode({ ...VIEW, x: 100 }, SIZE);
    plane.stop();
    go();
    await far;
    expect(asked).toHaveLength(1);
  });
});

describe("fingers", () => {
  function hand() {
    const stage = document.createElement("div");
    stage.setPointerCapture = () => undefined;
    document.body.replaceChildren(stage);
    const told: string[] = [];
    const tools: Tools = { tool: "pan", changed: () => undefined };
    let view = VIEW;
    const tell = (what: string) => () => void told.push(what);
    const one = new Hand(stage, tools, {
      view: () => view,
      size: () => SIZE,
      fitted: () => VIEW,
      look: (next) => {
        view = next;
        told.push("look");
      },
      hover: ({ x, y }) => void told.push(`hover ${x} ${y}`),
      click: ({ x, y }) => void told.push(`click ${x} ${y}`),
      ...{ enter: tell("enter"), leave: tell("leave"), whole: tell("whole"), drag: tell("drag") },
      ...{ encircle: tell("encircle"), redraw: () => undefined },
    });
    const touch = (type: string, id: number, x: number, y: number) =>
      stage.dispatchEvent(
        new PointerEvent(type, {
          ...{ pointerId: id, pointerType: "touch", clientX: x, clientY: y, button: 0 },
          bubbles: true,
        }),
      );
    return { one, told, touch, view: () => view };
  }

  it("look one by one, and choose by a tap", () => {
    const { one, told, touch, view } = hand();
    touch("pointerdown", 1, 10, 10);
    touch("pointermove", 1, 60, 10);
    expect(one.looking).toBe(true);
    expect(one.pressed).toBe(false);
    touch("pointerup", 1, 60, 10);
    expect(told).toEqual(["hover 10 10", "hover 60 10"]);
    expect(view()).toBe(VIEW);
    touch("pointerdown", 1, 20, 20);
    touch("pointerup", 1, 20, 20);
    expect(told.slice(2)).toEqual(["hover 20 20", "click 20 20"]);
  });

  it("move and zoom by two, and choose nothing", () => {
    const { told, touch, view } = hand();
    touch("pointerdown", 1, 100, 80);
    touch("pointerdown", 2, 200, 80);
    touch("pointermove", 2, 300, 80);
    expect(view().scale).toBeCloseTo(2 * VIEW.scale);
    touch("pointerup", 2, 300, 80);
    touch("pointermove", 1, 120, 80);
    touch("pointerup", 1, 120, 80);
    expect(told).toEqual(["hover 100 80", "drag", "look"]);
  });
});

describe("the time for a moving picture", () => {
  it("shrinks when frames are missed, grows when none is, and ignores a pause", () => {
    const budget = new Budget();
    let now = 0;
    const given = (passed: number, times: number) => {
      let time = 0;
      for (let i = 0; i < times; i++) {
        now += passed;
        time = budget.next(now);
      }
      return time;
    };
    expect(given(16.7, 40)).toBe(10);
    expect(given(33, 10)).toBeLessThan(3);
    expect(given(1000, 1)).toBe(given(1000, 1));
    expect(given(50, 40)).toBe(2);
    expect(given(16.7, 60)).toBe(10);
  });
});
