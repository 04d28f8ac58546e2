"""One Chromium and one app for all browser tests.

They need Debian's Chromium: without it they are skipped, in CI they fail.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.pages import CHROMIUM, chromium, served
from tests.browser.decode.pad import COUNT_DRAWS
from tests.conftest import SHIPPED

# Milliseconds: busy machines are slow, and these tests are not about speed.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test here where there is no browser."""
    if item.get_closest_marker("browser") is None or Path(CHROMIUM).exists():
        return
    message = f"There is no {CHROMIUM}: run 'apt-get install chromium'."
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app with what ships, "bare" that has no pictures, and "mine" that has no clusterings."""
    folder = tmp_path_factory.mktemp("app")
    checkpoints = folder / "checkpoints"
    shutil.copytree(SHIPPED, checkpoints)
    shutil.copytree(SHIPPED / "fashion-vae-mlp-z10", checkpoints / "bare")
    shutil.rmtree(checkpoints / "bare" / "projections")
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoints / "mine")
    shutil.rmtree(checkpoints / "mine" / "clusterings", ignore_errors=True)
    with served(
        "app.py",
        EXPLORER_CHECKPOINTS=str(checkpoints),
        EXPLORER_JOBS=str(folder / "jobs"),
        EXPLORER_CACHE=str(folder / "cache"),
    ) as address:
        yield address


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One user's browser: what a page has loaded, the next one finds in its cache."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        context.add_init_script(COUNT_DRAWS)
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """An empty page; an error of its scripts fails the test."""
    errors: list[str] = []
    page = profile.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []
