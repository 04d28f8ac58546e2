// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NoWebAssembly } from "../src/decoder/runtime";
import { open } from "../src/pad/open";
import { PadView } from "../src/pad/view";
import type { PadData } from "../src/shared/contract";
import { Selection } from "../src/shared/selection";

vi.mock("../src/pad/open", () => ({ open: vi.fn(), style: "" }));
vi.mock("../src/decoder/runtime", async (original) => ({
  ...(await original<object>()),
  fetchRuntime: async () => new ArrayBuffer(0),
}));

const DATA = {
  role: "pad",
  key: "pad",
  name: "mine",
  start: { token: "first", index: 0, z: [0, 0], home: [0, 0] },
} as unknown as PadData;
const ELSEWHERE = { ...DATA, start: { token: "second", index: 1, z: [1, 2], home: [1, 2] } };

const settle = () => new Promise((resolve) => setTimeout(resolve));
let apps: { begin: ReturnType<typeof vi.fn>; close: ReturnType<typeof vi.fn> }[];
let release: (z: Float32Array) => void;
let selection: Selection;
let view: PadView;
const send = { trigger: vi.fn(), state: vi.fn() };
const host = () => document.querySelector("div")?.shadowRoot?.querySelector<HTMLElement>("div");

beforeEach(() => {
  document.body.replaceChildren();
  apps = [];
  send.state.mockClear();
  vi.mocked(open).mockImplementation(async (_data, released) => {
    release = released;
    const app = { begin: vi.fn(), close: vi.fn(), element: document.createElement("b") };
    apps.push(app);
    return app as unknown as Awaited<ReturnType<typeof open>>;
  });
  selection = new Selection();
  view = new PadView(document.body, selection);
});

afterEach(() => vi.restoreAllMocks());

describe("PadView", () => {
  it("tells Python the z that is let go, and of which start it is", async () => {
    view.update(DATA, send);
    await settle();
    expect(host()?.dataset.state).toBe("ready");
    release(Float32Array.of(0.1, 2));
    expect(send.state.mock.calls).toEqual([["place", { token: "first", z: [0.1, 2] }]]);
    expect(selection.z.get("pad")).toEqual([0.1, 2]);
    expect(apps[0].begin).not.toHaveBeenCalled();
  });

  it("moves to another start without being built anew, once", async () => {
    view.update(DATA, send);
    await settle();
    view.update(ELSEWHERE, send);
    view.update(ELSEWHERE, send);
    await settle();
    expect(apps).toHaveLength(1);
    expect(apps[0].begin.mock.calls).toEqual([[[1, 2], 1]]);
    expect(send.state).not.toHaveBeenCalled();
  });

  it("begins at the start that came while it was loading", async () => {
    view.update(DATA, send);
    view.update(ELSEWHERE, send);
    await settle();
    expect(apps).toHaveLength(1);
    expect(apps[0].begin.mock.calls).toEqual([[[1, 2], 1]]);
  });

  it("is built anew for another checkpoint, and hears no more of the former", async () => {
    view.update(DATA, send);
    await settle();
    const former = release;
    view.update({ ...DATA, name: "another" }, send);
    former(Float32Array.of(5, 5));
    expect(send.state).not.toHaveBeenCalled();
    expect(apps[0].close).not.toHaveBeenCalled(); // shown until the other is there
    await settle();
    expect(apps[0].close).toHaveBeenCalledTimes(1);
    expect(apps).toHaveLength(2);
  });

  it("closes what arrives after it went", async () => {
    view.update(DATA, send);
    view.close();
    await settle();
    expect(apps[0].close).toHaveBeenCalledTimes(1);
    expect(document.body.childElementCount).toBe(0);
  });

  it("says why it cannot decode, and tries again with other data", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.mocked(open).mockRejectedValueOnce(new NoWebAssembly());
    view.update(DATA, send);
    await settle();
    expect(host()?.textContent).toContain("WebAssembly switched off");
    view.update({ ...DATA, name: "another" }, send);
    await settle();
    expect(host()?.dataset.state).toBe("ready");
    expect(host()?.textContent).toBe("");
  });
});
