"""The map in a real browser: what a hand does with it."""

import base64
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, TimeoutError, expect

from benchmarks.map import DRAWN, POINTS
from benchmarks.pages import chromium, served
from tests.browser.charts import HIGHLIGHTED, PLACE, RINGED
from tests.conftest import SHIPPED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("map")
    checkpoints = folder / "checkpoints"
    for name in ("fashion-vae-mlp-z10", "digits-vae-z2"):
        shutil.copytree(SHIPPED / name, checkpoints / name)
    # A checkpoint whose pictures have to be computed.
    shutil.copytree(SHIPPED / "fashion-vae-mlp-z10", checkpoints / "bare")
    shutil.rmtree(checkpoints / "bare" / "projections")
    with served(
        "app.py",
        EXPLORER_CHECKPOINTS=str(checkpoints),
        EXPLORER_JOBS=str(folder / "jobs"),
        EXPLORER_CACHE=str(folder / "cache"),
    ) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    errors: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


CARD = ".explorer-map .card"


def _open(page: Page, address: str, condition: str = DRAWN) -> None:
    page.goto(address)
    page.wait_for_function(condition, polling="raf")


def _images(page: Page, of: str) -> list[str]:
    return [str(image.get_attribute("src")) for image in page.locator(f".st-key-{of} img").all()]


def _click_point(page: Page, number: int) -> None:
    x, y = page.evaluate(POINTS, number + 1)[number]
    page.mouse.move(x, y)
    expect(page.locator(CARD)).to_be_visible()
    page.mouse.click(x, y)


# How far two points are apart on the screen: it grows when one zooms in.
_DISTANCE = f"(([a, b], [c, d]) => Math.hypot(c - a, d - b))(({PLACE})(42), ({PLACE})(43))"


def _distance(page: Page) -> float:
    return float(page.evaluate(_DISTANCE))


def test_a_click_shows_an_image_and_rings_its_point(page: Page, address: str) -> None:
    _open(page, address)
    expect(page.get_by_text("Click any point")).to_be_visible()
    _click_point(page, 3)
    expect(page.locator(".st-key-images img")).to_have_count(3)
    first = _images(page, "images")
    assert len(set(first)) == 3
    index = int(re.search(r"point=(\d+)", page.url)[1])  # type: ignore[index]
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.wait_for_function(RINGED, arg=["map-2d", index])
    x, y = page.evaluate(POINTS, 4)[3]
    span = _distance(page)
    page.mouse.wheel(0, -200)
    page.wait_for_function(f"span => {_DISTANCE} > 1.1 * span", arg=span)
    page.wait_for_function(RINGED, arg=["map-2d", index])
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.wait_for_function(RINGED, arg=["map-2d", index])
    page.mouse.up()
    page.wait_for_function(RINGED, arg=["map-2d", index])


def _server(address: str) -> psutil.Process:
    port = address.rsplit(":", 1)[1]
    (server,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--server.port={port}" in (process.info["cmdline"] or [])
    ]
    return server


@contextmanager
def _silent(address: str) -> Iterator[None]:
    """A server that answers nobody meanwhile."""
    server = _server(address)
    server.suspend()
    try:
        yield
    finally:
        server.resume()


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
    _open(page, f"{address}/{path}?point=42")
    expect(page.locator(f".st-key-{gallery} img")).to_have_count(n_images)
    former = _images(page, gallery)
    x, y = page.evaluate(POINTS, 4)[3]
    page.mouse.move(x, y)
    page.locator(f".st-key-{gallery}-preview [data-state=ready]").wait_for(state="attached")
    with _silent(address):
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
    _open(page, f"{address}/?point=42")
    neighbour = page.locator(".st-key-neighbours button").first
    neighbour.hover()
    page.locator(".st-key-images-preview [data-state=ready]").wait_for(state="attached")
    index = int(str(neighbour.get_attribute("data-index")))
    neighbour.focus()
    with _silent(address):
        former = _images(page, "images")
        neighbour.click()
        page.wait_for_function(_OTHERS, arg=["images", former])
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    # The eight buttons show others now, and the hand is where it was.
    expect(neighbour).not_to_have_attribute("data-index", str(index))
    expect(neighbour).to_be_focused()


