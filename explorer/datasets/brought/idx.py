"""IDX, the format of MNIST's files, plain or gzipped; labels lie in a file beside the images."""

import gzip
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.datasets.brought.base import NO_LABELS, Found, ImportSpec, Role, Rows, role_in
from explorer.datasets.brought.stack import CHUNK, Codes, Stack, looks_like_images
from explorer.datasets.user import MAX_IMAGES

# https://yann.lecun.com/exdb/mnist: two zeros, the type, the number of dimensions, their sizes.
_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_MAX_DIMENSIONS = 4


@dataclass(frozen=True)
class Idx:
    """A file of which the header is read.

    Attributes:
        name: What its owner calls it.
        path: Where it lies.
        shape, dtype: What the header says.
    """

    name: str
    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield its array in parts along its first axis.

        Raises:
            ExplorerError: If it is shorter than its header says.
        """
        row = self.dtype.itemsize * math.prod(self.shape[1:])
        rows = max(1, CHUNK // max(1, row))
        with _opened(self.path) as file:
            file.read(4 + 4 * len(self.shape))
            for start in range(0, self.shape[0], rows):
                m = min(rows, self.shape[0] - start)
                content = file.read(m * row)
                if len(content) < m * row:
                    raise ExplorerError(
                        f"{self.name} is cut off: its header tells of {self.shape[0]:,} rows. "
                        "Fetch it again."
                    )
                array = np.frombuffer(content, self.dtype).reshape(m, *self.shape[1:])
                yield array.astype(self.dtype.newbyteorder("="))


def is_idx(head: bytes) -> bool:
    """Whether a file begins as an IDX file does."""
    return (
        len(head) >= 4
        and head[:2] == b"\0\0"
        and head[2] in _TYPES
        and 1 <= head[3] <= _MAX_DIMENSIONS
    )


def read_header(path: Path, name: str) -> Idx:
    """Read what an IDX file says of itself.

    Raises:
        ExplorerError: If it is none, or too short for what it says.
    """
    with _opened(path) as file:
        head = file.read(4)
        if not is_idx(head):
            raise ExplorerError(f"{name} is no IDX file.")
        sizes = file.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise ExplorerError(f"{name} is cut off: fetch it again.")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    if shape[0] > MAX_IMAGES or math.prod(shape[1:]) > 4096 * 4096:
        raise ExplorerError(
            f"{name} says that it has {' × '.join(f'{size:,}' for size in shape)} values: at most "
            f"{MAX_IMAGES:,} images of 4,096 × 4,096 are taken, so it is damaged or too large."
        )
    return Idx(name, path, shape, np.dtype(_TYPES[head[2]]))


def open_idx(files: Mapping[str, Path], spec: ImportSpec) -> Found:
    """Find images and their labels among IDX files.

    Args:
        files: By the names that their owner has for them: of one folder.
        spec: Of the import.

    Raises:
        ExplorerError: If there are no images, or labels that are not theirs.
    """
    headers = [read_header(path, name) for name, path in files.items()]
    labels = {item.name: item for item in headers if len(item.shape) == 1}
    images = [item for item in headers if len(item.shape) > 1]
    if not images:
        raise ExplorerError(
            f"{next(iter(files))} holds labels: bring the file of the images too, beside it."
        )
    rows, notes = [], []
    for item in images:
        role = role_in(item.name)
        found = labels.get(labels_name(item.name)) or labels.get(_other(labels_name(item.name)))
        if found is None and len(images) == len(labels) == 1:
            found = next(iter(labels.values()))
        if found is not None and spec.labels != NO_LABELS:
            notes.append(f"The labels of {item.name} were read from {found.name}.")
        rows.append(_rows(item, found, role if len(images) > 1 else "", spec))
    return Found(tuple(rows), notes=tuple(notes))


def labels_name(images: str) -> str:
    """Return how the file of the labels is called beside a file of images."""
    name = re.sub(r"images|image", "labels", images, flags=re.IGNORECASE)
    return re.sub(r"idx[2-4]", "idx1", name)


def siblings(path: Path) -> dict[str, Path]:
    """Return a file of images and what belongs to it in its folder: labels, the test images."""
    images = [path.name, *filter(None, [_train_or_test(path.name)])]
    found = {path.name: path}
    for name in (*images, *map(labels_name, images)):
        there = [
            other
            for each in (name, _other(name))
            if (other := path.with_name(each)).is_file() and not other.is_symlink()
        ]
        found |= {other.name: other for other in there[:1]}
    return found


def _rows(images: Idx, labels: Idx | None, role: Role, spec: ImportSpec) -> Rows:
    numbers = None
    if labels is not None and spec.labels != NO_LABELS:
        if labels.shape[0] != images.shape[0]:
            raise ExplorerError(
                f"{labels.name} has {labels.shape[0]:,} labels, but {images.name} has "
                f"{images.shape[0]:,} images: they do not belong together."
            )
        numbers = np.concatenate(list(labels.chunks()) or [np.empty(0, np.int64)])
    if len(images.shape) == 2 and not spec.shape and spec.content != "images":
        first = next(images.chunks(), np.empty(images.shape))
        if spec.content == "codes" or not looks_like_images(first):
            z = np.concatenate(list(images.chunks()))
            return Codes(images.name, {"z_mean": z}, numbers, role)
    return Stack(
        images.name, images.shape[0], images.shape[1:], images.chunks, numbers, role, spec.row_shape
    )


def _train_or_test(name: str) -> str:
    for ours, theirs in (
        ("train", "t10k"),
        ("t10k", "train"),
        ("train", "test"),
        ("test", "train"),
    ):
        if ours in name:
            return name.replace(ours, theirs)
    return ""


def _other(name: str) -> str:
    """Return the name with .gz or without."""
    return name.removesuffix(".gz") if name.endswith(".gz") else f"{name}.gz"


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if zipped else path.open("rb")  # type: ignore[return-value]
