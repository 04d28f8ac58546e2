"""What all tests share: folders of their own, so that nothing of the user's is touched."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[1] / "checkpoints"

# What draws page after page, breaks things or imports TensorFlow is marked as slow as a whole.
# `make check` leaves it out, as it does what is marked in its file: what trains, waits for workers
# or takes a second.
SLOW = (
    "pages",
    "models",
    "fuzz",
    "checkpoints/test_export.py",
    "checkpoints/test_foreign.py",
    "runs/test_faults.py",
    "reproduce/test_measure.py",
    "ui/test_sign_in.py",
    "ui/test_vanished.py",
    "training/test_fit.py",
    "training/test_backends.py",
)


def _is_slow(path: Path) -> bool:
    return any(path.is_relative_to(Path(__file__).parent / place) for place in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what is slow as a whole where it is left out."""
    left_out = "not slow" in config.getoption("markexpr") and _is_slow(collection_path)
    return True if left_out else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow as a whole, and put the browser's tests last.

    One browser serves them all, and other event loops cannot run beside the one that drives it.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    for item in items:
        if _is_slow(item.path):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the machine's data sets: tests see what ships with the project and nothing else."""
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    # Streamlit's AppTest leaves its script there, which processes that are spawned would run.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setenv("EXPLORER_WARM_UP", "0")
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("EXPLORER_DATASETS", str(tmp_path / "datasets"))


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