def test_a_click_in_space_shows_an_image(page: Page, address: str) -> None:
    _open(page, f"{address}/?projection=PCA")
    page.get_by_text("3-D", exact=True).click()
    page.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.scene")
    page.wait_for_selector(".st-key-map-3d .explorer-plot[data-drawn]")
    box = page.locator(".st-key-map-3d .explorer-plot").bounding_box()
    assert box is not None
    hover = page.locator(".st-key-map-3d .hovertext")
    for part in np.linspace(0.3, 0.7, 20):
        page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * part)
        with suppress(TimeoutError):
            hover.wait_for(timeout=500)
            break
    expect(hover).to_be_visible()
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".st-key-images img")).to_have_count(3)
    page.wait_for_url(re.compile("point="))
    index = int(re.search(r"point=(\d+)", page.url)[1])  # type: ignore[index]
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.wait_for_function(
        "document.querySelector('.js-plotly-plot')._fullData.at(-1).x.length === 1"
    )
    # To turn the view is no click, wherever the hand begins.
    before = page.url
    eye = "JSON.stringify(document.querySelector('.js-plotly-plot')._fullLayout.scene.camera.eye)"
    for dx, dy in ((60, 30), (-50, 40), (40, -60), (-70, -20)):
        was = page.evaluate(eye)
        page.mouse.down()
        page.mouse.move(box["x"] + 300 + dx, box["y"] + 300 + dy, steps=6)
        page.mouse.up()
        page.wait_for_function(f"was => {eye} !== was", arg=was)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )
    assert page.url == before


def test_a_neighbour_leads_on_and_a_link_comes_back(page: Page, address: str) -> None:
    _open(page, f"{address}/?point=42")
    expect(page.get_by_text("image 42")).to_be_visible()
    before = _images(page, "images")
    neighbour = page.locator(".st-key-neighbours button").first
    index = int(str(neighbour.get_attribute("data-index")))
    neighbour.click()
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    assert _images(page, "images") != before
    assert f"point={index}" in page.url
    _open(page, page.url)
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.locator('[data-testid="stSidebarNavLink"]', has_text="Cluster").click()
    page.wait_for_url(re.compile(rf"cluster\?.*point={index}"))
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()


def _draw(page: Page, tool: str, parts: list[tuple[float, float]], modifier: str = "") -> None:
    """Draw on the map with a tool; places are parts of its width and height."""
    page.locator(f".explorer-map button[data-tool={tool}]").click()
    box = page.locator(".explorer-map").bounding_box()
    assert box is not None
    places = [(box["x"] + box["width"] * u, box["y"] + box["height"] * v) for u, v in parts]
    page.mouse.move(*places[0])
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)


_SELECTED = re.compile(r"^[\d,]+ selected")


def _selected(page: Page) -> int:
    text = page.get_by_role("heading", name=_SELECTED).inner_text()
    return int(re.sub(r"\D", "", text))


def test_a_box_shows_who_is_in_it(page: Page, address: str) -> None:
    _open(page, address)
    _draw(page, "box", [(0.3, 0.3), (0.5, 0.5)])
    heading = page.get_by_role("heading", name=re.compile(r"[\d,]+ selected"))
    expect(heading).to_be_visible()
    count = int(re.sub(r"\D", "", heading.inner_text()))
    assert count > 64
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", count])
    expect(page.locator(".st-key-lasso-gallery img")).to_have_count(64)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = Path(download.value.path()).read_text().splitlines()
    assert rows[0] == "index,label,class," + ",".join(f"z{i}" for i in range(10))
    assert len(rows) == count + 1
    # In the order of the data, so that the first ones are of any class.
    indices = [int(row.split(",")[0]) for row in rows[1:]]
    assert indices == sorted(indices)
    assert len({row.split(",")[1] for row in rows[1:65]}) > 1
    page.get_by_text("PCA", exact=True).click()
    expect(page.get_by_text("PCA of 10,000 test images")).to_be_visible()
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", count])
    expect(heading).to_be_visible()


