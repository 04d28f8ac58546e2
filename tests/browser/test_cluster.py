"""The cluster page in a real browser: another k, linked maps, the images of a cell."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.charts import RINGED, at_rest
from tests.browser.reruns import reruns

pytestmark = pytest.mark.browser

MAPS = ("cluster-map-2d", "label-map-2d")

# Where the point with an index is on the screen.
PLACE = """([key, index]) => {
  const [x, y] = document.querySelector(`.st-key-${key} .explorer-map`).place(index);
  return {x, y};
}"""
FETCHED = """performance.getEntriesByType("resource").map(({name}) => name)
  .filter((name) => name.includes("plotly"))"""
LEGEND = ".st-key-{} .explorer-map .legend button"
BOX = "(map) => { const {left, top, width, height} = map.getBoundingClientRect(); \
return [left, top, width, height].map(Math.round).join(); }"


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.goto(f"{address}/cluster?checkpoint=mine")
    _drawn(page)
    return page


def _drawn(page: Page) -> None:
    for key in MAPS:
        page.wait_for_selector(f".st-key-{key} .explorer-map[data-points='599']")
    at_rest(page)


def _open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    at_rest(page)


def _click(page: Page, key: str, index: int) -> int:
    """Click where a point is; return the index of the one that is seen there."""
    place = page.evaluate(PLACE, [key, index])
    page.mouse.move(place["x"], place["y"])
    expect(page.locator(f".st-key-{key} .explorer-map .card")).to_be_visible()
    page.mouse.click(place["x"], place["y"])
    page.wait_for_url(re.compile(r"[?&]point="))
    found = re.search(r"[?&]point=(\d+)", page.url)
    assert found is not None
    return int(found[1])


def test_another_k_is_another_map_and_another_table(page: Page) -> None:
    expect(page.get_by_text("k-means, k = 10 ·")).to_be_visible()
    expect(page.locator(LEGEND.format(MAPS[0]))).to_have_count(10)
    assert page.evaluate(FETCHED) == []  # charts are in other tabs
    boxes = [page.locator(f".st-key-{key} .explorer-map").evaluate(BOX) for key in MAPS]
    asked = reruns(page)
    field = page.get_by_label("Clusters", exact=True).first
    field.fill("4")
    field.press("Enter")
    expect(page.get_by_text("k-means, k = 4 ·")).to_be_visible()
    assert len(asked) == 1
    assert asked[0]  # all but a part of the page stays as it is
    expect(page.locator(LEGEND.format(MAPS[0]))).to_have_count(4)
    expect(page.locator(LEGEND.format(MAPS[1]))).to_have_count(10)
    # Nothing jumps, and the maps are large: together they take most of the page's width.
    after = [page.locator(f".st-key-{key} .explorer-map").evaluate(BOX) for key in MAPS]
    assert after == boxes
    widths = [float(box.split(",")[2]) for box in after]
    assert sum(widths) > 0.9 * page.locator(".stMain .block-container").evaluate(
        "(block) => block.clientWidth - 64"
    )
    # The table holds this run and the last one.
    cells = page.locator("[data-testid=stDataFrame] [role=gridcell]")
    expect(cells.filter(has_text="k-means, k = 4")).to_have_count(1)
    expect(cells.filter(has_text="k-means, k = 10")).to_have_count(1)
    assert "k=4" in page.url
    page.reload()
    expect(page.get_by_text("k-means, k = 4 ·")).to_be_visible()


def test_a_click_on_either_map_rings_the_same_image_on_both(page: Page) -> None:
    for key, number in zip(MAPS, (3, 8), strict=True):
        index = _click(page, key, number)
        expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
        for chart in MAPS:
            page.wait_for_function(RINGED, arg=[chart, index])
        expect(page.locator(".st-key-cluster-point img")).to_have_count(2)
        page.evaluate("history.replaceState(null, '', location.pathname)")


def test_a_box_on_one_map_highlights_the_same_points_on_both(page: Page) -> None:
    page.locator(f".st-key-{MAPS[0]} .explorer-map button[data-tool=box]").click()
    box = page.locator(f".st-key-{MAPS[0]} .explorer-map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=5)
    page.mouse.up()
    selected = f"""() => {list(MAPS)}.map((key) =>
      +document.querySelector(`.st-key-${{key}} .explorer-map`).dataset.selected)"""
    page.wait_for_function(f"(([a, b]) => a > 50 && a === b)(({selected})())")


def test_what_the_pointer_is_over_on_one_map_is_marked_on_both(page: Page) -> None:
    place = page.evaluate(PLACE, [MAPS[0], 3])
    page.mouse.move(place["x"], place["y"])
    for key in MAPS:
        expect(page.locator(f".st-key-{key} .explorer-map .stage")).to_have_attribute(
            "data-over", ""
        )


def test_a_click_on_a_cell_lists_its_images(page: Page) -> None:
    _open_tab(page, "Confusion")
    chart = page.locator(".st-key-confusion .explorer-plot[data-drawn]")
    chart.wait_for()
    chart.scroll_into_view_if_needed()
    place = page.evaluate(
        """() => {
          const chart = document.querySelector('.st-key-confusion .js-plotly-plot');
          const box = chart.getBoundingClientRect();
          const {xaxis, yaxis} = chart._fullLayout;
          const cell = chart._fullData[0].customdata[2][2];
          return {x: box.x + xaxis._offset + xaxis.c2p(2), y: box.y + yaxis._offset + yaxis.c2p(2),
                  count: cell[1]};
        }"""
    )
    page.mouse.move(place["x"], place["y"])
    hover = page.locator(".st-key-confusion .hoverlayer")
    expect(hover).to_contain_text("% of the class")
    page.mouse.click(place["x"], place["y"])
    expect(page.get_by_text(f"{place['count']} × 2")).to_be_visible()
    images = page.locator(".st-key-confusion-images button")
    expect(images).to_have_count(min(60, place["count"]))
    index = int(str(images.nth(1).get_attribute("data-index")))
    images.nth(1).click()
    expect(page.locator("p", has_text=f"image {index:,}")).to_be_visible()
    page.wait_for_function(RINGED, arg=[MAPS[0], index])


def test_a_click_on_a_centroid_shows_its_members(page: Page) -> None:
    _open_tab(page, "Clusters")
    tiles = page.locator(".st-key-centroids button")
    expect(tiles).to_have_count(10)
    cluster = tiles.nth(4).get_attribute("data-index")
    before = page.locator(".st-key-typical img").first.get_attribute("src")
    tiles.nth(4).click()
    expect(page.get_by_text(re.compile(f"Cluster {cluster} · "))).to_be_visible()
    expect(page.locator(".st-key-typical img").first).not_to_have_attribute("src", str(before))
    expect(page.locator(".st-key-strangest button")).to_have_count(9)


def test_a_sweep_grows_and_marks_its_elbow(page: Page) -> None:
    _open_tab(page, "How many?")
    page.get_by_role("button", name="Cluster 20 times").click()
    expect(page.get_by_text("rule of thumb")).to_be_visible()
    page.wait_for_function(
        """() => document.querySelector('.st-key-sweep .js-plotly-plot')
             ?._fullData[0].x.length === 20"""
    )
    expect(page.locator(".st-key-sweep")).to_contain_text("elbow:")


@pytest.mark.parametrize("width", [1440, 400])
def test_nothing_sticks_out(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for tab in ("Scores", "Confusion", "Clusters"):
        _open_tab(page, tab)
        main = page.locator('[data-testid="stMain"]')
        wider = main.evaluate("(main) => main.scrollWidth - main.clientWidth")
        assert wider <= 0, tab
