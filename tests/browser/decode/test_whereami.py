"""The map of the pad, and what it says of the place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.decode.pad import box, last_draw

pytestmark = pytest.mark.browser


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