def test_a_lasso_adds_and_subtracts_and_escape_clears(page: Page, address: str) -> None:
    _open(page, address)
    triangle = [(0.2, 0.55), (0.45, 0.55), (0.3, 0.8)]
    _draw(page, "lasso", triangle)
    heading = page.get_by_role("heading", name=_SELECTED)
    expect(heading).to_be_visible()
    first = _selected(page)
    _draw(page, "box", [(0.6, 0.6), (0.9, 0.9)], "Shift")
    page.wait_for_function(f"n => +document.{_MAP}.dataset.selected > n", arg=first)
    both = page.evaluate(f"+document.{_MAP}.dataset.selected")
    expect(heading).to_have_text(f"{both:,} selected")
    _draw(page, "box", [(0.6, 0.6), (0.9, 0.9)], "Alt")
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", first])
    expect(heading).to_have_text(f"{first:,} selected")
    page.locator(".explorer-map .stage").press("Escape")
    expect(heading).to_have_count(0)
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", 0])


def test_hovering_shows_the_image_and_what_the_decoder_makes_of_it(
    page: Page, address: str
) -> None:
    _open(page, address)
    x, y = page.evaluate(POINTS, 3)[2]
    page.mouse.move(x, y)
    expect(page.locator(CARD)).to_contain_text(re.compile(r"image [\d,]+ · error \d+"))
    page.locator(f"{CARD}[data-decoded]").wait_for()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    with _silent(address):  # nothing is asked of the server
        for x, y in page.evaluate(POINTS, 8):
            page.mouse.move(x, y)
            page.wait_for_function(
                f"""([x, y]) => (({{dataset}}) => {{
                  const place = document.{_MAP}.place(+dataset.index);
                  return dataset.decoded === dataset.index && Math.hypot(
                    place[0] - x, place[1] - y) < 9;
                }})(document.querySelector('{CARD}'))""",
                arg=[x, y],
            )
            for shown in ("original", "reconstruction"):
                expect(page.locator(f"{CARD} [data-shows={shown}]")).to_be_visible()
            expect(page.locator(f"{CARD} [data-shows=place]")).to_be_hidden()
    assert requests == []
    page.mouse.move(5, 5)
    expect(page.locator(CARD)).to_be_hidden()


def test_the_place_under_the_pointer_is_decoded_holes_too(page: Page, address: str) -> None:
    _open(page, f"{address}/?checkpoint=digits-vae-z2", DRAWN.replace("10000", "599"))
    x, y = page.evaluate(POINTS, 1)[0]
    page.mouse.move(x, y)
    place = page.locator(f"{CARD} [data-shows=place]")
    expect(place).to_be_visible()
    box = page.locator(".explorer-map .stage").bounding_box()
    assert box is not None
    # Just within the lower left corner, where no point is.
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 60)
    expect(page.locator(f"{CARD}[data-index='']")).to_be_visible()
    expect(place).to_be_visible()
    expect(page.locator(f"{CARD} [data-shows=reconstruction]")).to_be_hidden()
    page.locator(f"{CARD}[data-decoded='']").wait_for()
    pixels = """() => [...document.querySelector('.card [data-shows=place] canvas')
      .getContext('2d').getImageData(0, 0, 8, 8).data]"""
    corner = page.evaluate(pixels)
    assert max(corner[::4]) > 0
    page.mouse.move(box["x"] + box["width"] - 60, box["y"] + box["height"] - 60)
    page.wait_for_function(f"before => ({pixels})().some((v, i) => v !== before[i])", arg=corner)


_MAP = "querySelector('.explorer-map')"
_LEGEND = ".explorer-map .legend button"


def test_the_legend_hides_a_class_and_shows_one_alone(page: Page, address: str) -> None:
    _open(page, address)
    entries = page.locator(_LEGEND)
    expect(entries).to_have_count(10)
    hidden = f"n => +document.{_MAP}.dataset.hidden === n"
    entries.first.click()
    page.wait_for_function(hidden, arg=1)
    expect(entries.first).to_have_attribute("aria-pressed", "false")
    _draw(page, "box", [(0.01, 0.1), (0.99, 0.99)])
    expect(page.get_by_role("heading", name=_SELECTED)).to_be_visible()
    some = _selected(page)
    assert some <= 9000
    page.locator(".explorer-map .stage").press("Escape")
    entries.first.click()
    page.wait_for_function(hidden, arg=0)
    entries.nth(3).click(modifiers=["Shift"])
    page.wait_for_function(hidden, arg=9)
    expect(entries.nth(3)).to_have_attribute("aria-pressed", "true")
    entries.nth(3).click(modifiers=["Shift"])
    page.wait_for_function(hidden, arg=0)


