""".npz and .npy: arrays found by their names and read in parts. Nothing is unpickled."""

import math
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.datasets.brought import values
from explorer.datasets.brought.base import (
    NO_LABELS,
    Found,
    ImportSpec,
    Role,
    Rows,
    role_in,
    role_of,
    words_of,
)
from explorer.datasets.brought.stack import CHUNK, Codes, Stack, looks_like_images
from explorer.datasets.user import MAX_IMAGES

_IMAGES = ("x", "images", "image", "imgs", "img", "data", "pixels", "arr_0")
_LABELS = ("y", "labels", "label", "targets", "target", "classes", "arr_1")
_CODES = (
    *("z_mean", "z", "codes", "code", "latent", "latents", "latent_codes"),
    *("embedding", "embeddings", "features", "vectors", "encoded"),
)
_VARIANCES = ("z_log_var", "log_var", "logvar")
_CLASS_NAMES = ("class_names", "label_names", "target_names", "names", "categories")
_MAX_WHOLE = 1_000_000_000  # bytes of an array that cannot be read in parts
_MAX_ARRAYS = 1000


@dataclass(frozen=True, eq=False)
class Array:
    """An array of a file, of which the header is read.

    Attributes:
        name: Its name in the file.
        shape, dtype, fortran: What the header says.
        open: Opens it where the numbers begin.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    open: Callable[[], IO[bytes]]

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield it in parts along its first axis.

        Raises:
            ExplorerError: If it holds no numbers or texts, or is cut off.
        """
        self.check()
        if self.fortran and len(self.shape) > 1:
            yield from self._whole()
            return
        row = self.dtype.itemsize * math.prod(self.shape[1:])
        rows = max(1, CHUNK // max(1, row))
        with self.open() as file:
            for start in range(0, self.shape[0], rows):
                m = min(rows, self.shape[0] - start)
                content = file.read(m * row)
                if len(content) < m * row:
                    raise ExplorerError(
                        f"The array {self.name!r} is cut off: the file is damaged, save it again."
                    )
                yield np.frombuffer(content, self.dtype).reshape(m, *self.shape[1:])

    def check(self) -> None:
        """Refuse what holds neither numbers nor texts.

        Raises:
            ExplorerError: If it does.
        """
        if self.dtype.kind not in "biufUS":
            raise ExplorerError(
                f"The array {self.name!r} holds {values.kind_of(self.dtype)}: numbers are needed."
            )

    def whole(self) -> np.ndarray:
        """Return all of it."""
        if math.prod(self.shape) * self.dtype.itemsize > _MAX_WHOLE:
            raise ExplorerError(f"The array {self.name!r} is too large: bring a part of it.")
        parts = list(self.chunks())
        return np.concatenate(parts) if parts else np.empty(self.shape, self.dtype)

    def _whole(self) -> Iterator[np.ndarray]:
        size = math.prod(self.shape) * self.dtype.itemsize
        if size > _MAX_WHOLE:
            raise ExplorerError(
                f"The array {self.name!r} lies in Fortran's order and is too large to be turned: "
                "save it with np.ascontiguousarray."
            )
        with self.open() as file:
            content = file.read(size)
        if len(content) < size:
            raise ExplorerError(
                f"The array {self.name!r} is cut off: the file is damaged, save it again."
            )
        yield np.ascontiguousarray(
            np.frombuffer(content, self.dtype).reshape(self.shape, order="F")
        )


def open_npz(path: Path, name: str, spec: ImportSpec) -> Found:
    """Find the images, labels and codes of an .npz file.

    Raises:
        ExplorerError: If it is damaged, or has no array of a known name.
    """
    return _found([_member(path, info) for info in _members(path, name)], name, spec)


def open_npy(path: Path, name: str, spec: ImportSpec) -> Found:
    """Take the one array of a .npy file as images or codes."""
    try:
        with path.open("rb") as file:
            array = _array("x", file, path.stat().st_size, lambda: path.open("rb"))
    except (OSError, ValueError) as error:
        raise _damaged(name, error) from error
    return _found([array], name, spec)


def _members(path: Path, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if info.filename.endswith(".npy")]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(name, error) from error
    if len(found) > _MAX_ARRAYS:
        raise ExplorerError(f"{name} has {len(found):,} arrays: leave those of the data alone.")
    return found


def _member(path: Path, info: zipfile.ZipInfo) -> Array:
    name = info.filename.removesuffix(".npy")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise ExplorerError(
            f"The array {name[:100]!r} is packed in a way that NumPy does not write: save it with "
            "np.savez_compressed."
        )

    def opened() -> IO[bytes]:
        return zipfile.ZipFile(path).open(info)

    try:
        with opened() as file:
            return _array(name, file, info.file_size, opened)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ExplorerError(
            f"The array {name[:100]!r} is damaged ({str(error)[:200]}): save it again with "
            "np.savez."
        ) from error


def _array(name: str, file: IO[bytes], size: int, opened: Callable[[], IO[bytes]]) -> Array:
    shape, fortran, dtype = storage.read_npy_header(file)
    if not dtype.hasobject and math.prod(shape) * dtype.itemsize > size:
        raise ExplorerError(
            f"The array {name[:100]!r} is shorter than its header says "
            f"({' × '.join(map(str, shape))}): the file is damaged."
        )

    def numbers() -> IO[bytes]:
        file = opened()
        storage.read_npy_header(file)
        return file

    return Array(name, shape, dtype, fortran, numbers)


def _damaged(name: str, error: Exception) -> ExplorerError:
    return ExplorerError(
        f"{name} is no readable NumPy file ({str(error)[:200]}): save it again with np.savez."
    )


def _found(arrays: list[Array], name: str, spec: ImportSpec) -> Found:
    """Tell arrays by their names."""
    by_role: dict[Role, dict[str, Array]] = {}
    for array in arrays:
        role = role_in(array.name)
        rest = "_".join(word for word in words_of(array.name) if not role_of(word))
        by_role.setdefault(role, {})[rest or "x"] = array
    class_names = _class_names(by_role.get("", {}))
    rows = [
        found
        for role, known in by_role.items()
        if (found := _rows(known, role, spec, split=len(by_role) > 1)) is not None
    ]
    if any(part.role for part in rows):
        rows = [part for part in rows if part.role]
    if not rows:
        there = ", ".join(repr(array.name[:50]) for array in arrays[:10]) or "none"
        raise ExplorerError(
            f"{name} has no array of images or codes that is known by its name: call them x (or "
            f"x_train, x_test), labels y, codes z. It has {there}."
        )
    return Found(tuple(rows), class_names)


def _rows(known: dict[str, Array], role: Role, spec: ImportSpec, split: bool) -> Rows | None:
    images = next((known[key] for key in _IMAGES if key in known), None)
    codes = next((known[key] for key in _CODES if key in known), None)
    if images is None and codes is None:
        # One array alone needs no name.
        several = [array for array in known.values() if len(array.shape) > 1]
        if split or len(several) != 1:
            return None
        images = several[0]
    if images is not None and codes is None and _are_codes(images, spec):
        images, codes = None, images
    first = images or codes
    assert first is not None
    if not first.shape:
        raise ExplorerError(f"The array {first.name!r} is a single value: give one for each image.")
    first.check()
    n = first.shape[0]
    labels = _labels(known, n, spec)
    found = {} if codes is None or spec.content == "images" else _codes(codes, known, n)
    what = f"The array {first.name!r}"
    if images is None:
        if not found:
            raise ExplorerError(f"{what} holds codes: choose codes as the content.")
        return Codes(what, found, labels, role)
    return Stack(what, n, images.shape[1:], images.chunks, labels, role, spec.row_shape, found)


def _are_codes(array: Array, spec: ImportSpec) -> bool:
    if spec.content != "auto" or spec.shape or len(array.shape) != 2:
        return spec.content == "codes"
    return not looks_like_images(next(array.chunks(), np.empty(array.shape)))


def _codes(array: Array, known: dict[str, Array], n: int) -> dict[str, np.ndarray]:
    variance = next((known[key] for key in _VARIANCES if key in known), None)
    found = {"z_mean": array} | ({"z_log_var": variance} if variance is not None else {})
    for each in found.values():
        if len(each.shape) != 2 or each.shape[0] != n or each.shape != array.shape:
            raise ExplorerError(
                f"Codes must be an array (n, d), one row for each of {n:,} images. Received: "
                f"{each.name!r} of shape {each.shape}."
            )
    return {key: values.numbers(each.whole(), each.name) for key, each in found.items()}


def _labels(known: dict[str, Array], n: int, spec: ImportSpec) -> np.ndarray | None:
    if spec.labels == NO_LABELS:
        return None
    wanted = (spec.labels.lower(),) if spec.labels else _LABELS
    array = next((known[key] for key in wanted if key in known), None)
    if array is None and spec.labels:
        raise ExplorerError(
            f"There is no array {spec.labels[:50]!r} of labels; there are {', '.join(known)}."
        )
    if array is None:
        return None
    if (
        not array.shape
        or array.shape[0] != n
        or len(array.shape) > 2
        or array.shape[0] > MAX_IMAGES
    ):
        raise ExplorerError(
            f"Labels must be one for each of the {n:,} images, (n,) or one-hot (n, k). Received: "
            f"{array.name!r} of shape {array.shape}."
        )
    labels = array.whole()
    if labels.ndim == 2 and labels.shape[1] == 1:
        return labels[:, 0]
    if labels.ndim == 2:
        if not (((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all()):
            raise ExplorerError(
                f"The labels {array.name!r} are of shape {labels.shape} but not one-hot: give one "
                "label for each image."
            )
        return np.asarray(labels.argmax(axis=1))
    return labels


def _class_names(known: dict[str, Array]) -> tuple[str, ...]:
    array = next((known[key] for key in _CLASS_NAMES if key in known), None)
    if array is None or len(array.shape) != 1 or array.dtype.kind not in "US":
        return ()
    return tuple(_text(value) for value in array.whole().tolist())


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
