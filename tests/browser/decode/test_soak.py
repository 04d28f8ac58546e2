"""Many moves and visits leave nothing behind.

`EXPLORER_SOAK_MOVES=10000` and `EXPLORER_SOAK_VISITS=50` make the two tests as long as the promise;
strict speeds are measured by `python -m benchmarks.decode`, on a quiet machine.
"""

import os

import psutil
import pytest
from playwright.sync_api import Page

from tests.browser.decode.pad import ready

pytestmark = pytest.mark.browser

MOVES = int(os.environ.get("EXPLORER_SOAK_MOVES", "400"))
VISITS = int(os.environ.get("EXPLORER_SOAK_VISITS", "5"))


def renderer_bytes(page: Page) -> int:
    """Return the memory of the page's process after its garbage has been collected."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    assert page.context.browser
    browser_session = page.context.browser.new_browser_cdp_session()
    processes = browser_session.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [psutil.Process(p["id"]) for p in processes if p["type"] == "renderer"]
    # The largest is the page; the others are spare ones that Chromium keeps.
    return max(process.memory_info().rss for process in renderers)


def left_behind(page: Page) -> dict[str, int]:
    """Count what a page that does not clean up would pile up."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return {
        "nodes": metrics["Nodes"],
        "listeners": metrics["JSEventListeners"],
        "workers": len(page.workers),
        "heap": metrics["JSHeapUsedSize"],
    }


MOVE = """async ([from, to]) => {
  const pad = [...document.querySelectorAll('*')]
    .find((e) => e.shadowRoot?.querySelector('.latent-pad')).shadowRoot;
  const slider = pad.querySelector('.track input');
  for (let i = from; i < to; i++) {
    slider.value = String(3 * Math.sin(i / 15));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    await new Promise(requestAnimationFrame);
  }
}"""


def test_many_moves_do_not_grow_the_page(page: Page) -> None:
    page.evaluate(MOVE, [0, max(100, MOVES // 10)])
    before = renderer_bytes(page)
    page.evaluate(MOVE, [0, MOVES])
    after = renderer_bytes(page)
    print(f"{MOVES} moves: {before / 1e6:.0f} MB, then {after / 1e6:.0f} MB")
    assert after < 1.1 * before


def test_many_visits_leave_nothing_behind(page: Page) -> None:
    def visit() -> None:
        page.get_by_role("link", name="Map").click()
        page.locator(".latent-pad").wait_for(state="detached")
        page.evaluate("window.draws.length = 0")
        page.get_by_role("link", name="Decode").click()
        ready(page)

    for _ in range(3):
        visit()
    before = left_behind(page)
    for _ in range(VISITS):
        visit()
    after = left_behind(page)
    print(f"{VISITS} visits: {before}, then {after}")
    assert after["workers"] <= 2  # the decoder, and the map of "Where am I?"
    assert after["nodes"] <= 1.1 * before["nodes"]
    assert after["listeners"] <= 1.1 * before["listeners"]
    assert after["heap"] <= 1.25 * before["heap"]
