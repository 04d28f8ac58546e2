"""What all tests share: folders of their own, so that nothing of the user's is touched."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[1] / "checkpoints"

# Rooms whose tests draw page after page: all are marked as slow, and `make check` leaves them out,
# as it does what is marked in its file: what trains, waits for workers or takes over a second.
SLOW = ("pages",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark rooms that are slow as a whole, and put the browser's tests last.

    One browser serves them all, and other event loops cannot run beside the one that drives it.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    places = [Path(__file__).parent / place for place in SLOW]
    for item in items:
        if any(item.path.is_relative_to(place) for place in places):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the machine's data sets: tests see what ships with the project and nothing else."""
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    monkeypatch.setenv("EXPLORER_WARM_UP", "0")
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def checkpoint_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of checkpoints."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(folder))
    return folder


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    """A copy of a shipped checkpoint, named "mine", alone in its folder."""
    target = checkpoint_folder / "mine"
    shutil.copytree(SHIPPED / "digits-vae-z2", target)
    shutil.rmtree(target / "clusterings", ignore_errors=True)
    return target
