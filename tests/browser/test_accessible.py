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
    "train": "text=Start training",
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


def _a_term_is_told_on_focus(page: Page) -> None:
    term = page.locator("dfn", has_text="trustworthiness").first
    meaning = term.locator("[role=tooltip]")
    expect(meaning).to_be_hidden()
    term.focus()
    expect(meaning).to_be_visible()
    term.blur()
    term.hover()
    expect(meaning).to_be_visible()
