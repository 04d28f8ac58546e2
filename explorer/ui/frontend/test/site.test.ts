// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PadData, ScatterMapData } from "../src/shared/contract";
import type { SiteData, SitePictureData } from "../src/shared/contract_site";
import { Selection } from "../src/shared/selection";
import { Inspector, type Known } from "../src/site/inspector";
import { type Link, readLink, writeLink } from "../src/site/link";
import { bold, type Makers, Site } from "../src/site/site";

const COLUMN = { kind: "groups", column: "labels", groups: [], order: [] } as const;

function picture(name: string): SitePictureData {
  const colours = ["label", "error"].map((colour) => ({
    name: colour,
    title: colour.toUpperCase(),
    note: colour === "error" ? "a **note**" : "",
    color: { ...COLUMN, groups: [], order: [], column: colour },
  }));
  const map = { role: "map", name: "map", points: name, image_shape: [1, 2, 1] };
  const caption = `${name} · trustworthiness **1.000**`;
  return { name, title: name, caption, map: map as unknown as ScatterMapData, colours };
}

const DIMENSION = { mean: 0, std: 1 };
const DATA: SiteData = {
  pictures: [picture("raw"), picture("umap")],
  pad: {
    z_dim: 2,
    image_shape: [1, 2, 1],
    dimensions: [DIMENSION, DIMENSION],
    classes: [
      { name: "cat", color: "" },
      { name: "dog", color: "" },
    ],
  } as unknown as PadData,
  count: 4,
  point: 1,
  error_unit: "nats",
  code_caption: "Its code z: σ.",
  terms: { trustworthiness: "how far to trust it", σ: "the spread" },
};

/** A decoder whose image is the code itself; of two cats and two dogs. */
function known(images?: Uint8Array): Known {
  const decode = vi.fn(async (codes: Float32Array) => codes);
  return {
    decoder: { decode, release: vi.fn() },
    codes: Float32Array.of(0, 0, 0.1, 0.1, 1, 1, 0.2, 0.2),
    images,
    labels: [0, 0, 1, 1],
    errors: [3, 1, 4, 2],
  };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  document.body.replaceChildren();
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
    createImageData: (width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    }),
    putImageData: vi.fn(),
  } as unknown as CanvasRenderingContext2D);
  vi.spyOn(HTMLCanvasElement.prototype, "toDataURL").mockReturnValue("data:,");
});
afterEach(() => vi.restoreAllMocks());

describe("a link", () => {
  it("holds what is seen, and gives it back", () => {
    const link = { projection: "umap", colour: "error", point: 3, z: [0.5, -1] };
    expect(writeLink(link)).toBe("#projection=umap&colour=error&point=3&z=0.5,-1");
    expect(readLink(writeLink(link), 4, 2)).toEqual(link);
    expect(writeLink({ colour: "a&b=c" })).toBe("#colour=a%26b%3Dc");
  });

  it.each(["#point=4", "#point=-1", "#point=1.5", "#z=1", "#z=1,", "#z=1,1e9", "#z=1,NaN", "#"])(
    "leaves out what cannot be: %s",
    (hash) => {
      const { point, z } = readLink(hash, 4, 2);
      expect([point, z]).toEqual([undefined, undefined]);
    },
  );
});

describe("Inspector", () => {
  const choose = vi.fn();

  function inspector(images?: Uint8Array): Inspector {
    const selection = new Selection();
    const shown = new Inspector(DATA, selection, choose, Promise.resolve(known(images)));
    document.body.append(shown.element);
    return shown;
  }

  const alts = () => [...document.querySelectorAll("img")].map(({ alt }) => alt);

  it("shows original, reconstruction, difference, words, code and neighbours", async () => {
    const shown = inspector(new Uint8Array(8));
    await shown.show(1);
    expect(alts().slice(0, 3)).toEqual([
      "original image: cat · image 1",
      "reconstruction: cat · image 1",
      "absolute difference of both: cat · image 1",
    ]);
    expect(document.querySelector(".about")?.textContent).toBe(
      "cat · image 1 · reconstruction error 1.0 nats, higher than 0% of the test images",
    );
    expect(document.querySelector(".explorer-code")?.getAttribute("aria-label")).toContain("0.10");
    // By distance: image 0 and image 3, then image 2.
    const buttons = [...document.querySelectorAll("button")];
    expect(buttons.map(({ dataset }) => dataset.index)).toEqual(["0", "3", "2"]);
    expect(document.body.textContent).toContain("1 of them has the same label");
    buttons[2].click();
    expect(choose).toHaveBeenLastCalledWith(2);
    expect(document.querySelector("dfn")?.textContent).toBe("σthe spread");
  });

  it("shows reconstructions where the images are not on the page", async () => {
    await inspector().show(2);
    expect(alts()[0]).toBe("reconstruction: dog · image 2");
    expect(document.querySelectorAll("figure")).toHaveLength(1);
    expect(document.querySelectorAll("button")).toHaveLength(3);
  });

  it("counts what is selected", async () => {
    const shown = inspector();
    await shown.select([0, 2, 3]);
    expect(document.body.textContent).toContain("3 selected: 2 dog, 1 cat.");
    expect(document.querySelectorAll("section button")).toHaveLength(3);
    await shown.select([]);
    expect(document.querySelector("section")?.hidden).toBe(true);
  });

  it("says so where nothing can be decoded", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const broken = Promise.reject(new Error("no WebAssembly"));
    const shown = new Inspector(DATA, new Selection(), choose, broken);
    await shown.show(1);
    expect(shown.element.textContent).toContain("could not load the decoder");
  });
});

