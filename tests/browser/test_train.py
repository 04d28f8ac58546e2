"""The train page in a real browser, from the first click to the finished checkpoint on the map."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.map import DRAWN
from benchmarks.pages import chromium, served
from tests.conftest import SHIPPED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    shutil.copytree(SHIPPED / "digits-vae-z2", tmp_path / "checkpoints" / "digits-vae-z2")
    with served("app.py", **_folders(tmp_path)) as address:
        yield address


def _folders(path: Path) -> dict[str, str]:
    return {
        "EXPLORER_CHECKPOINTS": str(path / "checkpoints"),
        "EXPLORER_JOBS": str(path / "jobs"),
        "EXPLORER_CACHE": str(path / "cache"),
    }


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    errors: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/train")
    yield page
    page.close()
    assert errors == []


def _fill(page: Page, label: str, value: str) -> None:
    box = page.get_by_label(label, exact=True)
    box.fill(value)
    box.press("Enter")
    _settled(page)


def _settled(page: Page) -> None:
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def _start(page: Page, name: str, epochs: int, batch_size: int) -> None:
    page.get_by_text("More options").click()
    _fill(page, "Epochs", str(epochs))
    _fill(page, "Batch size", str(batch_size))
    _fill(page, "Name", name)
    page.get_by_role("button", name="Start training").click()


def _epoch(page: Page) -> int:
    """Return how many epochs the replay has."""
    text = page.locator(".explorer-replay output").inner_text()
    return int(re.findall(r"\d+", text)[0])


def test_options_that_are_opened_late_show_the_presets_values(page: Page) -> None:
    _fill(page, "Epochs", "6")
    page.get_by_text("More options").click()
    for label, value in (
        ("Batch size", "64"),
        ("Learning rate", "0.00100"),
        ("Widths of the hidden layers", "128 64"),
    ):
        expect(page.get_by_label(label, exact=True)).to_have_value(value)


def _epochs_shown(page: Page, at_least: int) -> None:
    page.wait_for_function(
        "n => Number(document.querySelector('.explorer-replay')?.dataset.epoch ?? 0) >= n",
        arg=at_least,
    )


def test_a_training_from_the_first_click_to_the_map(page: Page, address: str) -> None:
    # Enough steps that it can be stopped in the midst.
    _start(page, "mine", 3000, 16)
    _epochs_shown(page, 1)
    drawn = page.locator(".explorer-plot").first
    before = int(drawn.get_attribute("data-drawn") or 0)
    _epochs_shown(page, 2)
    page.wait_for_function(
        "n => Number(document.querySelector('.explorer-plot').dataset.drawn) > n", arg=before
    )
    expect(page.get_by_text("images/s")).to_be_visible()

    page.reload()
    _epochs_shown(page, 2)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 3000 epochs"))).to_be_visible()

    page.get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    page.get_by_role("link", name="Decode").click()
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    reached = _epoch(page)
    page.get_by_text("images/s").wait_for()
    _epochs_shown(page, reached + 1)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Make a checkpoint of it").click()
    page.get_by_text("Open on the map").click()
    page.wait_for_url(re.compile("checkpoint=mine"))
    page.wait_for_function(DRAWN.replace("10000", "599"), polling="raf")
    expect(page.get_by_role("combobox", name=re.compile("Checkpoint"))).to_have_value("mine")
