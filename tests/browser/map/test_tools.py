"""Lasso, box, legend, colours, zoom: what a hand does with the map beyond a click."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.map import DRAWN
from tests.browser.charts import HIGHLIGHTED, PLACE
from tests.browser.map.hand import (
    DISTANCE,
    LEGEND,
    MAP,
    SELECTED,
    distance,
    draw,
    open_map,
    selected,
)
from tests.browser.reruns import reruns

pytestmark = pytest.mark.browser

# Where the caption below the map is, at each frame that has one.
CAPTION_TOPS = """
window.tops = [];
const look = () => {
  for (const caption of document.querySelectorAll("[data-testid=stCaptionContainer]"))
    if (caption.textContent.includes("of 10,000 test images, by"))
      tops.push(caption.getBoundingClientRect().top);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def test_a_box_shows_who_is_in_it(page: Page, address: str) -> None:
    open_map(page, address)
    draw(page, "box", [(0.3, 0.3), (0.5, 0.5)])
    heading = page.get_by_role("heading", name=re.compile(r"[\d,]+ selected"))
    expect(heading).to_be_visible()
    count = int(re.sub(r"\D", "", heading.inner_text()))
    assert count > 64
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", count])
    expect(page.locator(".st-key-selected-images img")).to_have_count(64)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    rows = Path(download.value.path()).read_text().splitlines()
    assert rows[0] == "index,label,class," + ",".join(f"z{i}" for i in range(10))
    assert len(rows) == count + 1
    # In the order of the data, so that the first ones are of any class.
    indices = [int(row.split(",")[0]) for row in rows[1:]]
    assert indices == sorted(indices)
    assert len({row.split(",")[1] for row in rows[1:65]}) > 1
    # Beside the map, and seen without scrolling.
    place, box = heading.bounding_box(), page.locator(".explorer-map").bounding_box()
    assert place is not None
    assert box is not None
    assert place["x"] > box["x"] + box["width"]
    assert place["y"] < 900
    page.get_by_text("PCA", exact=True).click()
    expect(page.get_by_text("PCA of 10,000 test images")).to_be_visible()
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", count])
    expect(heading).to_be_visible()
    page.reload()
    expect(heading).to_have_text(f"{count:,} selected")
    page.wait_for_function(DRAWN)
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", count])
    table = page.get_by_role("table", name=f"The first 200 of {count:,} selected test images")
    page.get_by_text("As a table").click()
    expect(table.get_by_role("row")).to_have_count(201)
    page.locator("button[data-tool=invert]").click()
    expect(heading).to_have_text(f"{10_000 - count:,} selected")


def test_a_lasso_adds_and_subtracts_and_escape_clears(page: Page, address: str) -> None:
    open_map(page, address)
    triangle = [(0.2, 0.55), (0.45, 0.55), (0.3, 0.8)]
    draw(page, "lasso", triangle)
    heading = page.get_by_role("heading", name=SELECTED)
    expect(heading).to_be_visible()
    first = selected(page)
    draw(page, "box", [(0.6, 0.6), (0.9, 0.9)], "Shift")
    page.wait_for_function(f"n => +document.{MAP}.dataset.selected > n", arg=first)
    both = page.evaluate(f"+document.{MAP}.dataset.selected")
    expect(heading).to_have_text(f"{both:,} selected")
    draw(page, "box", [(0.6, 0.6), (0.9, 0.9)], "Alt")
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", first])
    expect(heading).to_have_text(f"{first:,} selected")
    page.locator(".explorer-map .stage").press("Escape")
    expect(heading).to_have_count(0)
    page.wait_for_function(HIGHLIGHTED, arg=["map-2d", 0])


def test_the_legend_hides_a_class_and_shows_one_alone(page: Page, address: str) -> None:
    open_map(page, address)
    entries = page.locator(LEGEND)
    expect(entries).to_have_count(10)
    hidden = f"n => +document.{MAP}.dataset.hidden === n"
    entries.first.click()
    page.wait_for_function(hidden, arg=1)
    expect(entries.first).to_have_attribute("aria-pressed", "false")
    draw(page, "box", [(0.01, 0.1), (0.99, 0.99)])
    expect(page.get_by_role("heading", name=SELECTED)).to_be_visible()
    some = selected(page)
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
    open_map(page, address)
    place = page.evaluate(PLACE, 42)
    page.locator(LEGEND).first.click()
    page.wait_for_function(f"+document.{MAP}.dataset.hidden === 1")
    assert page.evaluate(PLACE, 42) == pytest.approx(place, abs=1)
    drawn = f"+document.{MAP}.dataset.drawn"
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    asked = reruns(page)
    for colour in ("Cluster", "Reconstruction error", "z 1"):
        before = page.evaluate(drawn)
        page.get_by_role("combobox", name="Colour").click()
        page.get_by_role("option", name=colour, exact=True).click()
        page.wait_for_function(f"before => {drawn} > before", arg=before)
        assert page.evaluate(PLACE, 42) == pytest.approx(place, abs=1)
        # The cluster that comes in place of the hidden class is not hidden.
        assert page.evaluate(f"+document.{MAP}.dataset.hidden") == 0
    assert not [url for url in requests if "/points-" in url]  # a colour sends no points again
    assert len(asked) == 3
    assert all(asked)  # and all but a part of the page stays as it is
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
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(CAPTION_TOPS)
    page.goto(address)
    page.wait_for_function(DRAWN, polling="raf")
    # Whatever arrived after the caption had its place before.
    assert all(abs(top - tops[-1]) < 2 for tops in [page.evaluate("tops")] for top in tops)
    box = page.locator(".explorer-map").bounding_box()
    assert box is not None
    assert box["width"] * box["height"] >= 0.4 * 1440 * 900
    assert not [url for url in requests if "plotly" in url]
    full = page.locator("button[data-tool=full]")
    full.click()
    page.wait_for_function(f"document.fullscreenElement === document.{MAP}")
    page.wait_for_function(f"document.{MAP}.clientHeight === innerHeight")
    full.click()
    page.wait_for_function(f"Math.abs(document.{MAP}.clientHeight - {box['height']}) < 3")
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_function(f"document.{MAP}.clientWidth < 400")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_map_is_moved_by_keys_and_wheel_and_shown_whole_again(page: Page, address: str) -> None:
    open_map(page, address)
    stage = page.locator(".explorer-map .stage")
    whole = distance(page)
    stage.press("+")
    page.wait_for_function(f"span => {DISTANCE} > 1.2 * span", arg=whole)
    stage.press("0")
    near = f"span => Math.abs({DISTANCE} - span) < 0.1"
    page.wait_for_function(near, arg=whole)
    x, y = page.evaluate(PLACE, 42)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -240)
    page.wait_for_function(f"span => {DISTANCE} > 1.3 * span", arg=whole)
    # What is under the pointer stays there.
    assert page.evaluate(PLACE, 42) == pytest.approx([x, y], abs=1)
    page.locator("button[data-tool=whole]").click()
    page.wait_for_function(near, arg=whole)
    # Arrows walk from point to point, Enter shows the one that is reached.
    stage.press("ArrowRight")
    told = page.get_by_role("status").filter(has_text="image")
    expect(told).to_have_count(1)
    first = told.inner_text()
    stage.press("ArrowUp")
    expect(told).not_to_have_text(first)
    number = re.search(r"image ([\d,]+)", told.inner_text())
    assert number is not None
    stage.press("Enter")
    page.wait_for_url(re.compile(f"point={number[1].replace(',', '')}"))
    expect(page.locator(".st-key-map-side").get_by_text(f"image {number[1]}")).to_be_visible()