describe("Site", () => {
  const map = { update: vi.fn() };
  const pad = { update: vi.fn() };
  const show = vi.fn();
  const kept: Link[] = [];
  let come: () => void = () => undefined;
  const makers: Makers = {
    map: () => map,
    pad: () => pad,
    inspector: (data, selection, choose) => {
      const made = new Inspector(data, selection, choose, Promise.resolve(known()));
      return Object.assign(made, { show });
    },
    near: (_, act) => {
      come = act;
    },
  };

  function site(link: Link = {}): Site {
    const names = ["controls", "map", "captions", "side", "decode"];
    const parts = names.map((name) => [name, document.createElement("div")]);
    const places = Object.fromEntries(parts);
    document.body.append(...parts.map(([, part]) => part as HTMLElement));
    return new Site(places, DATA, link, (changed) => kept.push(changed), makers);
  }

  const drawn = () => map.update.mock.lastCall?.[0];
  const text = () => document.body.textContent;

  function select(label: string, value: string): void {
    const menu = document.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`);
    if (!menu) throw new Error(label);
    menu.value = value;
    menu.dispatchEvent(new Event("change"));
  }

  beforeEach(() => {
    vi.clearAllMocks();
    kept.length = 0;
  });

  it("draws the first picture, and others as they are chosen", () => {
    site();
    expect(drawn()).toMatchObject({ points: "raw", color: { column: "label" } });
    expect(text()).toContain("raw · trustworthinesshow far to trust it 1.000");
    select("Colour", "error");
    select("Projection", "umap");
    expect(drawn()).toMatchObject({ points: "umap", color: { column: "error" } });
    expect(text()).toContain("a note");
    expect(kept.at(-1)).toEqual({ projection: "umap", colour: "error" });
  });

  it("moves the sliders to the image that is chosen, once they are near", async () => {
    const { selection } = site();
    expect(show).toHaveBeenLastCalledWith(1);
    expect(pad.update).not.toHaveBeenCalled();
    come();
    await settle();
    expect(pad.update.mock.lastCall?.[0].start).toMatchObject({ index: 1 });
    selection.point.set("map", 2, "user");
    await settle();
    const [{ start }, send] = pad.update.mock.lastCall ?? [];
    expect(start).toMatchObject({ index: 2, z: [1, 1], home: [1, 1] });
    expect(kept.at(-1)).toEqual({ point: 2, z: undefined });
    send.state("place", { token: start.token, z: [0.5, 0.25] });
    expect(kept.at(-1)).toEqual({ point: 2, z: [0.5, 0.25] });
    send.state("place", { token: "former", z: [9, 9] });
    expect(kept.at(-1)).toEqual({ point: 2, z: [0.5, 0.25] });
  });

  it("opens and follows links", async () => {
    const opened = site({ projection: "umap", point: 3, z: [0.3, 0.4] });
    come();
    await settle();
    expect(drawn().points).toBe("umap");
    expect(show).toHaveBeenLastCalledWith(3);
    const { start } = pad.update.mock.lastCall?.[0] ?? {};
    expect(start.z).toEqual([0.3, 0.4]);
    expect(start.index).toBeNull();
    opened.follow({ projection: "no such picture", point: 0 });
    await settle();
    expect(drawn().points).toBe("raw");
    expect(pad.update.mock.lastCall?.[0].start.index).toBe(0);
    expect(kept).toEqual([]);
  });
});

it("writes bold what is between pairs of stars", () => {
  const element = document.createElement("p");
  element.append(...bold("a **b** c"));
  expect(element.innerHTML).toBe("a <b>b</b> c");
});
