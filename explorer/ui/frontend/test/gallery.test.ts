// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gallery } from "../src/gallery/gallery";
import type { TileRole } from "../src/shared/contract";
import { Selection } from "../src/shared/selection";

const ROLES: TileRole[] = ["original", "reconstruction", "difference"];
let selection: Selection;
let gallery: Gallery;
let send = { trigger: vi.fn(), state: vi.fn() };

function draw(about: number | null, sources: string[], index: number | null = null): void {
  const tiles = sources.map((src, i) => {
    return { src, caption: "a caption", alt: src, index, role: ROLES[i] };
  });
  const data = { role: "gallery", name: "images", tiles, columns: 3, width: 56, about } as const;
  gallery.update(data, send);
}

function preview(index: number, sources: Record<string, string>, name = "images"): void {
  selection.images.set(name, { index, sources }, "user");
}

const images = () =>
  [...document.querySelectorAll("img")].map((image) => image.getAttribute("src"));

const DRAFT_2 = { original: "draft 2a", reconstruction: "draft 2b" };
const DRAFT_3 = { original: "draft 3a", reconstruction: "draft 3b" };

beforeEach(() => {
  vi.useFakeTimers();
  send = { trigger: vi.fn(), state: vi.fn() };
  selection = new Selection();
  gallery = new Gallery(document.body, selection);
  draw(1, ["server 1a", "server 1b"]);
});

afterEach(() => {
  gallery.close();
  expect(document.querySelector(".explorer-gallery")).toBeNull();
  vi.useRealTimers();
});

describe("gallery", () => {
  it("shows a preview's images at once, all of them or none", () => {
    preview(2, { ...DRAFT_2, difference: "…" });
    expect(images()).toEqual(["draft 2a", "draft 2b"]);
    preview(3, { original: "draft 3a" });
    preview(3, DRAFT_3, "elsewhere");
    expect(images()).toEqual(["draft 2a", "draft 2b"]);
  });

  it("holds back a slow server's images of a point that was left", () => {
    preview(2, DRAFT_2);
    preview(3, DRAFT_3);
    draw(2, ["server 2a", "server 2b"]);
    expect(images()).toEqual(["draft 3a", "draft 3b"]);
    draw(3, ["server 3a", "server 3b"]);
    expect(images()).toEqual(["server 3a", "server 3b"]);
    vi.runAllTimers();
    expect(images()).toEqual(["server 3a", "server 3b"]);
    draw(1, ["server 1a", "server 1b"]);
    expect(images()).toEqual(["server 1a", "server 1b"]);
  });

  it("believes the server in the end, if it never heard of the later click", () => {
    preview(3, DRAFT_3);
    draw(2, ["server 2a", "server 2b"]);
    expect(images()).toEqual(["draft 3a", "draft 3b"]);
    vi.runAllTimers();
    expect(images()).toEqual(["server 2a", "server 2b"]);
  });

  it("keeps its tiles, and the focus on them, when the images change", () => {
    draw(null, ["a", "b", "c"], 7);
    const [first] = document.querySelectorAll("button");
    first.focus();
    draw(null, ["d"], 8);
    expect(document.querySelectorAll("button")).toHaveLength(1);
    expect(document.activeElement).toBe(first);
    first.click();
    expect(send.trigger).toHaveBeenCalledWith("clicked", 8);
    expect(selection.point.get("images")).toBe(8);
  });

  it("tells where the pointer is, until it leaves", () => {
    draw(null, ["a", "b"], 7);
    const over = new Event("pointerover", { bubbles: true });
    document.querySelector("img")?.dispatchEvent(over);
    expect(selection.hover.get("images")).toEqual({ index: 7 });
    document.querySelector(".explorer-gallery")?.dispatchEvent(new Event("pointerleave"));
    expect(selection.hover.get("images")).toBeNull();
  });
});
