"""The card beside the pointer."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.map import DRAWN, POINTS
from tests.browser.map.hand import (
    CARD,
    MAP,
    open_map,
    silent,
)

pytestmark = pytest.mark.browser


def test_hovering_shows_the_image_and_what_the_decoder_makes_of_it(
    page: Page, address: str
) -> None:
    open_map(page, address)
    x, y = page.evaluate(POINTS, 3)[2]
    page.mouse.move(x, y)
    expect(page.locator(CARD)).to_contain_text(re.compile(r"image [\d,]+ · error \d+"))
    page.locator(f"{CARD}[data-decoded]").wait_for()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    with silent(address):  # nothing is asked of the server
        for x, y in page.evaluate(POINTS, 8):
            page.mouse.move(x, y)
            page.wait_for_function(
                f"""([x, y]) => (({{dataset}}) => {{
                  const place = document.{MAP}.place(+dataset.index);
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
    open_map(page, f"{address}/?checkpoint=digits-vae-z2", DRAWN.replace("10000", "599"))
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
