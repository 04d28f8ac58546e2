"""The tabs below the pad."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.decode.pad import box, last_draw, ready, value

pytestmark = pytest.mark.browser


def test_a_click_on_the_traversal_goes_there(page: Page) -> None:
    grid = page.locator(".traversal .mosaic").first
    first = page.locator(".traversal .names span").first.inner_text()
    number = int(first.removeprefix("z"))
    before = value(page, number)
    place = grid.bounding_box()
    page.mouse.click(place["x"] + place["width"] * 8.5 / 9, place["y"] + 8)
    expect(box(page, number)).to_have_value(f"{before + 3:.2f}")
    image = page.locator("canvas.image")
    expect(image).to_have_attribute("aria-label", re.compile("nearest real image"))


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

    canvas = page.locator(".sampling canvas").element_handle()
    page.wait_for_function(_DRAWN, arg=canvas)
    first = canvas.evaluate("canvas => canvas.toDataURL()")
    seed = page.get_by_label("Seed")
    seed.fill("5")
    seed.press("Enter")
    is_first = "([canvas, first]) => canvas.toDataURL() === first"
    page.wait_for_function(is_first.replace("===", "!=="), arg=[canvas, first])
    seed.fill("0")
    seed.press("Enter")
    page.wait_for_function(is_first, arg=[canvas, first])


# Whether a gallery's first and last images are there: they come in parts.
_DRAWN = """(canvas) => {
  const context = canvas.getContext("2d");
  const drawn = (x, y) => context.getImageData(x, y, 1, 1).data[3] > 0;
  return drawn(0, 0) && drawn(canvas.width - 1, canvas.height - 1);
}"""


def test_fits_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function("innerWidth === 400")
    page.reload()
    ready(page)
    for tab in ("Traverse", "Manifold", "Path", "Arithmetic", "Prior"):
        page.get_by_role("tab", name=tab).click()
        wide = page.locator('[data-testid="stMain"]').evaluate("(e) => e.scrollWidth")
        assert wide <= 400, tab
        for button in (
            page.get_by_role("tab").all() + page.locator(".panel :is(button, select)").all()
        ):
            place = button.bounding_box()
            assert place is None or (place["x"] >= 0 and place["x"] + place["width"] <= 400), tab
