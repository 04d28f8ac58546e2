"""Whether a data set is on this machine."""

from pathlib import Path

import numpy as np
import pytest

from explorer import datasets
from explorer.datasets import sources


def test_whether_a_split_is_here_is_told_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "DEBIAN_FILES", tmp_path / "nowhere")
    assert datasets.is_local("fashion_mnist", "test")  # ships with the project
    assert not datasets.is_local("fashion_mnist", "train")
    assert not datasets.is_local("mnist", "test")
    np.savez(tmp_path / "mnist.npz", x_train=np.zeros((2, 28, 28), np.uint8))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert datasets.is_local("mnist", "train")
    assert not datasets.is_local("mnist", "test")
