"""What a hand does on the map, and what tests see of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
from playwright.sync_api import Page

from benchmarks.map import DRAWN
from tests.browser.charts import PLACE, at_rest

CARD = ".explorer-map .card"
MAP = "querySelector('.explorer-map')"
LEGEND = ".explorer-map .legend button"
SELECTED = re.compile(r"^[\d,]+ selected")

# How far two points are apart on the screen: it grows when one zooms in.
DISTANCE = f"(([a, b], [c, d]) => Math.hypot(c - a, d - b))(({PLACE})(42), ({PLACE})(43))"


def open_map(page: Page, address: str, condition: str = DRAWN) -> None:
    page.goto(address)
    page.wait_for_function(condition, polling="raf")
    at_rest(page)


def distance(page: Page) -> float:
    return float(page.evaluate(DISTANCE))


def server_of(address: str) -> psutil.Process:
    port = address.rsplit(":", 1)[1]
    (server,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if f"--server.port={port}" in (process.info["cmdline"] or [])
    ]
    return server


@contextmanager
def silent(address: str) -> Iterator[None]:
    """A server that answers nobody meanwhile."""
    server = server_of(address)
    server.suspend()
    try:
        yield
    finally:
        server.resume()


def draw(page: Page, tool: str, parts: list[tuple[float, float]], modifier: str = "") -> None:
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


def selected(page: Page) -> int:
    text = page.get_by_role("heading", name=SELECTED).inner_text()
    return int(re.sub(r"\D", "", text))
