"""The decode page in a real browser: an image that follows the hand, and asks the server nothing.

`EXPLORER_SOAK_MOVES=10000` and `EXPLORER_SOAK_VISITS=50` make the two long tests as long as the
promise; strict speeds are measured by `python -m benchmarks.decode`, on a quiet machine.
"""

import base64
import itertools
import json
import math
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from onnx import TensorProto, helper, numpy_helper
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.pages import chromium, served
from explorer import checkpoints
from explorer.checkpoints.onnx import Decoder

pytestmark = pytest.mark.browser

DIST = Path(__file__).parents[2] / "explorer" / "ui" / "frontend" / "dist"

# Milliseconds: busy machines are slow, and these tests are not about speed.
PATIENCE = 120_000
expect.set_options(timeout=30_000)

MOVES = int(os.environ.get("EXPLORER_SOAK_MOVES", "400"))
VISITS = int(os.environ.get("EXPLORER_SOAK_VISITS", "5"))
GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "decoders.json").read_text(encoding="utf-8")
)

# Counts what is really drawn on the large image: a time and a hash of the pixels each.
COUNT_DRAWS = """(() => {
  const put = CanvasRenderingContext2D.prototype.putImageData;
  window.draws = [];
  CanvasRenderingContext2D.prototype.putImageData = function (pixels, ...rest) {
    if (this.canvas.classList.contains("image")) {
      let hash = 0;
      for (let i = 0; i < pixels.data.length; i += 4) hash = (hash * 31 + pixels.data[i]) | 0;
      window.draws.push([performance.now(), hash]);
    }
    return put.call(this, pixels, ...rest);
  };
})()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served("app.py") as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(COUNT_DRAWS)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def open_pad(context: BrowserContext, address: str, query: str = "") -> Page:
    """Open the decode page and wait until an image is drawn and the server is quiet."""
    page = context.new_page()
    page.goto(f"{address}/decode{query}")
    ready(page)
    return page


def ready(page: Page) -> None:
    page.locator('.latent-pad[data-state="ready"]').wait_for()
    page.wait_for_function("window.draws.length > 0")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return open_pad(context, address)


def slider(page: Page, number: int = 0) -> Any:
    return page.get_by_label(f"z{number}", exact=True)


def box(page: Page, number: int = 0) -> Any:
    return page.get_by_label(f"z{number} in standard deviations")


def value(page: Page, number: int = 0) -> float:
    return float(box(page, number).input_value())


def grab(page: Page) -> dict[str, float]:
    """Press the mouse on the thumb of z0; return the slider's place on the screen."""
    place = slider(page).bounding_box()
    low, high = (float(slider(page).get_attribute(name)) for name in ("min", "max"))
    share = (value(page) - low) / (high - low)
    x = place["x"] + 8 + share * (place["width"] - 16)
    page.mouse.move(x, place["y"] + place["height"] / 2)
    page.mouse.down()
    return place


def last_draw(page: Page) -> int:
    return int(page.evaluate("window.draws.at(-1)[1]"))


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


def test_the_image_follows_a_drag_and_the_server_hears_the_release_only(
    context: BrowserContext, address: str
) -> None:
    page = open_pad(context, address)
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    ready(page)
    place = grab(page)
    page.evaluate("window.draws.length = 0")
    sent.clear()
    until = time.monotonic() + 3
    moves = 0
    while time.monotonic() < until:
        share = 0.5 + 0.4 * math.sin(moves / 12)
        page.mouse.move(place["x"] + share * place["width"], place["y"] + 10)
        moves += 1
    draws = page.evaluate("window.draws")
    assert sent == []
    fresh = sum(a[1] != b[1] for a, b in itertools.pairwise(draws))
    assert fresh >= 0.7 * moves, f"{fresh} new images of {moves} moves"
    page.mouse.up()
    page.wait_for_url(re.compile("z="))
    assert len(sent) == 1


def test_the_link_carries_z(page: Page, context: BrowserContext, address: str) -> None:
    box(page).fill("1.5")
    box(page).press("Enter")
    page.wait_for_url(re.compile("z="))
    query = page.url.split("/decode")[1]
    other = open_pad(context, address, query)
    assert value(other) == pytest.approx(1.5, abs=0.02)


def test_the_place_is_kept_while_other_pages_are_visited(page: Page) -> None:
    box(page).fill("-2")
    box(page).press("Enter")
    page.wait_for_url(re.compile("z="))
    page.get_by_role("link", name="Map").click()
    page.locator(".latent-pad").wait_for(state="detached")
    page.get_by_role("link", name="Decode").click()
    ready(page)
    assert value(page) == pytest.approx(-2, abs=0.02)


