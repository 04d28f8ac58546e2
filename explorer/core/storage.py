"""Files that are either whole or absent, and the stable names of specs."""

import contextlib
import hashlib
import json
import math
import os
import re
import secrets
import shutil
import stat
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from explorer.core.errors import ExplorerError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_UNFINISHED = ".writing-"  # what is being written or deleted; who is killed leaves it behind
_ABANDONED = 86_400.0  # seconds: nothing takes that long to write
MAX_TEXT = 100_000_000  # bytes of a text file
_MAX_UNPACKED = 300_000_000  # a second or two: pages read archives
_MAX_DIRECTORY = 1_000_000  # bytes in which an archive lists its members
# What NumPy writes. Version 3.0 is for names of fields, which no array here has.
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def spec_hash(spec: Any, version: int) -> str:
    """Name a frozen dataclass spec by its content.

    Args:
        spec: A dataclass instance whose fields are JSON values.
        version: Version of the code that uses the spec; raise it when results change.

    Returns:
        12 hexadecimal digits, the same in every process and on every machine.
    """
    return content_hash({"kind": type(spec).__name__, **asdict(spec)}, version)


def content_hash(content: Mapping[str, Any], version: int) -> str:
    """Do as `spec_hash`, for JSON values by name."""
    text = json.dumps({"version": version, **content}, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check_name(name: str) -> str:
    """Return `name` if it can be a folder's name, and nothing else than that.

    Raises:
        ExplorerError: If it is empty, too long, hidden, or could lead out of its folder.
    """
    if not _NAME.fullmatch(name):
        raise ExplorerError(
            f"{name[:100]!r} cannot be a name: use 1 to 80 letters, digits, '-', '_' and '.', "
            "beginning with a letter or a digit."
        )
    return name


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` if the block succeeds.

    Readers see the old file or the new one, never half of one.
    """
    with _beside(path) as folder:
        temporary = folder / path.name
        yield temporary
        temporary.replace(path)


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield an empty temporary folder; put it in the place of `path` if the block succeeds."""
    with _beside(path) as folder:
        temporary = folder / "new"
        temporary.mkdir()
        yield temporary
        if path.exists():
            path.rename(folder / "old")
        temporary.rename(path)


@contextlib.contextmanager
def temporary_folder(path: Path) -> Iterator[Path]:
    """Yield an empty temporary folder beside `path`, on the same file system.

    It is deleted at the end, unless it was renamed.
    """
    with _beside(path) as folder:
        temporary = folder / "new"
        temporary.mkdir()
        yield temporary


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a hidden folder beside `path`, and delete what killed processes left there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if entry.name.startswith(_UNFINISHED):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                if age > _ABANDONED:
                    remove_folder(Path(entry))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=_UNFINISHED) as folder:
        yield Path(folder)


def check_folder(path: Path) -> None:
    """Refuse a folder that somebody else may have put there, before it is read or written in.

    A missing one is fine: it can be made.

    Raises:
        ExplorerError: If it is a link, which could lead to any folder of the machine, or a file.
    """
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        what = "a link" if path.is_symlink() else "no folder"
        raise ExplorerError(
            f"{path.parent.name}: {path.name} is {what}, so nothing is read or written there: "
            "put a folder in its place, or delete it."
        )


def is_own_file(path: Path) -> bool:
    """Whether `open_file` would open it: a regular file, or a link to one in the same folder."""
    return path.is_file() and not _leads_out(path)


def _leads_out(path: Path) -> bool:
    return path.is_symlink() and Path(os.path.realpath(path)).parent != path.parent.resolve()


def mark(path: Path) -> None:
    """Touch a file of no content; one that is a link is not followed.

    Raises:
        OSError: If it cannot be made, or is a link.
    """
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags, 0o644)
    try:
        os.utime(descriptor if os.utime in os.supports_fd else path)
    finally:
        os.close(descriptor)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented JSON, atomically. NaN and infinities are refused."""
    with atomic_path(path) as temporary:
        text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


@contextlib.contextmanager
def open_file(path: Path, limit: int | None = None) -> Iterator[BinaryIO]:
    """Open a file that somebody else may have put there, for reading.

    Args:
        path: A regular file, or a link to one in the same folder: a pipe or a device would be
            waited for without end, and a link could lead to any file of the machine.
        limit: Its largest size in bytes.

    Raises:
        OSError: If it cannot be opened.
        ValueError: If it is something else, or larger.
    """
    if _leads_out(path):
        raise ValueError("it is a link that leads out of its folder")
    # A pipe is opened without waiting for its writer.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("it is not a regular file")
        if limit is not None and about.st_size > limit:
            raise ValueError(f"it has {about.st_size:,} bytes, {limit:,} are allowed")
        yield file


def read_text(path: Path, limit: int = MAX_TEXT) -> str:
    """Read a UTF-8 file of at most `limit` bytes; raises as `open_file` does."""
    with open_file(path, limit) as file:
        return file.read(limit).decode()


def read_json(path: Path) -> Any:
    """Read a JSON file, as strictly as `parse_json`.

    Raises:
        ExplorerError: If the file is missing or damaged.
    """
    try:
        return parse_json(read_text(path))
    except FileNotFoundError:
        raise ExplorerError(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise ExplorerError(f"{path} is not a readable JSON file ({error}).") from error


def parse_json(text: str) -> Any:
    """Parse JSON whose numbers are all finite and fit a float, as those of `write_json` do.

    Raises:
        ValueError: If it is no JSON, too deep, or holds another number.
    """
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite, parse_int=_whole)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"it holds a number that is not finite or too large: {text[:20]}")
    return number


def _whole(text: str) -> int:
    _finite(text)
    return int(text)


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays to a compressed .npz, atomically."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def read_npz(
    path: Path, *required: str, only: bool = False, limit: int = _MAX_UNPACKED
) -> dict[str, np.ndarray]:
    """Read the arrays of an .npz file: all, or `only` the required ones. Nothing is unpickled.

    Args:
        path: The file.
        required: Names of arrays that it must have.
        only: Whether the others stay unread.
        limit: How many bytes the arrays that are read may have together.

    Raises:
        ExplorerError: If the file is missing, damaged, holds Python objects or too much, or lacks
            one of the `required` arrays.
    """
    try:
        with open_file(path, limit + _MAX_DIRECTORY) as file, _archive(file) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            there = sorted(members)
            if only:
                members = {name: members[name] for name in required if name in members}
            size = sum(info.file_size for info in members.values())
            if size > limit:
                raise ValueError(f"unpacked it would have {size:,} bytes, {limit:,} are allowed")
            arrays = {name: _array(archive, info) for name, info in members.items()}
    except FileNotFoundError:
        raise ExplorerError(f"There is no file {path}.") from None
    except Exception as error:  # what a hostile file makes its readers raise shares no base class
        raise ExplorerError(
            f"{path} is not a readable .npz file ({str(error)[:200]}); it may be damaged or hold "
            "Python objects, which are never loaded."
        ) from error
    missing = [key for key in required if key not in arrays]
    if missing:
        raise ExplorerError(f"{path} lacks the array {missing[0]!r}; it has {there}.")
    return arrays


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    """Open an archive whose list of members is short: each of them takes room and time."""
    # At the end of what NumPy writes: 22 bytes, of which four are the size of the list. Before
    # them may be the sign that another end counts, of an archive with far more members.
    file.seek(max(0, file.seek(0, os.SEEK_END) - 42))
    end = file.read()
    if end[-22:-18] != b"PK\x05\x06" or end[-2:] != b"\0\0" or end[-42:-38] == b"PK\x06\x07":
        raise ValueError("it does not end as an archive of arrays does")
    if int.from_bytes(end[-10:-6], "little") > _MAX_DIRECTORY:
        raise ValueError("it has more members than any of ours")
    return zipfile.ZipFile(file)


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    # Other methods unpack a few bytes to a great many at once; NumPy uses these two.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{info.filename!r} is packed in a way that arrays are not")
    with archive.open(info) as member:
        shape, _, dtype = read_npy_header(member)
        # Room is made for what the header says before anything is read.
        if math.prod(shape) * dtype.itemsize > info.file_size:
            raise ValueError(f"{info.filename!r} is shorter than it says")
        member.seek(0)
        array: np.ndarray = np.lib.format.read_array(member, allow_pickle=False)
    return array


def read_npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read up to the numbers of a .npy file; return shape, whether in Fortran's order, and dtype.

    Raises:
        ValueError: If it is no such file.
    """
    version = np.lib.format.read_magic(file)
    if version not in _HEADERS:
        raise ValueError("it has an unknown version of the format .npy")
    shape, fortran, dtype = _HEADERS[version](file)
    return shape, fortran, dtype


def remove_folder(path: Path) -> None:
    """Delete a folder with its content, of anything else that alone; a missing one is fine.

    It goes at once: who is killed on the way leaves no half of it under its name.
    """
    if path.is_symlink() or not path.is_dir():
        # `rmtree` would wait for the other end of a pipe.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return
    with contextlib.suppress(OSError):  # else it is deleted where it is
        path = path.rename(path.with_name(f"{_UNFINISHED}{secrets.token_hex(4)}"))
    shutil.rmtree(path, ignore_errors=True)
