"""Data sets by name: what is known of them, and their splits."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Report
from explorer.datasets import user, watched
from explorer.datasets.base import Dataset, DatasetInfo, Part, Raw, Split
from explorer.datasets.builtin import DATASETS
from explorer.datasets.images import Images
from explorer.datasets.sources import CACHE, SHIPPED_FILES, cache_folder


def info(name: str) -> DatasetInfo:
    """Return what is known of the data set called `name`.

    Raises:
        ExplorerError: If there is no such data set.
    """
    found = DATASETS.get(name) or user.find(name)
    if found is None:
        raise ExplorerError(
            f"There is no data set {name[:100]!r}: choose one of {', '.join(names())}."
        )
    return found


def names() -> list[str]:
    """Return the names of all data sets: the built-in ones, then those of users that are whole."""
    return [*DATASETS, *(item.name for item in user.list_own() if isinstance(item, DatasetInfo))]


def load(
    name: str,
    split: Split = "test",
    *,
    validation_size: int = 0,
    seed: int = 0,
    download: bool = True,
) -> Dataset:
    """Load one split of a data set.

    Its sources are asked in their order: usually the folder named by `EXPLORER_DATA`, the files
    shipped with the project, Debian's folder, and the cache of earlier downloads; at last it is
    downloaded through Keras, in a process of its own. A file that holds only the other part is
    passed over.

    Args:
        name: One of `names`.
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


def raw(name: str, part: Part) -> Raw:
    """Return one part as it lies in its file; nothing is downloaded.

    Raises:
        ExplorerError: If the data set is unknown, not on this machine, or damaged.
    """
    return _read(info(name), part, may_download=False)


def licence(name: str) -> str | None:
    """Return under which terms a data set that ships with the project is given on, if it does."""
    file = SHIPPED_FILES / f"LICENSE-{name.replace('_', '-')}.txt"
    return file.read_text(encoding="utf-8") if name in DATASETS and file.is_file() else None


def is_local(name: str, split: Split = "test") -> bool:
    """Return whether a split's file lies on this machine. The images are not read.

    Raises:
        ExplorerError: If there is no such data set.
    """
    about = info(name)
    return any(source.has(name, _part(split)) for source in about.sources)


def check_here(name: str) -> None:
    """Refuse a data set whose training images are not on this machine; no image is read.

    Raises:
        ExplorerError: If it is unknown or would have to be downloaded, with the ways to get it.
    """
    if not is_local(name, "train"):
        raise absent(info(name))


def download(name: str, report: Report | None = None) -> Path:
    """Download a data set through Keras into the cache folder.

    Keras is imported in a process of its own, so that this one stays light.

    Args:
        name: Of the data set.
        report: Takes the progress, and ends it by answering False; None: Keras draws its own bar.

    Raises:
        ExplorerError: If the download fails, with the three ways to get the file, or was ended.
    """
    about = info(name)
    target = cache_folder() / f"{name}.npz"
    command = [sys.executable, "-m", "explorer.datasets.download", name, str(target)]
    environment = {**os.environ, "KERAS_BACKEND": "numpy"}
    if report is not None:
        code = watched.run(command, environment, report, f"Fetching {about.title}")
    else:
        # Standard output belongs to the caller's own answer (it may be JSON).
        code = subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode
    if code != 0 or not target.exists():
        raise absent(about, " and could not be downloaded")
    return target


def absent(about: DatasetInfo, besides: str = "") -> ExplorerError:
    """Return the error that names the ways to get a data set's file."""
    if about.own:
        what = "training" if about.n_test else "test"
        return ExplorerError(
            f"{about.title} has no {what} images: it was imported without them."
            if about.has_images
            else f"{about.title} has no images: only its codes were imported."
        )
    advice = next((source.advice for source in about.sources if source.advice), "")
    advice = advice or f"copy that file to {cache_folder() / (about.name + '.npz')}"
    download = (
        f", or (3) connect to the internet and run 'python -m explorer download {about.name}'"
        if about.downloadable
        else ""
    )
    return ExplorerError(
        f"{about.title} is not on this machine{besides}: (1) put "
        f"{about.name}.npz (x_train, y_train, x_test, y_test) into a folder and set EXPLORER_DATA "
        f"to that folder, or (2) {advice}{download}."
    )


def _part(split: Split) -> Part:
    return "test" if split == "test" else "train"


def _dataset(about: DatasetInfo, split: Split, raw: Raw, rows: np.ndarray | slice) -> Dataset:
    images = Images(raw.x[rows].reshape(-1, *about.image_shape), about.white)
    factors = None if raw.factors is None else raw.factors[rows]
    return Dataset(about, split, images, raw.y[rows].astype(np.int64), raw.source, factors)


def _read(about: DatasetInfo, part: Part, may_download: bool) -> Raw:
    for source in about.sources:
        if source.has(about.name, part):
            return _checked(source.read(about.name, part), about)
    if not (may_download and about.downloadable):
        raise absent(about)
    download(about.name)
    return _checked(CACHE.read(about.name, part), about)


def _checked(raw: Raw, about: DatasetInfo) -> Raw:
    """Return the images if they are those of the data set, else refuse them."""
    x, y = raw.x, raw.y
    height, width, channels = about.image_shape
    shapes = [about.image_shape] if channels > 1 else [(height, width), about.image_shape]
    if x.shape[1:] not in shapes or x.dtype != np.uint8 or not len(x):
        raise ExplorerError(
            f"{raw.source} is not {about.title}: its images should be uint8 of shape "
            f"(n, {height}, {width}{f', {channels}' if channels > 1 else ''}). "
            f"Received: {x.dtype} of shape {x.shape}."
        )
    integers = np.issubdtype(y.dtype, np.integer)
    if not integers or len(y) != len(x) or y.min() < 0 or y.max() >= len(about.class_names):
        raise ExplorerError(
            f"{raw.source} has wrong labels: {len(x):,} whole numbers from 0 to "
            f"{len(about.class_names) - 1} are needed."
        )
    return raw
