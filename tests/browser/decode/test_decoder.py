"""The decoder in the browser: as Keras decodes, without WebAssembly, loaded once, in colour."""

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.pages import served
from explorer import checkpoints
from explorer.checkpoints.onnx import Decoder
from tests.browser.conftest import PATIENCE
from tests.browser.decode.pad import COUNT_DRAWS, ready

pytestmark = pytest.mark.browser

DIST = Path(__file__).parents[3] / "explorer" / "ui" / "frontend" / "dist"
GOLDEN = json.loads(
    (Path(__file__).parents[2] / "golden" / "decoders.json").read_text(encoding="utf-8")
)


def test_decodes_as_keras_does(page: Page) -> None:
    decode = """async ({model, z, zDim, worker, runtime}) => {
      const folder = performance.getEntriesByType("resource")
        .find(({name}) => name.includes("/index-")).name.replace(/index-.*/, "");
      const packed = await fetch(folder + runtime);
      const unpacked = packed.body.pipeThrough(new DecompressionStream("gzip"));
      const wasm = await new Response(unpacked).arrayBuffer();
      const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0));
      const thread = new Worker(folder + worker, {type: "module"});
      thread.postMessage({kind: "load", model: bytes, runtime: wasm, zDim});
      const codes = Float32Array.from(z.flat());
      const answer = new Promise((resolve) => { thread.onmessage = (e) => resolve(e.data); });
      thread.postMessage({kind: "decode", id: 1, codes, count: z.length});
      const {images, error} = await answer;
      thread.terminate();
      if (error) throw new Error(error);
      return Array.from(images);
    }"""
    (worker,) = (path.name for path in DIST.glob("worker-*.js"))
    (runtime,) = (path.name for path in DIST.glob("ort-*.wasm.gz"))
    for name, golden in GOLDEN.items():
        model = base64.b64encode(checkpoints.get(name).decoder_file.read_bytes()).decode()
        files = {"model": model, "worker": worker, "runtime": runtime}
        images = page.evaluate(decode, files | {"z": golden["z"], "zDim": len(golden["z"][0])})
        difference = np.abs(np.array(images) - np.array(golden["images"]).ravel()).max()
        assert difference <= 1e-4, name


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        (
            "WebAssembly",
            "This browser has WebAssembly switched off: switch it on, or use another browser.",
        ),
        ("DecompressionStream", "This browser could not load the decoder: reload the page."),
    ],
)
def test_a_browser_that_cannot_decode_says_so(
    context: BrowserContext, address: str, lost: str, sentence: str
) -> None:
    context.add_init_script(f"delete globalThis.{lost}")
    page = context.new_page()
    page.goto(f"{address}/decode")
    expect(page.get_by_role("alert")).to_have_text(sentence)
    expect(page.locator(".latent-pad")).to_have_text(sentence)


def test_another_visit_transfers_nothing_large(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    # Requests of the checkpoint's files, and what came of them through the network.
    asked: dict[str, str] = {}
    came: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        url = event["response"]["url"]
        if "/explorer/" in url and "/_stcore/" not in url:
            asked[event["requestId"]] = url

    def count(event: dict[str, Any]) -> None:
        if event["requestId"] in asked:
            came[asked[event["requestId"]]] = event["encodedDataLength"]

    session.on("Network.responseReceived", note)
    session.on("Network.loadingFinished", count)
    page.goto(f"{address}/decode")
    ready(page)
    # The images come last, after the pad is ready.
    while not any("/images-" in url for url in came):
        page.wait_for_timeout(20)
    first = dict(came)
    assert sum(first.values()) > 1_000_000
    came.clear()
    page.reload()
    ready(page)
    while not any("/images-" in url for url in came):
        page.wait_for_timeout(20)
    assert came.keys() == first.keys()
    assert sum(came.values()) == 0


def colour_decoder(z_dim: int, side: int) -> bytes:
    """Return a decoder.onnx of random weights, from z to (side, side, 3)."""
    rng = np.random.default_rng(0)
    weights = rng.normal(0, 0.2, size=(z_dim, side * side * 3)).astype(np.float32)
    shape = np.array([-1, side, side, 3], np.int64)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["z", "weights"], ["logits"]),
            helper.make_node("Sigmoid", ["logits"], ["flat"]),
            helper.make_node("Reshape", ["flat", "shape"], ["image"]),
        ],
        "decoder",
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, ["n", z_dim])],
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", side, side, 3])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(shape, "shape")],
    )
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, ir_version=8, opset_imports=opsets)
    return bytes(model.SerializeToString())


def test_colour_images_of_128_dimensions(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "colour-ae-z128"
    folder.mkdir()
    for file in checkpoints.get("digits-vae-z2").path.iterdir():
        if file.is_file():  # not what was computed from its codes
            shutil.copy(file, folder)
    (folder / "decoder.onnx").write_bytes(colour_decoder(128, 32))
    z = np.random.default_rng(1).normal(size=(500, 128)).astype(np.float32)
    arrays = {"z_mean": z, "labels": np.arange(500) % 10, "reconstruction_error": z[:, 0] ** 2}
    np.savez(folder / "codes.npz", **arrays)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["dataset"] = "cifar10"
    config["model"] |= {"kind": "ae", "z_dim": 128, "image_shape": [32, 32, 3]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with served("app.py", EXPLORER_CHECKPOINTS=str(tmp_path)) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(COUNT_DRAWS)
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/decode")
        ready(page)
        pixel = page.locator("canvas.image").evaluate(
            "(canvas) => [...canvas.getContext('2d').getImageData(3, 5, 1, 1).data]"
        )
        image = Decoder(folder / "decoder.onnx").decode(z[:1])[0]
        np.testing.assert_allclose(pixel[:3], 255 * image[5, 3], atol=1)
        assert len(set(pixel[:3])) > 1
        visible = page.locator(".slider:visible")
        assert visible.count() == 16
        page.get_by_label("Find a latent dimension by its number").fill("42")
        expect(visible).to_have_count(1)
        expect(visible.locator(".name")).to_have_text("z42")
        bottom = page.locator(".tabs").bounding_box()
        assert bottom
        assert bottom["y"] + bottom["height"] <= 900
        page.close()