def test_a_point_keeps_its_place_whatever_the_colour(page: Page, address: str) -> None:
    _open(page, address)
    place = page.evaluate(PLACE, 42)
    page.locator(_LEGEND).first.click()
    page.wait_for_function(f"+document.{_MAP}.dataset.hidden === 1")
    assert page.evaluate(PLACE, 42) == pytest.approx(place, abs=1)
    drawn = f"+document.{_MAP}.dataset.drawn"
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for colour in ("Cluster", "Reconstruction error", "z 1"):
        before = page.evaluate(drawn)
        page.get_by_role("combobox", name="Colour").click()
        page.get_by_role("option", name=colour, exact=True).click()
        page.wait_for_function(f"before => {drawn} > before", arg=before)
        assert page.evaluate(PLACE, 42) == pytest.approx(place, abs=1)
        # The cluster that comes in place of the hidden class is not hidden.
        assert page.evaluate(f"+document.{_MAP}.dataset.hidden") == 0
    assert not [url for url in requests if "/points-" in url]  # a colour sends no points again
    away = f"place => Math.hypot(...({PLACE})(42).map((at, i) => at - place[i])) > 20"
    box = page.locator(".explorer-map .stage").bounding_box()
    assert box is not None
    corner = (box["x"] + 5, box["y"] + box["height"] - 5)
    page.mouse.move(*corner)
    page.mouse.wheel(0, -400)
    page.wait_for_function(away, arg=place)
    page.mouse.dblclick(*corner)
    page.wait_for_function(f"place => !({away})(place)", arg=place)
    page.wait_for_function(
        f"place => Math.hypot(...({PLACE})(42).map((at, i) => at - place[i])) < 1", arg=place
    )


def test_the_map_fills_the_window_and_a_first_visit_needs_no_plotly(
    page: Page, address: str
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    _open(page, address)
    box = page.locator(".explorer-map").bounding_box()
    assert box is not None
    assert box["width"] * box["height"] >= 0.4 * 1440 * 900
    assert not [url for url in requests if "plotly" in url]
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function(f"document.{_MAP}.clientWidth < 400")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_map_is_moved_by_keys_and_wheel_and_shown_whole_again(page: Page, address: str) -> None:
    _open(page, address)
    stage = page.locator(".explorer-map .stage")
    whole = _distance(page)
    stage.press("+")
    page.wait_for_function(f"span => {_DISTANCE} > 1.2 * span", arg=whole)
    stage.press("0")
    near = f"span => Math.abs({_DISTANCE} - span) < 0.1"
    page.wait_for_function(near, arg=whole)
    x, y = page.evaluate(PLACE, 42)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -240)
    page.wait_for_function(f"span => {_DISTANCE} > 1.3 * span", arg=whole)
    # What is under the pointer stays there.
    assert page.evaluate(PLACE, 42) == pytest.approx([x, y], abs=1)
    page.locator("button[data-tool=whole]").click()
    page.wait_for_function(near, arg=whole)


def test_a_picture_is_computed_while_one_looks_and_can_be_stopped(page: Page, address: str) -> None:
    _open(page, f"{address}/?checkpoint=bare&projection=t-SNE", DRAWN.replace("10000", "1"))
    expect(page.get_by_text(re.compile("t-SNE, iteration")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"about \d+ s left"))).to_be_visible()
    expect(page.get_by_text("t-SNE as it is now.")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("t-SNE as it was at that moment.")).to_be_visible()
    expect(page.get_by_role("button", name="Compute it again")).to_be_visible()


def test_the_web_process_never_loads_tensorflow_or_umap(page: Page, address: str) -> None:
    _open(page, address)
    links = page.locator('[data-testid="stSidebarNavLink"]')
    assert links.count() > 1
    for number in range(links.count()):
        links.nth(number).click()
        page.wait_for_function(
            "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
        )
        expect(page.locator('[data-testid="stException"]')).to_have_count(0)
    libraries = {entry.path for entry in _server(address).memory_maps()}
    assert any("onnxruntime" in path for path in libraries)
    # Numba's compiler is what UMAP cannot be imported without.
    assert not [path for path in libraries if "tensorflow" in path or "llvmlite" in path]
