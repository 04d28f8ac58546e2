"""The bar of a download, read line by line; the download is ended when nobody wants it."""

import os
import sys
from pathlib import Path

import pytest

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from explorer.datasets import catalog, watched

# As Keras prints it where there is no terminal.
BAR = """
import sys, threading
for name, total in (("labels", 29_515), ("images", 26_421_880)):
    print(f"Downloading data from a-host/{name}", flush=True)
    for part in (0, 1, 2):
        print(f"\\x1b[1m{total * part // 2:>8}/{total}\\x1b[0m \\x1b[32m━━\\x1b[0m", flush=True)
threading.Event().wait() if "wait" in sys.argv else None
"""


def _command(*words: str) -> list[str]:
    return [sys.executable, "-c", BAR, *words]


def test_the_progress_is_that_of_the_large_files() -> None:
    told: list[Progress] = []
    done = watched.run(_command(), dict(os.environ), lambda now: told.append(now) or True, "Here")
    assert done == 0
    assert told[0].message.startswith("Here")
    bar = watched._Bar("Here")
    for numbers in ((29_515, 29_515), (13_210_940, 26_421_880), (99, 1_000_001), (9, 1)):
        bar._note(*numbers)
    assert bar.now.message == "Here: 0 of 1 MB"


def test_who_stops_it_ends_it() -> None:
    seen: list[str] = []

    def report(now: Progress) -> bool:
        seen.append(now.message)
        return now.fraction < 1

    with pytest.raises(ExplorerError, match="Stopped"):
        watched.run(_command("wait"), dict(os.environ), report, "Here")
    assert seen[-1] == "Here: 26 of 26 MB"


def test_what_cannot_be_fetched_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog.watched, "run", lambda *args: 1)
    with pytest.raises(ExplorerError, match="could not be downloaded"):
        catalog.download("mnist", lambda now: True)
