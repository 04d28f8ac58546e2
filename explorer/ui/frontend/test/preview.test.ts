// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Preview } from "../src/decoder/preview";
import { Singles } from "../src/decoder/singles";
import type { PreviewData, TileRole } from "../src/shared/contract";
import { type DecodedImages, Selection } from "../src/shared/selection";

const DATA: PreviewData = {
  role: "preview",
  places: ["map"],
  gallery: "images",
  z_dim: 2,
  image_shape: [1, 2, 1],
  model: "explorer/mine/decoder-0.onnx",
  codes: "explorer/mine/codes-0.npy",
  images: "explorer/mine/images-0.npy",
  image: null,
};

/** A decoder whose image is the code itself. */
function loadable() {
  const release = vi.fn();
  const decode = vi.fn(async (codes: Float32Array) => codes);
  const codes = Float32Array.of(0, 0.5, 1, 0.25);
  const images = Uint8Array.of(0, 255, 51, 102);
  return { decoder: { decode, release }, codes, images };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

/** What the canvas was given, in place of a PNG. */
const drawn: number[][] = [];
let selection = new Selection();
let told: DecodedImages[] = [];

afterEach(() => vi.restoreAllMocks());

beforeEach(() => {
  selection = new Selection();
  told = [];
  selection.images.listen("images", (images) => told.push(images));
  drawn.length = 0;
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({
    createImageData: (width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    }),
    putImageData: ({ data }: ImageData) => drawn.push([data[0], data[4]]),
  } as unknown as CanvasRenderingContext2D);
  vi.spyOn(HTMLCanvasElement.prototype, "toDataURL").mockImplementation(
    () => `image ${drawn.length - 1}`,
  );
});

function approach(place: string): Promise<unknown> {
  selection.hover.set(place, { index: null }, "user");
  return settle();
}

function click(index: number, place = "map"): Promise<unknown> {
  selection.point.set(place, index, "user");
  return settle();
}

describe("Preview", () => {
  it("loads when the pointer comes near a place, and not before", async () => {
    const fetchAll = vi.fn(async () => loadable());
    const preview = new Preview(document.body, selection, fetchAll);
    preview.update(DATA);
    await approach("elsewhere");
    await click(0);
    expect(fetchAll).not.toHaveBeenCalled();
    expect(told).toEqual([]);
    await approach("map");
    await approach("map");
    expect(fetchAll).toHaveBeenCalledTimes(1);
    preview.close();
  });

  it("tells the images of the point that was clicked", async () => {
    const preview = new Preview(document.body, selection, async () => loadable());
    preview.update(DATA);
    await approach("map");
    await click(1, "elsewhere");
    expect(told).toEqual([]);
    await click(1);
    const [{ index, sources }] = told;
    expect(index).toBe(1);
    const pixels = (role: TileRole) => drawn[Number(sources[role]?.slice("image ".length))];
    expect(pixels("reconstruction")).toEqual([255, 64]);
    expect(pixels("original")).toEqual([51, 102]);
    expect(pixels("difference")).toEqual([204, 38]);
    preview.close();
  });

  it("fetches the original where images come one by one", async () => {
    const singles = new Singles("image-*", async (path) => Uint8Array.of(Number(path.at(-1)), 102));
    const loaded = { ...loadable(), images: undefined, singles };
    const preview = new Preview(document.body, selection, async () => loaded);
    preview.update({ ...DATA, images: null, image: "image-*" });
    await approach("map");
    await click(1);
    const [{ sources }] = told;
    expect(drawn[Number(sources.original?.slice("image ".length))]).toEqual([1, 102]);
    preview.close();
  });

  it("loads at once where the pointer rests already, and shows nothing of what the server chose", async () => {
    const fetchAll = vi.fn(async () => loadable());
    const preview = new Preview(document.body, selection, fetchAll);
    await approach("map");
    preview.update(DATA);
    expect(fetchAll).toHaveBeenCalledTimes(1);
    await settle();
    selection.point.set("map", 1, "server");
    await settle();
    expect(told).toEqual([]);
    preview.close();
  });

  it("shows the newest of two clicks alone", async () => {
    const preview = new Preview(document.body, selection, async () => loadable());
    preview.update(DATA);
    await approach("map");
    void click(0);
    await click(1);
    expect(told).toHaveLength(1);
    preview.close();
  });

  it("keeps what it has when only the places change, and drops it with the checkpoint", async () => {
    const first = loadable();
    const fetchAll = vi.fn(async () => first);
    const preview = new Preview(document.body, selection, fetchAll);
    preview.update(DATA);
    await approach("map");
    preview.update({ ...DATA, places: ["map-3d"] });
    await click(0, "map-3d");
    expect(told).toHaveLength(1);
    preview.update({ ...DATA, model: "/media/other" });
    expect(first.decoder.release).toHaveBeenCalledTimes(1);
    await click(0);
    expect(told).toHaveLength(1);
    preview.close();
  });

  it("releases what arrives after it was closed", async () => {
    const late = loadable();
    const preview = new Preview(document.body, selection, async () => {
      await settle();
      return late;
    });
    preview.update(DATA);
    void approach("map");
    preview.close();
    await settle();
    await settle();
    expect(late.decoder.release).toHaveBeenCalledTimes(1);
  });

  it("tries again some time after a failure", async () => {
    const fetchAll = vi.fn(async () => loadable());
    fetchAll.mockRejectedValueOnce(new Error("no network"));
    const preview = new Preview(document.body, selection, fetchAll);
    preview.update(DATA);
    await approach("map");
    await approach("map");
    expect(fetchAll).toHaveBeenCalledTimes(1);
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + 60_000);
    await approach("map");
    expect(fetchAll).toHaveBeenCalledTimes(2);
    await click(0);
    expect(told).toHaveLength(1);
    preview.close();
  });
});
