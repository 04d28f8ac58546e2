"""Folders that were deleted: moved aside whole, brought back on demand, gone after a day.

A folder goes to `.trash/<time>-<random>/<name>` beside where it was, at once and on the same disk.
"""

import contextlib
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from explorer.core import storage
from explorer.core.errors import ExplorerError

KEPT = 86_400.0  # seconds
_TRASH = ".trash"
_ID = re.compile(r"(\d{20})-[0-9a-f]{8}")


@dataclass(frozen=True)
class Deleted:
    """A folder in the trash.

    Attributes:
        id: Names it among all, and tells when it was deleted.
        path: Where it lies now; it has its old name.
    """

    id: str
    path: Path

    @property
    def name(self) -> str:
        """Its name."""
        return self.path.name

    @property
    def when(self) -> float:
        """When it was deleted, in seconds since 1970."""
        return int(self.id[:20]) / 1e9


def put(path: Path) -> Deleted:
    """Move a folder into the trash beside it, and empty what is too old there.

    Of a link the link alone is moved.

    Raises:
        ExplorerError: If it is gone, or cannot be moved.
    """
    trash = _trash(path.parent)
    empty(path.parent)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    place = trash / name
    try:
        place.mkdir(parents=True)
        path.rename(place / path.name)
    except OSError as error:
        with contextlib.suppress(OSError):
            place.rmdir()
        if not os.path.lexists(path):
            raise ExplorerError(f"{path.name} is there no more.") from None
        raise ExplorerError(
            f"{path.name} cannot be deleted ({error.strerror}): let the app write in {path.parent}."
        ) from error
    return Deleted(name, place / path.name)


def restore(deleted: Deleted) -> Path:
    """Move a folder out of the trash to where it was; return its path.

    Raises:
        ExplorerError: If it is there no more, or something else has its name by now.
    """
    parent = deleted.path.parents[2]
    found = next((item for item in listing(parent) if item.id == deleted.id), None)
    if found is None:
        raise ExplorerError("It cannot be brought back: what was deleted is kept for a day alone.")
    path = parent / found.name
    if os.path.lexists(path):
        raise ExplorerError(
            f"{found.name} cannot be brought back: there is another {found.name} by now, rename or "
            "delete that one first."
        )
    try:
        found.path.rename(path)
        found.path.parent.rmdir()
    except OSError as error:
        raise ExplorerError(
            f"{found.name} cannot be brought back ({error.strerror}): let the app write in "
            f"{parent}."
        ) from error
    return path


def listing(parent: Path) -> list[Deleted]:
    """Return what was deleted in a folder during the last day, the latest first."""
    now = time.time()
    return [item for item in _all(parent) if now - item.when < KEPT]


def empty(parent: Path, older_than: float = KEPT) -> None:
    """Delete for good what lies in the trash for longer than so many seconds."""
    now = time.time()
    for item in _all(parent):
        if now - item.when >= older_than:
            storage.remove_folder(item.path.parent)


def _trash(parent: Path) -> Path:
    path = parent / _TRASH
    storage.check_folder(path)
    return path


def _all(parent: Path) -> list[Deleted]:
    found = []
    with contextlib.suppress(OSError, ExplorerError), os.scandir(_trash(parent)) as entries:
        for entry in entries:
            if _ID.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                found += [Deleted(entry.name, each) for each in Path(entry).iterdir()][:1]
    return sorted(found, key=lambda item: item.id, reverse=True)
