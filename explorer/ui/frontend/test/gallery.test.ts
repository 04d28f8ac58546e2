// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
// @ts-expect-error: plain JavaScript, served as it is
import gallery from "../../assets/gallery.js";

const parentElement = document.body;
let send = vi.fn();

function draw(about: number | null, sources: string[], index: number | null = null) {
  const items = sources.map((src, i) => ({ src, caption: `tile ${i}`, alt: src, index }));
  const data = { name: "images", items, columns: 3, width: 56, about };
  return gallery({ data, parentElement, setTriggerValue: send });
}

function preview(index: number, sources: Record<string, string>, name = "images") {
  const detail = { name, index, sources };
  document.dispatchEvent(new CustomEvent("explorer:images", { detail }));
}

const images = () =>
  [...document.querySelectorAll("img")].map((image) => image.getAttribute("src"));

let close: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  send = vi.fn();
  close = draw(1, ["server 1a", "server 1b"]);
});

afterEach(() => {
  close();
  vi.useRealTimers();
});

describe("gallery", () => {
  it("shows a preview's images at once, all of them or none", () => {
    preview(2, { "tile 0": "draft 2a", "tile 1": "draft 2b", more: "…" });
    expect(images()).toEqual(["draft 2a", "draft 2b"]);
    preview(3, { "tile 0": "draft 3a" });
    preview(3, { "tile 0": "draft 3a", "tile 1": "draft 3b" }, "elsewhere");
    expect(images()).toEqual(["draft 2a", "draft 2b"]);
  });

  it("holds back a slow server's images of a point that was left", () => {
    preview(2, { "tile 0": "draft 2a", "tile 1": "draft 2b" });
    preview(3, { "tile 0": "draft 3a", "tile 1": "draft 3b" });
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
    preview(3, { "tile 0": "draft 3a", "tile 1": "draft 3b" });
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
    expect(send).toHaveBeenCalledWith("clicked", 8);
  });
});