def test_the_keyboard_alone_moves_a_slider_and_the_tabs(page: Page) -> None:
    before = value(page)
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("z="))
    assert value(page) == pytest.approx(before + 0.1, abs=0.02)
    page.get_by_role("tab", name="Traverse").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Manifold")).to_be_focused()
    expect(page.get_by_role("tab", name="Manifold")).to_have_attribute("aria-selected", "true")


def test_a_double_click_goes_back_to_the_start(page: Page) -> None:
    before = value(page)
    box(page).fill("3")
    slider(page).dblclick()
    expect(box(page)).to_have_value(f"{before:.2f}")


def test_a_click_on_the_traversal_goes_there(page: Page) -> None:
    grid = page.locator(".traversal .mosaic")
    first = page.locator(".traversal .names span").first.inner_text()
    number = int(first.removeprefix("z"))
    before = value(page, number)
    place = grid.bounding_box()
    page.mouse.click(place["x"] + place["width"] * 8.5 / 9, place["y"] + 8)
    expect(box(page, number)).to_have_value(f"{before + 3:.2f}")
    image = page.locator("canvas.image")
    expect(image).to_have_attribute("aria-label", re.compile("nearest real image"))


def test_the_map_is_a_pad(page: Page) -> None:
    before = last_draw(page)
    page.get_by_label("Kind of map").select_option("Two dimensions")
    place = page.locator(".pad").bounding_box()
    page.mouse.move(place["x"] + 40, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 120, place["y"] + 90, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("z="))
    assert last_draw(page) != before
    cross = page.locator(".pad .cross").bounding_box()
    assert cross["x"] + cross["width"] / 2 == pytest.approx(place["x"] + 120, abs=2)
    assert cross["y"] + cross["height"] / 2 == pytest.approx(place["y"] + 90, abs=2)


def test_starts_from_a_class_mean_and_from_an_image(page: Page) -> None:
    menu = page.get_by_label("Start from", exact=True)
    menu.select_option("Mean of Bag")
    expect(page.locator(".words")).to_contain_text("Bag, no.")
    menu.select_option("Real image no.")
    number = page.get_by_label("Start from: number of the image")
    number.fill("7")
    number.press("Enter")
    expect(page.locator(".words")).to_contain_text("no. 7.")
    expect(page.locator(".words")).to_contain_text("Distance 0.00")
    number.fill("123456")
    number.press("Enter")
    expect(page.locator(".words")).to_contain_text("no. 9999.")
    expect(number).to_have_value("9999")


def test_a_box_goes_no_farther_than_its_slider(page: Page) -> None:
    box(page).fill("99")
    box(page).press("Enter")
    expect(box(page)).to_have_value(str(slider(page).get_attribute("max")))


def test_the_ring_on_the_map_is_kept_whole(page: Page) -> None:
    page.get_by_label("Kind of map").select_option("Two dimensions")
    place = page.locator(".pad").bounding_box()
    right, bottom = place["x"] + place["width"], place["y"] + place["height"]
    page.mouse.move(place["x"] + 40, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(right, bottom, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("z="))
    cross = page.locator(".pad .cross").bounding_box()
    assert right - 20 < cross["x"] + cross["width"] < right
    assert bottom - 20 < cross["y"] + cross["height"] < bottom


def test_another_map_moves_nothing_below_it(page: Page) -> None:
    menu = page.get_by_label("Kind of map")
    places = set()
    for name in menu.locator("option").all_inner_texts():
        menu.select_option(name)
        expect(page.locator(".legend")).to_contain_text("cross" if "Two" in name else name)
        places.add(page.locator(".tabs").bounding_box()["y"])
    assert len(places) == 1


def test_far_from_all_codes_is_called_a_hole_or_outside(page: Page) -> None:
    for name in page.locator(".slider:not(.dim) .name").all_inner_texts()[:3]:
        box(page, int(name.removeprefix("z"))).fill("9")
    expect(page.locator(".words strong")).to_have_text("In a hole, or outside")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".words strong")).to_have_text("Inside the data")


def test_saves_pictures_a_film_and_z(page: Page) -> None:
    def saved(tab: str, button: str) -> bytes:
        if tab:
            page.get_by_role("tab", name=tab).click()
        place = page.locator(".panel" if tab else ".stage")
        with page.expect_download() as download:
            place.get_by_role("button", name=button, exact=True).click()
        return Path(download.value.path()).read_bytes()

    for tab in ("", "Traverse", "Manifold", "Path", "Arithmetic", "Prior"):
        assert saved(tab, "PNG").startswith(b"\x89PNG"), tab
    film = saved("Path", "GIF")
    assert film.startswith(b"GIF89a")
    assert film.count(b"\x21\xf9\x04") == 60
    z = json.loads(saved("", "z"))
    assert len(z["z"]) == 10
    assert z["checkpoint"] == "fashion-vae-mlp-z10"


