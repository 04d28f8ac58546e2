"""Data sets that users brought: a folder for each, whole or absent.

    <name>/config.json                         what is known of it, see `read`
           train_images.npy  train_labels.npy  (n, h, w, c) uint8 and (n,) int64; absent if n is 0
           test_images.npy   test_labels.npy   images are absent where only codes were brought

The arrays are not packed, so that they are mapped into memory and not read.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.datasets.base import UNLABELLED, DatasetInfo, Part, Raw
from explorer.datasets.builtin import DATASETS

SCHEMA = 1
MAX_CLASSES = 100
MAX_IMAGES = 200_000
SIDES = (8, 128)  # pixels: the smallest and the largest image
MAX_TEXT = 100  # characters of a title or of a class's name
MAX_NOTE = 300
_MAX_CONFIG_BYTES = 1_000_000
_SETTLED = 1_000_000_000  # nanoseconds, as in `explorer.checkpoints.store`
_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class BrokenDataset:
    """A folder that should be a data set and is not.

    Attributes:
        path: The folder.
        reason: What is wrong, in one sentence.
    """

    path: Path
    reason: str

    @property
    def name(self) -> str:
        """Name of the folder, its invisible characters spelt out."""
        name = self.path.name
        return name if name.isprintable() else ascii(name)


@dataclass(frozen=True)
class Folder:
    """The folder of a data set as a source of its images."""

    path: Path
    advice: str = ""

    def has(self, name: str, part: Part) -> bool:
        """Whether the images of a part are there."""
        return os.path.lexists(self.path / f"{part}_images.npy")

    def read(self, name: str, part: Part) -> Raw:
        """Map the part's arrays into memory.

        Raises:
            ExplorerError: If a file is damaged.
        """
        images, labels = (mapped(self.path / f"{part}_{what}.npy") for what in ("images", "labels"))
        return Raw(images, labels, str(self.path))


def root() -> Path:
    """Return the folder of users' data sets.

    It is `EXPLORER_DATASETS`, else `data` beside the folder of the checkpoints.
    """
    checkpoints = os.environ.get("EXPLORER_CHECKPOINTS") or _PROJECT / "checkpoints"
    return Path(os.environ.get("EXPLORER_DATASETS") or Path(checkpoints).absolute().parent / "data")


def list_own() -> list[DatasetInfo | BrokenDataset]:
    """Return all data sets of users by name, broken ones among them. Only config.json is read."""
    found: list[DatasetInfo | BrokenDataset] = []
    for path in _folders():
        try:
            found.append(read(path))
        except ExplorerError as error:
            found.append(BrokenDataset(path, str(error)))
    return found


def find(name: str) -> DatasetInfo | None:
    """Return what is known of the user's data set called `name`, or None if there is none.

    Raises:
        ExplorerError: If it is broken.
    """
    try:
        path = root() / storage.check_name(name)
    except ExplorerError:
        return None
    return read(path) if path.is_dir() and not path.is_symlink() else None


def check_new(name: str) -> Path:
    """Return the folder of a data set to be, if its name is free.

    Raises:
        ExplorerError: If it can be no name, or is that of another data set.
    """
    path = root() / storage.check_name(name)
    if name in DATASETS or os.path.lexists(path):
        raise taken(name)
    return path


def taken(name: str) -> ExplorerError:
    """Return the error that says that there is a data set of that name."""
    return ExplorerError(
        f"There is a data set {name!r} already: choose another name, or delete that one first."
    )


def read(path: Path) -> DatasetInfo:
    """Read what is known of the data set in a folder; one that has not changed is remembered.

    Raises:
        ExplorerError: If it is broken.
    """
    try:
        about = (path / "config.json").stat()
    except OSError:
        return _read(path)
    if time.time_ns() - about.st_mtime_ns < _SETTLED:
        return _read(path)
    return _known(path, (about.st_mtime_ns, about.st_ino, about.st_size))


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder that becomes the data set `name` if the block succeeds.

    Raises:
        ExplorerError: If the name is taken, before the block or, by somebody else, after it.
    """
    path = check_new(name)
    with storage.temporary_folder(path) as folder:
        yield folder
        put(folder, name)


def put(folder: Path, name: str) -> DatasetInfo:
    """Let a whole folder on the same file system become the data set `name`.

    Raises:
        ExplorerError: If the name is taken; of two who ask at once the first one gets it.
    """
    path = check_new(name)
    try:
        folder.rename(path)
    except OSError as error:
        if os.path.lexists(path):
            raise taken(name) from None
        raise ExplorerError(
            f"The data set cannot be written ({error.strerror}): make room in {path.parent}, or "
            "let the app write there."
        ) from error
    return read(path)


