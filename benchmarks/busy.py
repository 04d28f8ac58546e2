"""`python -m benchmarks.busy`: a click on the map, alone and while a training runs in another tab.

Prints medians in milliseconds and their ratio. Budget: at most 2. The training is source B's, of
60,000 images of Fashion-MNIST, started from the page.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.data import need
from benchmarks.map import inspection, paint
from benchmarks.pages import ROOT, chromium, served

_NAME = "fashion-vae-mlp-z10"
_PRESET = "B · VAE for clustering"


def main() -> None:
    """Measure and print."""
    need("fashion_mnist")
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Path(folder) / "checkpoints"
        shutil.copytree(ROOT / "checkpoints" / _NAME, checkpoints / _NAME)
        folders = {
            "EXPLORER_CHECKPOINTS": str(checkpoints),
            "EXPLORER_JOBS": str(Path(folder) / "jobs"),
        }
        with chromium() as browser, served("app.py", **folders) as app:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            paint(page, app)
            idle = inspection(page)
            other = browser.new_page(viewport={"width": 1440, "height": 900})
            other.set_default_timeout(300_000)
            _train(other, app)
            busy = inspection(page)
            # It trained all the time, or this measured nothing.
            other.get_by_role("button", name="Stop", exact=True).click()
        print(f"click on the map: {idle:.0f} ms, while a training runs {busy:.0f} ms")
        print(f"ratio: {busy / idle:.2f} (budget 2)")


def _train(page: Page, app: str) -> None:
    """Start a training from the page, and wait for its first epoch."""
    page.goto(f"{app}/train")
    page.get_by_role("combobox", name="Begin with").click()
    page.get_by_role("option", name=_PRESET).click()
    page.get_by_role("button", name="Start training").click()
    page.locator(".explorer-replay[data-epoch]").wait_for()


if __name__ == "__main__":
    main()
