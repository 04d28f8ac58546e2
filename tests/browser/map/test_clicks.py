"""The map in a real browser: what a hand does with it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.map import POINTS
from tests.browser.charts import RINGED
from tests.browser.map.hand import (
    CARD,
    DISTANCE,
    distance,
    open_map,
    server_of,
    silent,
)

pytestmark = pytest.mark.browser


def _images(page: Page, of: str) -> list[str]:
    return [str(image.get_attribute("src")) for image in page.locator(f".st-key-{of} img").all()]


def _click_point(page: Page, number: int) -> None:
    x, y = page.evaluate(POINTS, number + 1)[number]
    page.mouse.move(x, y)
    expect(page.locator(CARD)).to_be_visible()
    page.mouse.click(x, y)


def test_a_click_shows_an_image_and_rings_its_point(page: Page, address: str) -> None:
    open_map(page, address)
    # The map opens on a chosen image.
    expect(page.locator(".st-key-images img")).to_have_count(3)
    before = _images(page, "images")
    _click_point(page, 3)
    page.wait_for_url(re.compile("point="))
    page.wait_for_function(_OTHERS, arg=["images", before])
    first = _images(page, "images")
    assert len(set(first)) == 3
    index = int(re.search(r"point=(\d+)", page.url)[1])  # type: ignore[index]
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.wait_for_function(RINGED, arg=["map-2d", index])
    x, y = page.evaluate(POINTS, 4)[3]
    span = distance(page)
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"span => {DISTANCE} > 1.1 * span", arg=span)
    page.wait_for_function(RINGED, arg=["map-2d", index])
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.wait_for_function(RINGED, arg=["map-2d", index])
    page.mouse.up()
    page.wait_for_function(RINGED, arg=["map-2d", index])


# Whether all images of a gallery are other ones.
_OTHERS = """([key, former]) => [...document.querySelectorAll(`.st-key-${key} img`)]
  .every((image, i) => image.src !== former[i])"""


def _pixels(source: str) -> np.ndarray:
    content = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"), int)


@pytest.mark.parametrize(
    ("path", "gallery", "n_images"), [("", "images", 3), ("cluster", "cluster-point", 2)]
)
def test_the_images_of_a_click_do_not_wait_for_the_server(
    page: Page, address: str, path: str, gallery: str, n_images: int
) -> None:
    open_map(page, f"{address}/{path}?point=42")
    expect(page.locator(f".st-key-{gallery} img")).to_have_count(n_images)
    former = _images(page, gallery)
    x, y = page.evaluate(POINTS, 4)[3]
    page.mouse.move(x, y)
    page.locator(f".st-key-{gallery}-preview [data-state=ready]").wait_for(state="attached")
    with silent(address):
        page.mouse.click(x, y)
        page.wait_for_function(_OTHERS, arg=[gallery, former])
        early = _images(page, gallery)
        expect(page.get_by_text("image 42")).to_be_visible()  # the server has not answered
    expect(page.get_by_text("image 42")).to_have_count(0)
    late = _images(page, gallery)
    assert len(early) == len(late) == n_images
    for one, other in zip(early, late, strict=True):
        assert np.abs(_pixels(one) - _pixels(other)).max() <= 1
        assert _pixels(one).max() > 0


def test_a_neighbours_images_do_not_wait_either(page: Page, address: str) -> None:
    open_map(page, f"{address}/?point=42")
    neighbour = page.locator(".st-key-neighbours button").first
    neighbour.hover()
    page.locator(".st-key-images-preview [data-state=ready]").wait_for(state="attached")
    index = int(str(neighbour.get_attribute("data-index")))
    neighbour.focus()
    with silent(address):
        former = _images(page, "images")
        neighbour.click()
        page.wait_for_function(_OTHERS, arg=["images", former])
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    # The eight buttons show others now, and the hand is where it was.
    expect(neighbour).not_to_have_attribute("data-index", str(index))
    expect(neighbour).to_be_focused()


# Where the point in 3-D is that is nearest to the eye: nothing hides it.
_NEAREST = """() => {
  const plot = document.querySelector('.st-key-map-3d .js-plotly-plot');
  const scene = plot._fullLayout.scene._scene;
  const {model, view, projection} = scene.glplot.cameraParams;
  const by = (m, v) => [0, 1, 2, 3].map((i) => [0, 1, 2, 3].reduce(
    (sum, j) => sum + m[4 * j + i] * v[j], 0));
  let nearest = [Infinity];
  for (const {x, y, z} of plot._fullData) for (let i = 0; i < x.length; i++) {
    const scale = scene.dataScale;
    const place = [x[i] * scale[0], y[i] * scale[1], z[i] * scale[2], 1];
    const [u, v, , w] = by(projection, by(view, by(model, place)));
    if (w < nearest[0]) nearest = [w, u / w, v / w];
  }
  const box = scene.container.getBoundingClientRect();
  return [box.x + box.width * (1 + nearest[1]) / 2, box.y + box.height * (1 - nearest[2]) / 2];
}"""


def test_a_click_in_space_shows_an_image(page: Page, address: str) -> None:
    # Small: without a GPU every pixel of a picture in space costs.
    page.set_viewport_size({"width": 1100, "height": 720})
    page.goto(f"{address}/?checkpoint=digits-vae-z2&space=Pixels&projection=PCA")
    page.get_by_text("3-D", exact=True).click()
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.scene")
    page.wait_for_selector(".st-key-map-3d .explorer-plot[data-drawn]")
    box = page.locator(".st-key-map-3d .explorer-plot").bounding_box()
    assert box is not None
    ring = "document.querySelector('.js-plotly-plot')._fullData.at(-1).x.join()"
    former = page.evaluate(ring)
    page.mouse.move(*page.evaluate(_NEAREST))
    expect(page.locator(".st-key-map-3d .hovertext")).to_be_visible()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(re.compile(r"&point="))
    index = int(re.search(r"&point=(\d+)", page.url)[1])  # type: ignore[index]
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.wait_for_function(f"former => {ring} !== former && !{ring}.includes(',')", arg=former)
    # To turn the view is no click, wherever the hand begins.
    before = page.url
    eye = "JSON.stringify(document.querySelector('.js-plotly-plot')._fullLayout.scene.camera.eye)"
    for dx, dy in ((60, 30), (-50, 40), (40, -60)):
        was = page.evaluate(eye)
        page.mouse.down()
        page.mouse.move(box["x"] + 200 + dx, box["y"] + 200 + dy, steps=6)
        page.mouse.up()
        page.wait_for_function(f"was => {eye} !== was", arg=was)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    assert page.url == before


def test_a_neighbour_leads_on_and_a_link_comes_back(page: Page, address: str) -> None:
    open_map(page, f"{address}/?point=42")
    expect(page.get_by_text("image 42")).to_be_visible()
    before = _images(page, "images")
    neighbour = page.locator(".st-key-neighbours button").first
    index = int(str(neighbour.get_attribute("data-index")))
    neighbour.click()
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    assert _images(page, "images") != before
    assert f"point={index}" in page.url
    open_map(page, page.url)
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.locator('[data-testid="stSidebarNavLink"]', has_text="Cluster").click()
    page.wait_for_url(re.compile(rf"cluster\?.*point={index}"))
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()


def test_a_picture_is_computed_while_one_looks_and_can_be_stopped(page: Page, address: str) -> None:
    open_map(page, f"{address}/?checkpoint=bare&projection=PCA")
    canvas = page.locator(".st-key-map-2d .explorer-map")
    before = canvas.bounding_box()
    canvas.evaluate("element => { element.former = true }")
    page.get_by_text("t-SNE", exact=True).click()
    # The old picture stays in its place, dimmed.
    expect(page.locator(".explorer-map[data-old]")).to_be_visible()
    expect(page.get_by_text("The picture from before")).to_be_visible()
    assert canvas.bounding_box() == before
    expect(page.get_by_text(re.compile("t-SNE, iteration")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"about \d+ s left"))).to_be_visible()
    expect(page.get_by_text("t-SNE as it is now.")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("t-SNE as it was at that moment.")).to_be_visible()
    expect(page.get_by_role("button", name="Compute it again")).to_be_visible()
    assert canvas.bounding_box() == before
    assert canvas.evaluate("element => element.former")  # the same map all the time


def test_the_web_process_never_loads_tensorflow_or_umap(page: Page, address: str) -> None:
    open_map(page, address)
    links = page.locator('[data-testid="stSidebarNavLink"]')
    assert links.count() > 1
    for number in range(links.count()):
        links.nth(number).click()
        page.wait_for_function(
            "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        )
        expect(page.locator('[data-testid="stException"]')).to_have_count(0)
    libraries = {entry.path for entry in server_of(address).memory_maps()}
    assert any("onnxruntime" in path for path in libraries)
    # Numba's compiler is what UMAP cannot be imported without.
    assert not [path for path in libraries if "tensorflow" in path or "llvmlite" in path]
