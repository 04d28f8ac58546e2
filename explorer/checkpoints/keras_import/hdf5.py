"""HDF5 files of somebody else: only plain datasets that lie in the file itself."""

import contextlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from explorer.core.errors import ExplorerError
from explorer.models.spec import MAX_PARAMETERS

# deflate, shuffle, checksum; HDF5 would load a library for any other.
_FILTERS = (1, 2, 3)


class Group:
    """A group of an HDF5 file, read without following links.

    Args:
        group: The group.
        where: Its path, for people.
    """

    def __init__(self, group: Any, where: str) -> None:
        self._group = group
        self.where = where

    def group(self, path: str) -> "Group | None":
        """Return the group at a path below; None if there is none."""
        item = self._child(path)
        if isinstance(item, h5py.Group):
            return Group(item, f"{self.where}/{path}")
        return None

    def names(self) -> list[str]:
        """Return the names of what is in it, at most 10,000."""
        if len(self._group) > 10_000:
            raise ExplorerError(f"{self.where} holds more than any model.")
        return list(self._group)

    def array(self, path: str) -> np.ndarray | None:
        """Return the dataset at a path below as float32; None if there is none.

        Raises:
            ExplorerError: If its numbers lie elsewhere, are no finite numbers, or too many.
        """
        item = self._child(path)
        return self._read(item, path) if isinstance(item, h5py.Dataset) else None

    def text(self, attribute: str) -> str | None:
        """Return an attribute that is a text, stored as bytes or as str; None without it."""
        value = self._attribute(attribute)
        if isinstance(value, np.ndarray | np.generic) and value.ndim == 0:
            value = value.item()
        return _text(value) if isinstance(value, str | bytes) else None

    def texts(self, attribute: str) -> list[str] | None:
        """Return an attribute that is a list of texts, which Keras may have parted into chunks."""
        value = self._attribute(attribute)
        if value is None:
            parts: list[np.ndarray] = []
            while (part := self._attribute(f"{attribute}{len(parts)}")) is not None:
                parts.append(np.atleast_1d(part))
            if not parts:
                return None
            value = np.concatenate(parts)
        items = np.atleast_1d(value).tolist()
        return [_text(item) for item in items if isinstance(item, str | bytes)]

    def _attribute(self, name: str) -> Any:
        try:
            return self._group.attrs.get(name)
        except Exception as error:  # what a damaged file makes h5py raise shares no base class
            raise ExplorerError(f"{self.where}: its attribute {name!r} is damaged.") from error

    def _child(self, path: str) -> Any:
        item = self._group
        for part in path.split("/"):
            if not part or not isinstance(item, h5py.Group):
                return None
            link = item.get(part, getlink=True)
            if link is None:
                return None
            if not isinstance(link, h5py.HardLink):
                raise ExplorerError(
                    f"{self.where}: {part!r} is a link, which could lead to any file of this "
                    "machine: save the model anew with model.save."
                )
            item = item.get(part)
        return item

    def _read(self, item: h5py.Dataset, path: str) -> np.ndarray:
        where = f"{self.where}/{path}"
        plan = item.id.get_create_plist()
        if item.external or item.is_virtual:
            raise ExplorerError(
                f"{where} keeps its numbers in another file, which is never opened: save the model "
                "anew with model.save."
            )
        if any(plan.get_filter(i)[0] not in _FILTERS for i in range(plan.get_nfilters())):
            raise ExplorerError(f"{where} is packed in a way that Keras does not use.")
        if item.dtype.kind not in "fiu" or item.dtype.itemsize > 8:
            raise ExplorerError(
                f"{where} does not hold plain numbers. Received: {str(item.dtype)[:50]}."
            )
        if math.prod(item.shape) > MAX_PARAMETERS:
            raise ExplorerError(
                f"{where} has {math.prod(item.shape):,} numbers, more than the "
                f"{MAX_PARAMETERS:,} that are allowed."
            )
        values = np.asarray(item[()], np.float32)
        if not np.isfinite(values).all():
            raise ExplorerError(
                f"{where} holds weights that are NaN or infinite: the training diverged, or the "
                "file is damaged. Save an earlier epoch of the model."
            )
        return values


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


@contextlib.contextmanager
def opened(file: Path | bytes, name: str) -> Iterator[Group]:
    """Open an HDF5 file.

    Raises:
        ExplorerError: If it is none, is cut short, or is found damaged while the block reads it.
    """
    try:
        with h5py.File(io.BytesIO(file) if isinstance(file, bytes) else file, "r") as root:
            yield Group(root, name)
    except ExplorerError:
        raise
    except Exception as error:  # as above
        raise ExplorerError(
            f"{name} is damaged or cut short ({str(error)[:120]}): copy or download it again."
        ) from error