def write_part(folder: Path, part: Part, images: np.ndarray | None, labels: np.ndarray) -> None:
    """Write one part of a data set into its folder.

    Args:
        folder: Yielded by `new_folder`.
        part: "train" or "test".
        images: Shape (n, h, w, c), uint8; None: there are codes alone.
        labels: Shape (n,): indices into the names of the classes; all 0 where there are none.
    """
    if images is not None:
        np.save(folder / f"{part}_images.npy", np.ascontiguousarray(images, np.uint8))
    np.save(folder / f"{part}_labels.npy", np.ascontiguousarray(labels, np.int64))


def write_config(path: Path, about: DatasetInfo) -> None:
    """Write what is known of a data set into its folder."""
    content = {
        "schema": SCHEMA,
        "title": about.title,
        "image_shape": list(about.image_shape),
        "class_names": list(about.class_names) if about.labelled else [],
        "n_train": about.n_train,
        "n_test": about.n_test,
        "notes": list(about.notes),
        "created": about.created,
    }
    storage.write_json(path / "config.json", content)


def mapped(path: Path) -> np.ndarray:
    """Return the array of a .npy file, mapped into memory and not to be written to.

    Raises:
        ExplorerError: If it is no regular file, damaged, or holds Python objects.
    """
    try:
        with storage.open_file(path) as file:
            shape, fortran, dtype = storage.read_npy_header(file)
            if fortran or dtype.hasobject:
                raise ValueError("its header is not one of ours")
            if 0 in shape:
                return np.empty(shape, dtype)
            return np.memmap(file, dtype, "r", file.tell(), shape)
    except FileNotFoundError:
        raise ExplorerError(f"There is no file {path}.") from None
    except (OSError, ValueError, OverflowError) as error:
        raise ExplorerError(
            f"{path} is damaged ({shorten(str(error), 200)}): import this data set again."
        ) from error


@keep(256)
def _known(path: Path, state: tuple[int, ...]) -> DatasetInfo:
    return _read(path)


def _folders() -> list[Path]:
    try:
        with os.scandir(root()) as entries:
            return sorted(
                Path(entry)
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []


def _read(path: Path) -> DatasetInfo:
    name = storage.check_name(path.name)
    if name in DATASETS:
        raise ExplorerError(f"{name} has the name of a built-in data set: rename its folder.")
    try:
        text = storage.read_text(path / "config.json", _MAX_CONFIG_BYTES)
        config = storage.parse_json(text)
        if config["schema"] != SCHEMA:
            raise ValueError(f"its schema is {config['schema']!r}, this version reads {SCHEMA}")
        return _checked(name, path, config)
    except FileNotFoundError:
        raise ExplorerError(f"{name}: config.json is missing.") from None
    except KeyError as error:
        raise ExplorerError(f"{name}: config.json lacks {str(error)[:100]}.") from error
    except (OSError, ValueError, TypeError, AttributeError) as error:
        reason = shorten(str(error), MAX_NOTE)
        raise ExplorerError(f"{name}: config.json cannot be read ({reason}).") from error


def _checked(name: str, path: Path, config: dict[str, Any]) -> DatasetInfo:
    shape = tuple(_count(size, 128) for size in config["image_shape"])
    if len(shape) != 3 or not (
        shape == (0, 0, 0) or (shape[2] in (1, 3) and all(size >= 8 for size in shape[:2]))
    ):
        raise ValueError(f"its image_shape is {shape}")
    names = tuple(_text(each, MAX_TEXT) for each in config["class_names"])
    if len(names) > MAX_CLASSES:
        raise ValueError(f"it has {len(names)} classes")
    counts = [_count(config[key], MAX_IMAGES) for key in ("n_train", "n_test")]
    return DatasetInfo(
        name,
        _text(config["title"], MAX_TEXT),
        shape,
        names if len(names) > 1 else UNLABELLED,
        n_train=counts[0],
        n_test=counts[1],
        sources=(Folder(path),),
        downloadable=False,
        notes=tuple(_text(note, MAX_NOTE) for note in config["notes"]),
        created=_text(config["created"], MAX_TEXT),
        own=True,
    )


def _count(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{str(value)[:50]!r} should be a whole number from 0 to {most:,}")
    return value


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise ValueError(f"{str(value)[:50]!r} should be a text of at most {most} characters")
    return value
