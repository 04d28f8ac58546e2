"""The files of a zip or of a folder: listed within limits, read one by one, never unpacked."""

import os
import stat
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.datasets.user import MAX_IMAGES

_MAX_FILES = 2 * MAX_IMAGES
_MAX_DIRECTORY = 100_000_000  # bytes in which an archive lists its members
_MAX_DEPTH = 20
# What systems and programs leave in folders.
_NOISE = ("__MACOSX", "Thumbs.db", "desktop.ini", "@eaDir")


@dataclass(frozen=True, eq=False)
class Entry:
    """A file of an archive or a folder.

    Attributes:
        parts: Its path below, folder by folder: text for people and classes, never opened.
        size: In bytes, as its archive says.
        open: Opens it for reading.
    """

    parts: tuple[str, ...]
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    def read(self, most: int) -> bytes:
        """Return its first bytes, so many at most."""
        with self.open() as file:
            return file.read(most)

    @property
    def name(self) -> str:
        """Its path, for people."""
        return shown("/".join(self.parts))


@dataclass(frozen=True)
class Tree:
    """What is in an archive or a folder.

    Attributes:
        entries: Its files, by their paths.
        notes: What was left out, one sentence each.
    """

    entries: list[Entry]
    notes: tuple[str, ...]


def shown(text: str, most: int = 60) -> str:
    """Return a name as people may see it: printable, its end where it is long."""
    text = "".join(letter if letter.isprintable() else "�" for letter in text)
    return text if len(text) <= most else f"…{text[-most + 1 :]}"


def of_zip(path: Path, name: str) -> Tree:
    """List the files of a zip.

    Raises:
        ExplorerError: If it is damaged, locked, too large, or holds a path that leads out of it.
    """
    _check_directory(path, name)
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ExplorerError(
            f"{name} is a damaged zip archive ({str(error)[:100]}): pack or fetch it again."
        ) from error
    infos = archive.infolist()
    if len(infos) > _MAX_FILES:
        raise _too_many(name, len(infos))
    entries, links = [], 0
    for info in infos:
        parts = _parts(info.filename, name)
        if info.is_dir() or not parts or _is_noise(parts):
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            links += 1
            continue
        if info.flag_bits & 1:
            raise ExplorerError(f"{name} is locked with a password: pack it without one.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ExplorerError(
                f"{name} is packed in an unusual way ({shown('/'.join(parts))}): pack it as an "
                "ordinary zip."
            )
        entries.append(Entry(parts, info.file_size, partial(archive.open, info)))
    return _tree(entries, links)


def of_folder(path: Path) -> Tree:
    """List the files of a folder and those below it; no link is followed.

    Raises:
        ExplorerError: If there are too many, or it cannot be read.
    """
    entries: list[Entry] = []
    links = 0
    for folder, folders, files in os.walk(path, onerror=_raise):
        below = Path(folder).relative_to(path).parts
        if len(below) > _MAX_DEPTH:
            raise ExplorerError(f"{path.name} has folders in folders, more than {_MAX_DEPTH} deep.")
        links += sum((Path(folder) / each).is_symlink() for each in folders)
        for file in files:
            item = Path(folder) / file
            parts = (*below, file)
            if item.is_symlink() or not item.is_file():
                links += 1
            elif not _is_noise(parts):
                entries.append(Entry(parts, item.stat().st_size, partial(storage.open_file, item)))
            if len(entries) > _MAX_FILES:
                raise _too_many(path.name, len(entries))
    return _tree(entries, links)


def _tree(entries: list[Entry], links: int) -> Tree:
    entries.sort(key=lambda entry: entry.parts)
    left = "1 link was" if links == 1 else f"{links:,} links were"
    return Tree(entries, (f"{left} left out: links are not followed.",) if links else ())


def _check_directory(path: Path, name: str) -> None:
    """Refuse a zip whose list of members alone would fill the memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0:
        raise ExplorerError(f"{name} is a zip archive that is cut off: pack or fetch it again.")
    listed = int.from_bytes(end[at + 12 : at + 16], "little")
    if _MAX_DIRECTORY < listed < 0xFFFFFFFF:
        raise _too_many(name, listed // 50)


def _parts(filename: str, name: str) -> tuple[str, ...]:
    path = PurePosixPath(filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or filename[1:2] == ":":
        raise ExplorerError(
            f"{name} holds a path that leads out of it ({shown(filename)!r}): nothing of it is "
            "read; pack the folder itself."
        )
    if len(path.parts) > _MAX_DEPTH:
        raise ExplorerError(f"{name} has folders in folders, more than {_MAX_DEPTH} deep.")
    return path.parts


def _is_noise(parts: tuple[str, ...]) -> bool:
    return any(part in _NOISE or part.startswith(".") for part in parts)


def _raise(error: OSError) -> None:
    raise ExplorerError(f"The folder cannot be read ({error.strerror}): let the app read it.")


def _too_many(name: str, n: int) -> ExplorerError:
    return ExplorerError(
        f"{name} holds about {n:,} files, and at most {MAX_IMAGES:,} images are taken: bring a "
        "part of them."
    )
