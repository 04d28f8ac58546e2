"""Data sets: sources in order, splits, and what is said when a file is absent or wrong."""

import gzip
import subprocess
from pathlib import Path

import numpy as np
import pytest

from explorer import datasets
from explorer.core.errors import ExplorerError
from explorer.datasets import catalog, sources


def _write(folder: Path, name: str, **changes: np.ndarray) -> Path:
    rng = np.random.default_rng(0)
    arrays = {
        "x_train": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        "y_train": (np.arange(30) % 10).astype(np.uint8),
        "x_test": rng.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        "y_test": (np.arange(20) % 10).astype(np.uint8),
    }
    folder.mkdir(exist_ok=True)
    np.savez(folder / f"{name}.npz", **(arrays | changes))
    return folder


def test_digits_are_always_there() -> None:
    train, test = datasets.load("digits", "train"), datasets.load("digits", "test")
    assert len(train.images) == train.info.n_train
    assert len(test.images) == test.info.n_test
    assert train.images.shape[1:] == (8, 8, 1)
    assert train.images.dtype == np.float32
    assert train.images[:].min() == 0.0
    assert train.images[:].max() == 1.0
    assert set(test.labels) == set(range(10))


def test_fashion_mnist_test_images_ship() -> None:
    test = datasets.load("fashion_mnist", "test", download=False)
    assert test.images.shape == (10_000, 28, 28, 1)
    assert np.bincount(test.labels).tolist() == [1000] * 10
    assert test.info.class_names[9] == "Ankle boot"


def test_splits_are_disjoint_complete_and_decided_by_the_seed() -> None:
    def rows(split: datasets.Split, seed: int) -> set[bytes]:
        data = datasets.load("digits", split, validation_size=200, seed=seed)
        return {image.tobytes() for image in data.images}

    everything = {image.tobytes() for image in datasets.load("digits", "train").images}
    assert rows("train", 0) | rows("validation", 0) == everything
    assert len(datasets.load("digits", "validation", validation_size=200).images) == 200
    assert rows("validation", 0) == rows("validation", 0)
    assert rows("validation", 0) != rows("validation", 1)
    assert rows("train", 0).isdisjoint(rows("validation", 0))


@pytest.mark.parametrize(("split", "size"), [("validation", 0), ("train", 1198), ("train", -1)])
def test_a_split_without_images_is_refused(split: datasets.Split, size: int) -> None:
    with pytest.raises(ExplorerError, match="set aside for validation"):
        datasets.load("digits", split, validation_size=size)


def test_the_named_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(_write(tmp_path / "data", "fashion_mnist")))
    test = datasets.load("fashion_mnist", "test")
    assert len(test.images) == 20
    assert test.source.startswith(str(tmp_path))


def _here(name: str) -> bool:
    """Whether the training images are here: the two who are asked must agree."""
    try:
        datasets.check_here(name)
    except ExplorerError:
        assert not datasets.is_local(name, "train")
        return False
    assert datasets.is_local(name, "train")
    return True


def test_a_file_of_the_other_split_alone_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = dict(np.load(_write(tmp_path / "whole", "mnist") / "mnist.npz"))
    own = tmp_path / "own"
    own.mkdir()
    np.savez(own / "mnist.npz", x_test=arrays["x_test"][:5], y_test=arrays["y_test"][:5])
    monkeypatch.setenv("EXPLORER_DATA", str(own))
    assert len(datasets.load("mnist", "test", download=False).images) == 5
    assert not _here("mnist")
    with pytest.raises(ExplorerError, match="not on this machine"):
        datasets.load("mnist", "train", download=False)
    _write(tmp_path / "cache", "mnist")
    assert _here("mnist")
    assert len(datasets.load("mnist", "train", download=False).images) == 30
    assert len(datasets.load("mnist", "test", download=False).images) == 5


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "not a readable .npz file"), ("images", "lacks the array 'x_train'")],
)
def test_a_damaged_file_is_told_and_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, sentence: str
) -> None:
    _write(tmp_path / "cache", "mnist")
    own = tmp_path / "own"
    own.mkdir()
    if content is None:
        (own / "mnist.npz").write_bytes((tmp_path / "cache" / "mnist.npz").read_bytes()[:-50])
    else:
        np.savez(own / "mnist.npz", **{content: np.zeros(3)})
    monkeypatch.setenv("EXPLORER_DATA", str(own))
    assert _here("mnist")
    with pytest.raises(ExplorerError, match=sentence):
        datasets.load("mnist", "train", download=False)


