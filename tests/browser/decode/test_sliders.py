"""Moving about: an image that follows the hand, and asks the server nothing."""

import itertools
import math
import re
import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.decode.pad import box, grab, open_pad, ready, slider, value

pytestmark = pytest.mark.browser


def test_the_image_follows_a_drag_and_the_server_hears_the_release_only(
    page: Page,
) -> None:
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
    other = open_pad(context.new_page(), address, query)
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
