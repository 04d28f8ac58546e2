"""Files that visitors bring: on the disk, beside the jobs that read them, and for a day at most.

A file lies in `<jobs>/.uploads/<token>/`: itself, named `upload` with its ending, and `about.json`.
"""

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.jobs.api import jobs_folder

_KEPT = 86_400.0  # seconds
_MOST = 5  # times the largest file: as much may wait at a time, of all visitors
_ENDING = re.compile(r"(\.[a-z0-9]{1,10}){1,2}$")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A file that was brought.

    Attributes:
        name: As its owner calls it, any text: for people, never a part of a path.
        path: Where it lies, named `upload` with the ending of `name`.
        size: In bytes.
    """

    name: str
    path: Path
    size: int


def token(*parts: str) -> str:
    """Return what a file is found by, 32 hexadecimal digits: who cannot name the parts, cannot."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def find(token: str) -> Upload | None:
    """Return the file of a token; None if it is not there, or not any more."""
    folder = _folder(token)
    try:
        about = storage.read_json(folder / "about.json")
        path = folder / str(about["file"])
        if path.parent != folder or not storage.is_own_file(path):
            return None
        return Upload(str(about["name"]), path, path.stat().st_size)
    except (ExplorerError, OSError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def writing(token: str, limit: int) -> Iterator[Path]:
    """Yield an empty folder; who has called `name` in it leaves a whole file, else there is none.

    Args:
        token: What the file is found by then.
        limit: Size of the largest file, in bytes.

    Raises:
        ExplorerError: If so much waits already that there may be no room for it.
    """
    _tidy()
    waiting = sum(file.stat().st_size for file in _all().glob("*/upload*"))
    if waiting > (_MOST - 1) * limit:
        raise ExplorerError(
            "Too many files of others wait here at this moment: try again when they are read."
        )
    with storage.atomic_folder(_folder(token)) as folder:
        yield folder


def name(folder: Path, written: Path, name: str) -> None:
    """Name a file that was written into a folder of `writing`, as its owner calls it."""
    name = " ".join(name.split())[:_LONGEST_NAME]
    ending = _ENDING.search(name.lower())
    written.rename(folder / f"upload{ending[0] if ending else ''}")
    about = {"name": name, "file": f"upload{ending[0] if ending else ''}"}
    storage.write_json(folder / "about.json", about)


def discard(path: Path) -> None:
    """Delete a file that was brought, by its path; anything else stays."""
    if path.parent.parent == _all():
        storage.remove_folder(path.parent)


def discard_token(token: str) -> None:
    """Delete the file of a token, if there is one."""
    storage.remove_folder(_folder(token))


def _all() -> Path:
    return jobs_folder() / ".uploads"


def _folder(token: str) -> Path:
    return _all() / storage.check_name(token)


def _tidy() -> None:
    with contextlib.suppress(OSError), os.scandir(_all()) as entries:
        for entry in entries:
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _KEPT:
                storage.remove_folder(Path(entry))
