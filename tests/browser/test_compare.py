"""The compare page in a real browser: one hand moves both maps, one click is on both."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# Where the origin of both maps is on the screen, and how wide a unit is, by three points' places.
SCALES = """() => [...document.querySelectorAll('.explorer-map')].map((map) => {
  const [[x, y], [u, v]] = [map.place(42), map.place(43)];
  return Math.hypot(u - x, v - y);
})"""
RINGS = """() => [...document.querySelectorAll('.explorer-map')].every((map) => {
  const ring = map.querySelector('.ring');
  const box = ring.getBoundingClientRect();
  const place = map.place(+new URLSearchParams(location.search).get('point'));
  const far = Math.hypot(box.x + box.width / 2 - place[0], box.y + box.height / 2 - place[1]);
  return !ring.hidden && far < 1;
})"""

# How many rows of controls there are.
ROWS = """() => new Set([...document.querySelectorAll('.st-key-compare-controls .stSelectbox')]
  .map((control) => Math.round(control.getBoundingClientRect().top))).size"""
# Where some point is that no tool and no legend lies over.
IN_THE_MIDDLE = """(map) => {
  const box = map.getBoundingClientRect();
  for (let index = 0; ; index++) {
    const [x, y] = map.place(index);
    const [u, v] = [(x - box.x) / box.width, (y - box.y) / box.height];
    if (Math.max(Math.abs(u - 0.5), Math.abs(v - 0.5)) < 0.2) return [x, y];
  }
}"""


def test_one_hand_moves_both_maps_and_one_click_is_on_both(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?checkpoint=mnist-ae-cnn-z2&with=mnist-vae-cnn-z2")
    page.wait_for_function("document.querySelectorAll('.explorer-map[data-drawn]').length === 2")
    left, right = page.locator(".explorer-map").all()
    before = page.evaluate(SCALES)
    box = left.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.wheel(0, -500)
    page.wait_for_function(f"before => ({SCALES})()[1] > 1.2 * before", arg=before[1])
    after = page.evaluate(SCALES)
    assert after[0] / before[0] == pytest.approx(after[1] / before[1], rel=0.02)

    # What hears the clicks comes before it.
    page.wait_for_selector(".st-key-compare-point-1-preview", state="attached")
    place = right.evaluate(IN_THE_MIDDLE)
    page.mouse.move(*place)
    page.mouse.click(*place)
    page.wait_for_function("new URLSearchParams(location.search).has('point')")
    page.wait_for_function(RINGS)
    expect(page.get_by_text(re.compile(r"^mnist-vae-cnn-z2: error"))).to_be_visible()
    name = re.compile("^reconstruction of .* by mnist-vae-cnn-z2$")
    expect(page.get_by_alt_text(name)).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").click()
    assert download.value.suggested_filename == "mnist-ae-cnn-z2-mnist-vae-cnn-z2.png"
    content = Path(download.value.path()).read_bytes()
    assert int.from_bytes(content[16:20]) > 1600  # wide, at twice the pixels of the screen
    assert len(content) > 100_000  # the points are on it

    # On a narrow screen, too, the controls are one row.
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function("document.querySelector('.explorer-map').clientWidth < 400")
    page.wait_for_function(f"({ROWS})() === 1")