def test_debians_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).integers(0, 256, (12, 28, 28), dtype=np.uint8)
    y = (np.arange(12) % 10).astype(np.uint8)
    folder = tmp_path / "fashion-mnist"
    folder.mkdir()
    with gzip.open(folder / "train-images-idx3-ubyte.gz", "wb") as file:
        file.write(np.array([2051, 12, 28, 28], ">i4").tobytes() + x.tobytes())
    with gzip.open(folder / "train-labels-idx1-ubyte.gz", "wb") as file:
        file.write(np.array([2049, 12], ">i4").tobytes() + y.tobytes())
    monkeypatch.setattr(sources, "DEBIAN_FILES", tmp_path)
    train = datasets.load("fashion_mnist", "train", download=False)
    np.testing.assert_array_equal(train.images[..., 0], x.astype(np.float32) / 255)
    np.testing.assert_array_equal(train.labels, y)


def test_a_damaged_debian_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fashion-mnist"
    folder.mkdir()
    for name in ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        (folder / name).write_bytes(b"not gzip")
    monkeypatch.setattr(sources, "DEBIAN_FILES", tmp_path)
    with pytest.raises(ExplorerError, match="damaged file"):
        datasets.load("fashion_mnist", "train", download=False)


def test_an_absent_data_set_names_three_ways() -> None:
    with pytest.raises(ExplorerError, match=r"\(1\) .*EXPLORER_DATA.*\(2\).*\(3\).*download mnist"):
        datasets.load("mnist", "test", download=False)


def test_a_failed_download_names_three_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(catalog.subprocess, "run", fail)
    with pytest.raises(ExplorerError, match="could not be downloaded"):
        datasets.load("cifar10", "train")


def test_a_download_lands_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        target = Path(command[-1])
        target.parent.mkdir(parents=True)
        _write(target.parent, target.stem)
        return subprocess.CompletedProcess(command, 0)

    with monkeypatch.context() as patch:
        patch.setattr(catalog.subprocess, "run", fetch)
        assert len(datasets.load("mnist", "train").images) == 30
    assert len(datasets.load("mnist", "test", download=False).images) == 20


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"x_test": np.zeros((20, 28, 27), np.uint8)}, r"should be uint8 of shape \(n, 28, 28\)"),
        ({"x_test": np.zeros((20, 28, 28), np.float32)}, "Received: float32"),
        ({"x_test": np.zeros((0, 28, 28), np.uint8)}, "should be uint8"),
        ({"y_test": np.full(20, 10)}, "wrong labels"),
        ({"y_test": np.zeros(19, int)}, "wrong labels"),
        ({"y_test": np.zeros(20)}, "wrong labels"),
        ({"x_test": np.array([{}] * 20, object)}, "never loaded"),
    ],
)
def test_a_wrong_file_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, np.ndarray],
    sentence: str,
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(_write(tmp_path / "data", "mnist", **changes)))
    with pytest.raises(ExplorerError, match=sentence):
        datasets.load("mnist", "test", download=False)


@pytest.mark.parametrize("name", ["imagenet", "../mnist", ""])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ExplorerError, match="choose one of digits, fashion_mnist, mnist, cifar10"):
        datasets.load(name)


@pytest.mark.parametrize("name", datasets.DATASETS)
def test_an_entry_is_whole(name: str) -> None:
    about = datasets.info(name)
    assert about.name == name
    assert len(about.class_names) >= 2
    assert 1 <= about.white <= 255
    assert about.sources
    if datasets.is_local(name):
        data = datasets.load(name, "test", download=False)
        assert data.images.shape == (about.n_test, *about.image_shape)
        assert data.images[:].max() == 1


def test_shapes_are_each_combination_of_their_factors_once() -> None:
    train, test = (datasets.load("shapes", split) for split in ("train", "test"))
    assert train.factors is not None
    assert test.factors is not None
    factors = np.concatenate([train.factors, test.factors])
    assert len(np.unique(factors, axis=0)) == len(factors) == np.prod(factors.max(axis=0) + 1)
    np.testing.assert_array_equal(test.labels, test.factors[:, 0])
    images = test.images[..., 0]
    mass = images.sum(axis=(1, 2))
    for axis, number in ((2, 2), (1, 3)):  # x across, y down
        at = (images.sum(axis=3 - axis) * np.arange(16)).sum(axis=1) / mass
        assert np.corrcoef(at, test.factors[:, number])[0, 1] > 0.98
    brightest = images.max(axis=(1, 2))
    assert np.corrcoef(brightest, test.factors[:, 4])[0, 1] > 0.99
    assert np.corrcoef(mass / brightest, test.factors[:, 1])[0, 1] > 0.7
    again = datasets.load("shapes", "test")
    np.testing.assert_array_equal(again.images, test.images)
