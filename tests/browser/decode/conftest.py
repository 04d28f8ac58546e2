"""The decode page in the browser."""

import pytest
from playwright.sync_api import Page

from tests.browser.decode.pad import COUNT_DRAWS, open_pad


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.add_init_script(COUNT_DRAWS)
    return open_pad(page, address)
