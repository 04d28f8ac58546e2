"""One press of Back undoes one step, and never leaves the app while there is one."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.map import POINTS
from tests.browser.decode.pad import box
from tests.browser.map.hand import SELECTED, draw, open_map

pytestmark = pytest.mark.browser

_RESTS = """document.querySelector('[data-testid=stApp]').dataset.testScriptState
  === 'notRunning'"""


def test_back_undoes_point_colour_projection_selection_and_page(page: Page, address: str) -> None:
    open_map(page, address)
    steps = page.evaluate("history.length")
    caption = page.get_by_text(re.compile("of 10,000 test images, by"))
    expect(caption).to_contain_text("t-SNE")
    page.get_by_text("PCA", exact=True).click()
    expect(caption).to_contain_text("PCA")
    page.get_by_role("combobox", name="Colour").click()
    page.get_by_role("option", name="Reconstruction error", exact=True).click()
    expect(page.locator(".explorer-map .legend .title")).to_be_visible()
    page.wait_for_function(f"({POINTS})(4).length === 4")  # they have arrived
    x, y = page.evaluate(POINTS, 4)[3]
    page.mouse.click(x, y)
    page.wait_for_url(re.compile("point="))
    chosen = page.url
    draw(page, "box", [(0.3, 0.3), (0.5, 0.5)])
    heading = page.get_by_role("heading", name=SELECTED)
    expect(heading).to_be_visible()
    selected = heading.inner_text()
    navigation = page.locator('[data-testid="stSidebarNavLink"]')
    navigation.filter(has_text="Decode").click()
    page.locator('.latent-pad[data-state="ready"]').wait_for()
    page.wait_for_url(re.compile(r"decode\?.*selected="))
    page.wait_for_function(_RESTS)
    assert page.evaluate("history.length") == steps + 5

    page.go_back()
    expect(heading).to_have_text(selected)
    page.go_back()
    expect(heading).to_have_count(0)
    page.wait_for_function(_RESTS)
    assert page.url == chosen
    page.go_back()
    page.wait_for_url(lambda url: "point=" not in url)
    expect(page.locator(".explorer-map .legend .title")).to_be_visible()
    page.go_back()
    expect(page.locator(".explorer-map .legend .title")).to_have_count(0)
    expect(caption).to_contain_text("PCA")
    page.go_back()
    expect(caption).to_contain_text("t-SNE")
    page.wait_for_function(_RESTS)
    # Forward does them again, and a reload keeps them.
    page.go_forward()
    expect(caption).to_contain_text("PCA")
    page.reload()
    expect(caption).to_contain_text("PCA")


def test_back_moves_the_pad(page: Page, address: str) -> None:
    page.goto(f"{address}/decode?checkpoint=digits-vae-z2")
    page.locator('.latent-pad[data-state="ready"]').wait_for()
    page.wait_for_function(_RESTS)
    texts = [box(page).input_value()]
    for entered in ("1.5", "-1"):
        former = page.url
        box(page).fill(entered)
        box(page).press("Enter")
        page.wait_for_url(lambda url, former=former: url != former)
        page.wait_for_function(_RESTS)
        texts.append(box(page).input_value())
    page.get_by_role("heading", name="Decode").click()  # a box with the focus is not written to
    for text in reversed(texts[:-1]):
        page.go_back()
        expect(box(page)).to_have_value(text)
    assert "/decode" in page.url
