// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import frontend from "../src/index";
import type { GalleryData, Message, ReplayData } from "../src/shared/contract";
import { Lazy, type Send, type View } from "../src/shared/view";

const GALLERY: GalleryData = {
  role: "gallery",
  name: "images",
  tiles: [{ src: "a", caption: "", alt: "", index: 4, role: null }],
  columns: 1,
  width: 56,
  about: null,
};

/** What Streamlit does with one component at one place of the page. */
function place() {
  const parentElement = document.createElement("div");
  document.body.append(parentElement);
  const trigger = vi.fn();
  const draw = (data: Message) =>
    frontend({
      data: [data],
      parentElement,
      setTriggerValue: trigger,
      setStateValue: vi.fn(),
      key: "",
      name: "",
    }) as () => void;
  return { parentElement, trigger, draw };
}

afterEach(() => document.body.replaceChildren());

describe("the component", () => {
  it("draws a message by its role, brings it up to date, and removes it at the end", () => {
    const { parentElement, draw } = place();
    draw(GALLERY);
    const drawn = parentElement.querySelector("img");
    const close = draw({ ...GALLERY, tiles: [{ ...GALLERY.tiles[0], src: "b" }] });
    expect(parentElement.querySelector("img")).toBe(drawn);
    expect(drawn?.getAttribute("src")).toBe("b");
    close();
    expect(parentElement.childElementCount).toBe(0);
  });

  it("stays while a call that another one overtook is cleaned up", () => {
    const { parentElement, draw } = place();
    const overtaken = draw(GALLERY);
    const close = draw(GALLERY);
    overtaken();
    expect(parentElement.childElementCount).toBe(1);
    close();
    expect(parentElement.childElementCount).toBe(0);
  });

  it("shares what is chosen with the other components of the page", () => {
    const [gallery, link] = [place(), place()];
    gallery.draw(GALLERY);
    const close = link.draw({ role: "point", chart: "images", shown: null });
    gallery.parentElement.querySelector("button")?.click();
    expect(gallery.trigger).toHaveBeenCalledWith("clicked", 4);
    expect(link.trigger).toHaveBeenCalledWith("clicked", 4);
    close();
  });
});

describe("Lazy", () => {
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const data = { role: "replay" } as ReplayData;
  const send = {} as Send;

  it("shows the latest data once its code has come", async () => {
    const view: View = { update: vi.fn(), close: vi.fn() };
    const lazy = new Lazy(document.body, async () => view);
    lazy.update(data, send);
    lazy.update({ ...data, name: "latest" }, send);
    await settle();
    expect(view.update).toHaveBeenCalledTimes(1);
    expect(view.update).toHaveBeenCalledWith({ ...data, name: "latest" }, send);
    lazy.close();
    expect(view.close).toHaveBeenCalledTimes(1);
  });

  it("closes what comes too late", async () => {
    const view: View = { update: vi.fn(), close: vi.fn() };
    const lazy = new Lazy(document.body, async () => view);
    lazy.update(data, send);
    lazy.close();
    await settle();
    expect(view.update).not.toHaveBeenCalled();
    expect(view.close).toHaveBeenCalledTimes(1);
  });

  it("says so where the code does not come", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    new Lazy(document.body, () => Promise.reject(new Error("no network")));
    await settle();
    expect(document.body.textContent).toContain("reload the page");
    vi.restoreAllMocks();
  });
});
