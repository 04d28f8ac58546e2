"""The train page in a real browser, from the first click to the finished checkpoint on the map."""

import re

import pytest
from playwright.sync_api import Page, expect

from benchmarks.map import DRAWN
from tests.browser.accessible import check

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.goto(f"{address}/train")
    return page


def _fill(page: Page, label: str, option: str, value: str) -> None:
    """Fill in a field and wait until the page has taken it: then its link holds the option."""
    box = page.get_by_label(label, exact=True)
    box.fill(value)
    box.press("Enter")
    page.wait_for_url(re.compile(f"train-{option}={value}"))
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def _start(page: Page, name: str, epochs: int, batch_size: int) -> None:
    page.get_by_text("More options").click()
    _fill(page, "Epochs", "epochs", str(epochs))
    _fill(page, "Batch size", "batch_size", str(batch_size))
    box = page.get_by_label("Name", exact=True)
    box.fill(name)
    box.press("Enter")
    page.get_by_role("button", name="Start training").click()


def _epoch(page: Page) -> int:
    """Return how many epochs the replay has."""
    text = page.locator(".explorer-replay output").inner_text()
    return int(re.findall(r"\d+", text)[0])


def test_options_that_are_opened_late_show_the_presets_values(page: Page) -> None:
    _fill(page, "Epochs", "epochs", "6")
    page.get_by_text("More options").click()
    for label, value in (
        ("Batch size", "64"),
        ("Learning rate", "0.00100"),
        ("Widths of the hidden layers", "256 128"),
    ):
        expect(page.get_by_label(label, exact=True)).to_have_value(value)


def _epochs_shown(page: Page, at_least: int) -> None:
    page.wait_for_function(
        "n => Number(document.querySelector('.explorer-replay')?.dataset.epoch ?? 0) >= n",
        arg=at_least,
    )


# Notes, frame by frame, what is paler than it should be.
NOTE_FADED = """() => {
  window.faded = [];
  const look = () => {
    for (const element of document.querySelectorAll('.stMain [data-stale="true"]')) {
      if (getComputedStyle(element).opacity !== '1') window.faded.push(element.outerHTML);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def test_a_training_from_the_first_click_to_the_map(page: Page, address: str) -> None:
    expect(page.get_by_role("combobox", name=re.compile("Checkpoint"))).to_have_count(0)
    expect(page.locator(".explorer-network")).to_contain_text("z_log_var")
    expect(page.locator(".katex")).to_be_visible()
    # Enough steps that it can be stopped in the midst.
    _start(page, "new", 3000, 16)
    _epochs_shown(page, 1)
    page.evaluate(NOTE_FADED)
    drawn = page.locator(".explorer-plot").first
    before = int(drawn.get_attribute("data-drawn") or 0)
    _epochs_shown(page, 2)
    page.wait_for_function(
        "n => Number(document.querySelector('.explorer-plot').dataset.drawn) > n", arg=before
    )
    expect(page.get_by_text("images/s")).to_be_visible()
    # The epoch that is replayed, on the curves of reconstruction, KL and total loss.
    expect(page.locator(".explorer-mark")).to_have_count(3)
    assert page.evaluate("window.faded") == []

    page.reload()
    _epochs_shown(page, 2)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ of 3000 epochs"))).to_be_visible()
    check(page)

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
    page.wait_for_url(re.compile("checkpoint=new"))
    page.wait_for_function(DRAWN.replace("10000", "599"), polling="raf")
    expect(page.get_by_role("combobox", name=re.compile("Checkpoint"))).to_have_value("new")
