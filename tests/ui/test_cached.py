"""What pages keep in memory: shared where it is the same; what is refused, until it changes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.core import memory, storage
from explorer.core.errors import ExplorerError
from explorer.ui.shared import cached
from tests.conftest import SHIPPED


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    memory.clear()


def _with_codes(folder: Path, name: str, n: int) -> Checkpoint:
    """Copy a checkpoint of MNIST, which is not on a test's machine, with its first n codes."""
    shutil.copytree(SHIPPED / "mnist-vae-cnn-z2", folder / name)
    with np.load(folder / name / "codes.npz") as file:
        first = {key: file[key][:n] for key in file.files}
    np.savez(folder / name / "codes.npz", **first)
    return checkpoints.get(name)


def _mnist(folder: Path, n: int) -> None:
    folder.mkdir(exist_ok=True)
    np.savez(
        folder / "mnist.npz", x_test=np.zeros((n, 28, 28), np.uint8), y_test=np.zeros(n, np.uint8)
    )


def test_checkpoints_of_a_data_set_share_its_images(
    checkpoint_folder: Path, tmp_path: Path
) -> None:
    _mnist(tmp_path / "cache", 5)
    one, two = (_with_codes(checkpoint_folder, name, 5) for name in ("one", "two"))
    assert cached.originals(one) is cached.originals(two)


def test_images_that_are_put_right_are_taken(checkpoint_folder: Path, tmp_path: Path) -> None:
    checkpoint = _with_codes(checkpoint_folder, "mine", 5)
    with pytest.raises(ExplorerError, match="not on this machine"):
        cached.originals(checkpoint)
    _mnist(tmp_path / "cache", 4)
    for _ in range(2):
        with pytest.raises(ExplorerError, match="has 4 test images, but mine has codes of 5"):
            cached.originals(checkpoint)
    _mnist(tmp_path / "cache", 5)
    assert cached.originals(checkpoint).shape == (5, 28, 28, 1)


def test_codes_that_are_refused_are_not_unpacked_at_every_view(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = _with_codes(checkpoint_folder, "mine", 5)
    good = (checkpoint.path / "codes.npz").read_bytes()
    (checkpoint.path / "codes.npz").write_bytes(good[:-9])
    views = []
    read = storage.read_npz
    monkeypatch.setattr(storage, "read_npz", lambda *a, **k: views.append(1) or read(*a, **k))
    for _ in range(3):
        with pytest.raises(ExplorerError, match="not a readable"):
            cached.codes(cached.key(checkpoint))
    assert len(views) == 1
    (checkpoint.path / "codes.npz").write_bytes(good)
    assert len(cached.codes(cached.key(checkpoint)).labels) == 5
    monkeypatch.setattr(cached, "_REMEMBERED", 0.0)
    (checkpoint.path / "codes.npz").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(ExplorerError, match="not a readable"):
            cached.codes(cached.key(checkpoint))
    assert len(views) == 4
