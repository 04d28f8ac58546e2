"""A file that was brought, from its first bytes to a data set in a folder."""

import contextlib
import gzip
import shutil
import sys
import tempfile
import traceback
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, silent
from explorer.datasets.brought import folders, idx, pictures, tree, write
from explorer.datasets.brought.arrays import open_npy, open_npz
from explorer.datasets.brought.base import Found, ImportSpec, Rows, role_in
from explorer.datasets.brought.columns import open_parquet
from explorer.datasets.brought.idx import open_idx
from explorer.datasets.brought.table import open_csv
from explorer.datasets.brought.tree import Entry, Tree, shown

READABLE = (
    "bring an .npz, a zip of images (a folder for each class), a CSV of pixels, IDX or parquet"
)
_MAX_UNPACKED = 4_000_000_000  # bytes of a data file in an archive
_FULL = (28, 27, 122)  # no room, file too large, quota: told by the process

_OPEN: dict[str, Callable[[Path, str, ImportSpec], Found]] = {
    "npz": open_npz,
    "npy": open_npy,
    "csv": open_csv,
    "parquet": open_parquet,
}


def read(
    path: str, name: str, spec: ImportSpec, folder: str, report: Report = silent
) -> dict[str, Any]:
    """Read a file or a folder, and write its data into an empty folder.

    Args:
        path: Where it lies.
        name: What its owner calls it.
        spec: How it is read.
        folder: Takes the data set.
        report: Takes the progress.

    Returns:
        As `explorer.datasets.brought.write.write`.

    Raises:
        ExplorerError: If it is nothing that can be read, with what is wrong and what to do.
    """
    name = shown(" ".join(name.split()) or "The file")
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpacked-") as scratch:
        try:
            found = open_files(Path(path), name, spec, Path(scratch))
            return write.write(found, name, spec, Path(folder), report)
        except (ExplorerError, MemoryError):
            raise
        except Exception as error:  # what a hostile file makes its readers raise has no one base
            if isinstance(error, OSError) and error.errno in _FULL:
                raise
            traceback.print_exc(file=sys.stderr)
            reason = shown(str(error) or type(error).__name__, 120)
            raise ExplorerError(
                f"{name} cannot be read ({reason}): it is damaged, or of a kind that is not read "
                f"here; {READABLE}."
            ) from error


def open_files(path: Path, name: str, spec: ImportSpec, scratch: Path) -> Found:
    """Tell what a file or folder is, and find what it holds.

    Raises:
        ExplorerError: If it is nothing that can be read.
    """
    if path.is_dir():
        return _of_tree(tree.of_folder(path), name, spec, scratch)
    try:
        kind = kind_of(path)
    except OSError as error:
        raise ExplorerError(f"{name} cannot be opened ({error.strerror}).") from error
    if kind == "idx":
        return open_idx({name: path} if path.stem == "upload" else idx.siblings(path), spec)
    if kind == "zip":
        return _of_tree(tree.of_zip(path, name), name, spec, scratch)
    if kind in _OPEN:
        return _OPEN[kind](path, name, spec)
    if kind == "a picture":
        raise ExplorerError(f"{name} is one picture: bring many of them, as a zip or a folder.")
    raise ExplorerError(f"{name} is {kind}: {READABLE}.")


def kind_of(path: Path) -> str:
    """Return "npz", "npy", "csv", "parquet", "idx" or "zip", told by the first bytes.

    Of anything else it returns what it seems to be, for people.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"PK"):
        return "npz" if _is_npz(path) else "zip"
    if head.startswith(b"\x1f\x8b"):
        with contextlib.suppress(OSError, EOFError, zlib.error), gzip.open(path) as unpacked:
            inside = unpacked.read(512)
            kind = _kind(inside)
            return kind if kind in ("idx", "csv") else f"a gzipped file ({kind})"
        return "a damaged gzipped file"
    return _kind(head)


def _kind(head: bytes) -> str:
    if head.startswith(b"\x93NUMPY"):
        return "npy"
    if head.startswith(b"PAR1"):
        return "parquet"
    if idx.is_idx(head):
        return "idx"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "csv"  # which says that it is in UTF-16
    kind = pictures.what_is(head)
    return "csv" if kind == "a text" else kind


def _is_npz(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        with path.open("rb") as file:
            # The first member's name stands in its own header: the list of all may be long.
            head = file.read(30 + 1000)
        length = int.from_bytes(head[26:28], "little")
        return head[30 : 30 + length].endswith(b".npy")
    return False


def _of_tree(files: Tree, name: str, spec: ImportSpec, scratch: Path) -> Found:
    """Return the images of an archive or folder, or the data of the files in it."""
    if not files.entries:
        raise ExplorerError(f"{name} is empty: {READABLE}.")
    found = folders.open_pictures(files, name, spec)
    if found is not None:
        return found
    kinds: dict[str, list[Entry]] = {}
    for entry in files.entries[:1000]:
        kinds.setdefault(_entry_kind(entry, scratch), []).append(entry)
    if "idx" in kinds:
        paths = {entry.parts[-1]: _unpacked(entry, scratch) for entry in kinds["idx"][:10]}
        return open_idx(paths, spec)
    for kind in _OPEN:
        if kind in kinds:
            return _of_entries(kind, kinds[kind], name, spec, scratch)
    if "zip" in kinds:
        raise ExplorerError(
            f"{name} holds another archive ({kinds['zip'][0].name}): unpack it, and bring what is "
            "in it."
        )
    first = files.entries[0]
    raise ExplorerError(
        f"{name} holds no images: the first of {len(files.entries):,} files, {first.name}, is "
        f"{next(iter(kinds))}. {READABLE.capitalize()}."
    )


def _of_entries(
    kind: str, entries: list[Entry], name: str, spec: ImportSpec, scratch: Path
) -> Found:
    """Return the data of one file of an archive, or of one for training and one for tests."""
    roles = [role_in("/".join(entry.parts)) for entry in entries]
    if len(entries) > 1 and (not all(roles) or len(set(roles)) < len(roles)):
        raise ExplorerError(
            f"{name} holds {len(entries):,} files of data ({entries[0].name}, {entries[1].name}, "
            "…): bring one, or one called train and one called test."
        )
    rows: list[Rows] = []
    names: tuple[str, ...] = ()
    notes: list[str] = []
    for entry, role in zip(entries, roles, strict=True):
        found = _OPEN[kind](_unpacked(entry, scratch), entry.name, spec)
        if len(entries) > 1:
            for part in found.rows:
                part.role = role
        rows += found.rows
        names = names or found.class_names
        notes += [note for note in found.notes if note not in notes]
    return Found(tuple(rows), names, tuple(notes))


def _entry_kind(entry: Entry, scratch: Path) -> str:
    """Tell what a file of an archive is; its beginning is put where files are told."""
    beginning = scratch / "beginning"
    beginning.write_bytes(entry.read(5000))
    return kind_of(beginning)


def _unpacked(entry: Entry, scratch: Path) -> Path:
    """Put a file of an archive into a folder of ours, under a name of ours."""
    if entry.size > _MAX_UNPACKED:
        raise ExplorerError(
            f"{entry.name} has {entry.size / 1e9:.1f} GB unpacked, and at most "
            f"{_MAX_UNPACKED / 1e9:.0f} GB are read: bring a part of it."
        )
    path = Path(tempfile.mkdtemp(dir=scratch)) / "upload"
    with entry.open() as file, path.open("wb") as out:
        shutil.copyfileobj(file, out)
    return path
