"""A checkpoint as a web page: any web server has it, from a path below its root."""

import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from explorer import checkpoints
from explorer.ui import site
from tests.browser.accessible import AXE, FOUND, SMALL, SMALLEST
from tests.browser.decode.pad import grab
from tests.conftest import SHIPPED

pytestmark = pytest.mark.browser

PATH = "courses/ml/digits"
# Where a large image differs from a decoded one by more than rounding makes it.
AS_DECODED = """(image) => {
  const canvas = document.querySelector("#decode > div").shadowRoot.querySelector(".image");
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return image.every((value, i) => Math.abs(value - data[4 * i] / 255) <= 0.005);
}"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a web server, with the page somewhere in it."""
    root = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(root / "checkpoints"))
        shutil.copytree(SHIPPED / "digits-vae-z2", root / "checkpoints" / "mine")
        files = site.files_of(checkpoints.get("mine"), site.Asked())
    site.write(root / "www" / PATH, files)
    return root / "www"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_visitor_looks_chooses_and_decodes(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}{PATH}/#point=7")
    _look_and_choose(page)
    _decode(page)
    _read(page)
    assert told == []
    inside = (f"{server}{PATH}/", "data:", "blob:")
    assert [url for url in asked if not url.startswith(inside)] == []


def _look_and_choose(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("The latent space of mine")
    shown = page.locator(".inspector")
    expect(shown).to_have_attribute("data-shown", "7")
    expect(shown.get_by_alt_text("original image")).to_be_visible()
    drawn = page.locator("#map .explorer-map[data-points='599']")
    drawn.wait_for()
    # Hover: the card has the image, what its code decodes to, and the place under the pointer.
    x, y = drawn.evaluate("(map) => map.place(12)")
    page.mouse.move(x, y)
    card = drawn.locator(".card")
    expect(card).to_have_attribute("data-decoded", "12")
    expect(card.locator("figure:visible")).to_have_count(3)
    page.mouse.click(x, y)
    expect(shown).to_have_attribute("data-shown", "12")
    expect(page).to_have_url(re.compile("#point=12$"))
    # A neighbour, and from there the keyboard.
    shown.get_by_role("button").first.click()
    expect(shown).not_to_have_attribute("data-shown", "12")
    near = shown.get_attribute("data-shown")
    drawn.locator(".stage").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(shown).not_to_have_attribute("data-shown", str(near))
    page.get_by_label("Colour").select_option("Reconstruction error")
    expect(drawn.get_by_role("img", name="reconstruction error")).to_be_visible()
    page.get_by_label("Projection").select_option("UMAP")
    expect(page.locator("#captions")).to_contain_text("UMAP of 599 test images")


def _decode(page: Page) -> None:
    page.locator("#decode").scroll_into_view_if_needed()
    page.locator('.latent-pad[data-state="ready"]').wait_for()
    page.locator("#decode").get_by_label("Decoded image", exact=True).scroll_into_view_if_needed()
    place = grab(page)
    page.mouse.move(place["x"] + 0.9 * place["width"], place["y"] + place["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_function("() => location.hash.includes('&z=')")
    told = page.evaluate("location.hash.split('&z=')[1]")
    z = [float(value) for value in told.split(",")]
    decoder = checkpoints.store.read(SHIPPED / "digits-vae-z2").decoder()
    image = decoder.decode(np.array([z], np.float32))[0]
    page.wait_for_function(AS_DECODED, arg=image.ravel().tolist())
    expect(page.get_by_role("tab", name="Traverse")).to_be_visible()


def _read(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for ground in ("rgb(20, 23, 31)", "rgb(255, 255, 255)"):
        page.get_by_role("button", name="Light or dark").click()
        expect(page.locator("body")).to_have_css("background-color", ground)
        assert page.evaluate(FOUND) == [], ground
    assert page.evaluate(SMALL, SMALLEST) == []
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= 400")
    page.locator("#map .explorer-map[data-narrow]").wait_for()


def test_a_page_that_cannot_work_says_why(
    context: BrowserContext, server: str, folder: Path
) -> None:
    page = context.new_page()
    page.goto((folder / PATH / "index.html").as_uri())
    expect(page.get_by_role("alert")).to_contain_text("opened as a file")
    expect(page.get_by_role("alert")).to_contain_text("python -m http.server")
    expect(page.locator("main")).to_be_hidden()
    page.route("**/site.json", lambda route: route.abort())
    page.goto(f"{server}{PATH}/")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
