"""Browser tests need Debian's Chromium: without it they are skipped, in CI they fail."""

import os
from pathlib import Path

import pytest

from benchmarks.pages import CHROMIUM


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test here where there is no browser."""
    if item.get_closest_marker("browser") is None or Path(CHROMIUM).exists():
        return
    message = f"There is no {CHROMIUM}: run 'apt-get install chromium'."
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
