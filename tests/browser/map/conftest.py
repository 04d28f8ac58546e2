"""A browser, and an app with checkpoints of its own."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.pages import chromium, served
from tests.conftest import SHIPPED


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("map")
    checkpoints = folder / "checkpoints"
    for name in ("fashion-vae-mlp-z10", "digits-vae-z2"):
        shutil.copytree(SHIPPED / name, checkpoints / name)
    # A checkpoint whose pictures have to be computed.
    shutil.copytree(SHIPPED / "fashion-vae-mlp-z10", checkpoints / "bare")
    shutil.rmtree(checkpoints / "bare" / "projections")
    with served(
        "app.py",
        EXPLORER_CHECKPOINTS=str(checkpoints),
        EXPLORER_JOBS=str(folder / "jobs"),
        EXPLORER_CACHE=str(folder / "cache"),
    ) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    errors: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []
