"""Data sets: where their files come from, and their splits."""

import gzip
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError

Split = Literal["train", "validation", "test"]

SHIPPED = Path(__file__).parent / "files"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before its file is read.

    Attributes:
        name: Name of the data set, and of its file without the ending.
        title: Name for people.
        image_shape: (height, width, channels).
        class_names: Name of label 0, 1, …
        n_train: Number of training images.
        n_test: Number of test images.
    """

    name: str
    title: str
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    n_train: int
    n_test: int


_DIGITS = tuple("0123456789")
DATASETS = {
    info.name: info
    for info in (
        DatasetInfo("digits", "Digits (8 × 8)", (8, 8, 1), _DIGITS, 1198, 599),
        DatasetInfo(
            "fashion_mnist",
            "Fashion-MNIST",
            (28, 28, 1),
            (
                *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
                *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
            ),
            60_000,
            10_000,
        ),
        DatasetInfo("mnist", "MNIST", (28, 28, 1), _DIGITS, 60_000, 10_000),
        DatasetInfo(
            "cifar10",
            "CIFAR-10",
            (32, 32, 3),
            (
                *("airplane", "automobile", "bird", "cat", "deer"),
                *("dog", "frog", "horse", "ship", "truck"),
            ),
            50_000,
            10_000,
        ),
    )
}


@dataclass(frozen=True)
class Dataset:
    """The images of one split.

    Attributes:
        info: What the data set is.
        split: Which of its splits this is.
        images: Shape (n, h, w, c), float32 in [0, 1].
        labels: Shape (n,), int64, indices into `info.class_names`.
        source: Where the file was found, for people.
    """

    info: DatasetInfo
    split: Split
    images: np.ndarray
    labels: np.ndarray
    source: str


@dataclass(frozen=True)
class _Raw:
    """Images and labels as they lie in a file."""

    x: np.ndarray
    y: np.ndarray
    source: str


def info(name: str) -> DatasetInfo:
    """Return what is known of the data set called `name`.

    Raises:
        ExplorerError: If there is no such data set.
    """
    if name not in DATASETS:
        raise ExplorerError(
            f"There is no data set {name[:100]!r}: choose one of {', '.join(DATASETS)}."
        )
    return DATASETS[name]


def load(
    name: str,
    split: Split = "test",
    *,
    validation_size: int = 0,
    seed: int = 0,
    download: bool = True,
) -> Dataset:
    """Load one split of a data set.

    The file is looked for in the folder named by `EXPLORER_DATA`, among the files shipped with
    the project, in Debian's folder, and in the cache of earlier downloads; at last it is
    downloaded through Keras, in a process of its own. A file that holds only the other split is
    passed over.

    Args:
        name: A key of `DATASETS`.
        split: "test" is the data set's own; "train" and "validation" part its training images.
        validation_size: How many training images are set aside for "validation".
        seed: Which ones: the same seed gives the same split, everywhere.
        download: Whether a missing file may be downloaded.

    Raises:
        ExplorerError: If the data set is unknown, nowhere to be found, or its file is not what
            it should be; or if `validation_size` leaves no training images.
    """
    about = info(name)
    if split == "test":
        raw = _read(about, "test", download)
        return _dataset(about, split, raw, slice(None))
    raw = _read(about, "train", download)
    n = len(raw.x)
    if not 0 <= validation_size < n or (split == "validation" and validation_size == 0):
        raise ExplorerError(
            f"{about.title} has {n:,} training images: the number set aside for validation must "
            f"lie between 1 and {n - 1:,}. Received: {validation_size}."
        )
    order = np.random.default_rng(seed).permutation(n)
    chosen = order[:validation_size] if split == "validation" else order[validation_size:]
    return _dataset(about, split, raw, np.sort(chosen))


def is_local(name: str, split: Split = "test") -> bool:
    """Return whether a split's file lies on this machine. The images are not read.

    Raises:
        ExplorerError: If there is no such data set.
    """
    about = info(name)
    part = "test" if split == "test" else "train"
    if about.name == "digits":
        return True
    return any(_holds(path, part) for path in _npz_files(about, part)) or (
        about.name == "fashion_mnist" and all(path.is_file() for path in _debian_files(part))
    )


def check_here(name: str) -> None:
    """Refuse a data set whose training images are not on this machine; no image is read.

    Raises:
        ExplorerError: If it is unknown or would have to be downloaded, with the ways to get it.
    """
    if not is_local(name, "train"):
        raise ExplorerError(_three_ways(info(name)))


def cache_folder() -> Path:
    """Return the folder of downloaded data sets (`EXPLORER_CACHE`, else in the user's cache)."""
    default = Path.home() / ".cache" / "latent-explorer"
    return Path(os.environ.get("EXPLORER_CACHE") or default)


def download(name: str) -> Path:
    """Download a data set through Keras into the cache folder, with Keras' progress bar.

    Keras is imported in a process of its own, so that this one stays light.

    Raises:
        ExplorerError: If the download fails, with the three ways to get the file.
    """
    about = info(name)
    target = cache_folder() / f"{name}.npz"
    command = [sys.executable, "-m", "explorer.datasets.download", name, str(target)]
    environment = {**os.environ, "KERAS_BACKEND": "numpy"}
    # Standard output belongs to the caller's own answer (it may be JSON): progress goes beside it.
    done = subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
    if done.returncode != 0 or not target.exists():
        raise ExplorerError(_three_ways(about, " and could not be downloaded"))
    return target


def _three_ways(about: DatasetInfo, besides: str = "") -> str:
    second = (
        "install Debian's package dataset-fashion-mnist"
        if about.name == "fashion_mnist"
        else f"copy that file to {cache_folder() / (about.name + '.npz')}"
    )
    return (
        f"{about.title} is not on this machine{besides}: (1) put "
        f"{about.name}.npz (x_train, y_train, x_test, y_test) into a folder and set EXPLORER_DATA "
        f"to that folder, or (2) {second}, or (3) connect to the internet and run "
        f"'python -m explorer download {about.name}'."
    )


def _dataset(about: DatasetInfo, split: Split, raw: _Raw, rows: np.ndarray | slice) -> Dataset:
    images = raw.x[rows].astype(np.float32).reshape(-1, *about.image_shape)
    images /= np.float32(16 if about.name == "digits" else 255)
    return Dataset(about, split, images, raw.y[rows].astype(np.int64), raw.source)


def _read(about: DatasetInfo, part: str, may_download: bool) -> _Raw:
    if about.name == "digits":
        return _read_digits(part)
    for read in _local_sources(about, part):
        raw = read()
        if raw is not None:
            return raw
    if not may_download:
        raise ExplorerError(_three_ways(about))
    raw = _read_npz(download(about.name), about, part)
    assert raw is not None
    return raw


def _local_sources(about: DatasetInfo, part: str) -> list[Callable[[], _Raw | None]]:
    sources: list[Callable[[], _Raw | None]] = [
        partial(_read_npz, path, about, part) for path in _npz_files(about, part)
    ]
    if about.name == "fashion_mnist":
        sources.insert(-1, partial(_read_debian, about, part))
    return sources


def _npz_files(about: DatasetInfo, part: str) -> list[Path]:
    """Return where a data set's .npz may lie, the first choice first."""
    file = f"{about.name}.npz"
    folder = os.environ.get("EXPLORER_DATA")
    own = [Path(folder) / file] if folder else []
    return [*own, SHIPPED / f"{about.name}_{part}.npz", cache_folder() / file]


def _debian_files(part: str) -> list[Path]:
    """Return the files of images and labels in Debian's package of Fashion-MNIST."""
    prefix = "train" if part == "train" else "t10k"
    return [DEBIAN / f"{prefix}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]


def _holds(path: Path, part: str) -> bool:
    """Whether an .npz is there and is not one of the other part alone.

    One that is damaged, or has neither part, counts: so that reading it tells of it.
    """
    if not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return True
    other = "test" if part == "train" else "train"
    return f"x_{part}.npy" in names or f"x_{other}.npy" not in names


def _read_npz(path: Path, about: DatasetInfo, part: str) -> _Raw | None:
    if not _holds(path, part):
        return None
    # Who runs the app may link to where the data lie.
    arrays = storage.read_npz(path.resolve(), f"x_{part}", f"y_{part}", only=True)
    return _checked(arrays[f"x_{part}"], arrays[f"y_{part}"].reshape(-1), about, str(path))


def _read_debian(about: DatasetInfo, part: str) -> _Raw | None:
    images, labels = _debian_files(part)
    if not (images.is_file() and labels.is_file()):
        return None
    try:
        with gzip.open(images) as file:
            x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
        with gzip.open(labels) as file:
            y = np.frombuffer(file.read(), np.uint8, offset=8)
    except (OSError, EOFError, ValueError) as error:
        raise ExplorerError(
            f"{images.parent} holds a damaged file ({error}): reinstall dataset-fashion-mnist."
        ) from error
    return _checked(x, y, about, str(DEBIAN))


def _read_digits(part: str) -> _Raw:
    from sklearn.datasets import load_digits

    digits = load_digits()
    # Every third image is a test image: the same ones for every seed, as in the other data sets.
    is_test = np.arange(len(digits.target)) % 3 == 2
    rows = is_test if part == "test" else ~is_test
    return _Raw(digits.images[rows], digits.target[rows], "scikit-learn")


def _checked(x: np.ndarray, y: np.ndarray, about: DatasetInfo, source: str) -> _Raw:
    height, width, channels = about.image_shape
    shapes = [about.image_shape] if channels > 1 else [(height, width), about.image_shape]
    if x.shape[1:] not in shapes or x.dtype != np.uint8 or not len(x):
        raise ExplorerError(
            f"{source} is not {about.title}: its images should be uint8 of shape "
            f"(n, {height}, {width}{f', {channels}' if channels > 1 else ''}). "
            f"Received: {x.dtype} of shape {x.shape}."
        )
    integers = np.issubdtype(y.dtype, np.integer)
    if not integers or len(y) != len(x) or y.min() < 0 or y.max() >= len(about.class_names):
        raise ExplorerError(
            f"{source} has wrong labels: {len(x):,} whole numbers from 0 to "
            f"{len(about.class_names) - 1} are needed."
        )
    return _Raw(x, y, source)
