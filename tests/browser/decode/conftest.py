"""The decode page in the browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PATIENCE
from tests.browser.decode.pad import COUNT_DRAWS, open_pad


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.add_init_script(COUNT_DRAWS)
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.add_init_script(COUNT_DRAWS)
    return open_pad(page, address)