def test_a_path_is_walked_by_hand_and_by_itself(page: Page) -> None:
    page.get_by_role("tab", name="Path").click()
    before = last_draw(page)
    scrubber = page.get_by_label("Share of the way from A to B")
    scrubber.focus()
    page.keyboard.press("End")
    page.wait_for_url(re.compile("z="))
    assert last_draw(page) != before
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("(n) => window.draws.length > n + 10", arg=10)
    page.get_by_role("button", name="Stop").click()


def test_the_seed_fixes_the_draws(page: Page) -> None:
    page.get_by_role("tab", name="Prior").click()

    gallery = page.locator(".sampling canvas")

    def other_than(old: str) -> str:
        """Wait until the gallery is drawn in full and differs from `old`; return it."""
        return str(
            gallery.evaluate(
                """async (canvas, old) => {
                  const context = canvas.getContext("2d");
                  const drawn = (x, y) => context.getImageData(x, y, 1, 1).data[3] > 0;
                  const full = () => drawn(0, 0) && drawn(canvas.width - 1, canvas.height - 1);
                  while (!full() || canvas.toDataURL() === old) {
                    await new Promise(requestAnimationFrame);
                  }
                  return canvas.toDataURL();
                }""",
                old,
            )
        )

    seed = page.get_by_label("Seed")
    first = other_than("")
    seed.fill("5")
    seed.press("Enter")
    fifth = other_than(first)
    assert fifth != first
    seed.fill("0")
    seed.press("Enter")
    assert other_than(fifth) == first


def test_fits_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function("innerWidth === 400")
    page.reload()
    ready(page)
    for tab in ("Traverse", "Manifold", "Path", "Arithmetic", "Prior"):
        page.get_by_role("tab", name=tab).click()
        wide = page.locator('[data-testid="stMain"]').evaluate("(e) => e.scrollWidth")
        assert wide <= 400, tab


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


def renderer_bytes(page: Page) -> int:
    """Return the memory of the page's process after its garbage has been collected."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    assert page.context.browser
    browser_session = page.context.browser.new_browser_cdp_session()
    processes = browser_session.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [psutil.Process(p["id"]) for p in processes if p["type"] == "renderer"]
    # The largest is the page; the others are spare ones that Chromium keeps.
    return max(process.memory_info().rss for process in renderers)


def left_behind(page: Page) -> dict[str, int]:
    """Count what a page that does not clean up would pile up."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return {
        "nodes": metrics["Nodes"],
        "listeners": metrics["JSEventListeners"],
        "workers": len(page.workers),
        "heap": metrics["JSHeapUsedSize"],
    }


MOVE = """async ([from, to]) => {
  const pad = [...document.querySelectorAll('*')]
    .find((e) => e.shadowRoot?.querySelector('.latent-pad')).shadowRoot;
  const slider = pad.querySelector('.track input');
  for (let i = from; i < to; i++) {
    slider.value = String(3 * Math.sin(i / 15));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    await new Promise(requestAnimationFrame);
  }
}"""


def test_many_moves_do_not_grow_the_page(page: Page) -> None:
    page.evaluate(MOVE, [0, max(100, MOVES // 10)])
    before = renderer_bytes(page)
    page.evaluate(MOVE, [0, MOVES])
    after = renderer_bytes(page)
    print(f"{MOVES} moves: {before / 1e6:.0f} MB, then {after / 1e6:.0f} MB")
    assert after < 1.1 * before


def test_many_visits_leave_nothing_behind(page: Page) -> None:
    def visit() -> None:
        page.get_by_role("link", name="Map").click()
        page.locator(".latent-pad").wait_for(state="detached")
        page.evaluate("window.draws.length = 0")
        page.get_by_role("link", name="Decode").click()
        ready(page)

    for _ in range(3):
        visit()
    before = left_behind(page)
    for _ in range(VISITS):
        visit()
    after = left_behind(page)
    print(f"{VISITS} visits: {before}, then {after}")
    assert after["workers"] <= 1
    assert after["nodes"] <= 1.1 * before["nodes"]
    assert after["listeners"] <= 1.1 * before["listeners"]
    assert after["heap"] <= 1.25 * before["heap"]
