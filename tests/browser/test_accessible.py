"""Every page can be read: axe-core finds nothing, and no text is smaller than 14 pixels."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessible import check

pytestmark = pytest.mark.browser

# What shows that all of a page is there.
PAGES = {
    "?point=5": ".explorer-map[data-drawn]",
    "decode?point=5": '.latent-pad[data-state="ready"]',
    "cluster?point=5": "[data-testid=stDataFrame]",
    "compare?point=5": "[data-testid=stDataFrame]",
    "story": '.explorer-story[data-state="ready"]',
    "train": "text=Start training",
    "library": "text=digits-vae-z2",
}


@pytest.mark.parametrize("place", PAGES)
def test_a_page_can_be_read_light_and_dark(page: Page, address: str, place: str) -> None:
    page.goto(f"{address}/{place}")
    page.locator(PAGES[place]).first.wait_for()
    check(page)
    question = page.locator(".explorer-title p")
    expect(question).to_contain_text("?")
    if place == "?point=5":
        _a_term_is_told_on_focus(page)
    if place == "story":
        _one_key_changes_all_pictures(page)


# Hashes of all pictures of the story: the map's points, the reconstructions, the draws.
PICTURES = """() => [...document.querySelectorAll(
    '.explorer-story :is(canvas.points, canvas.mosaic-canvas)')].map((canvas) => {
  const small = new OffscreenCanvas(64, 64).getContext('2d');
  small.drawImage(canvas, 0, 0, 64, 64);
  return small.getImageData(0, 0, 64, 64).data.reduce((hash, v) => (31 * hash + v) | 0, 0);
})"""


def _one_key_changes_all_pictures(page: Page) -> None:
    slider = page.get_by_role("slider", name="β")
    verdict = page.locator(".explorer-story .verdict")
    slider.focus()
    for key, beta in (("Home", "β = 0"), ("End", "β = 8"), ("ArrowLeft", "β = 4")):
        before = page.evaluate(PICTURES)
        assert len(before) == 3
        told = verdict.inner_text()
        page.keyboard.press(key)
        expect(page.locator(".explorer-story .beta")).to_have_text(beta)
        page.wait_for_function(
            f"before => ({PICTURES})().every((hash, i) => hash !== before[i])", arg=before
        )
        if key != "ArrowLeft":
            expect(verdict).not_to_have_text(told)


def _a_term_is_told_on_focus(page: Page) -> None:
    term = page.locator("dfn", has_text="trustworthiness").first
    meaning = term.locator("[role=tooltip]")
    expect(meaning).to_be_hidden()
    term.focus()
    expect(meaning).to_be_visible()
    term.blur()
    term.hover()
    expect(meaning).to_be_visible()
