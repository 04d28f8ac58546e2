"""The page on disk: a folder that is whole or absent, or one zip."""

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from explorer.core import storage
from explorer.core.errors import ExplorerError

MARK = "made-by-latent-explorer.json"  # tells a former export, and what was in it
_VERSION = 1
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same content makes the same zip


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a page into a folder that is new, empty or a former page, which it replaces as a whole.

    Args:
        folder: Where. It is never a link, and nothing in it is followed.
        files: Contents by their paths in the folder.

    Raises:
        ExplorerError: If it holds what no export wrote, is a link or no folder, or cannot be
            written.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  `resolve` would follow links
    try:
        check(folder)
        with storage.atomic_folder(folder) as new:
            for path, content in _marked(files).items():
                target = new / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            # Somebody may have put something there meanwhile.
            check(folder)
    except OSError as error:
        raise ExplorerError(
            f"The page cannot be written into {folder} ({error.strerror}): make room, or name "
            "another folder."
        ) from error


def zipped(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return a page as a zip of one folder called `name`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in _marked(files).items():
            member = zipfile.ZipInfo(f"{name}/{path}", _WHEN)
            packed = path.endswith(".gz")
            member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return buffer.getvalue()


def size(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return how many bytes a page has: in all, of its program, its images and its other data."""
    sizes = {"bytes": sum(map(len, files.values())), "program": 0, "images": 0, "data": 0}
    for path, content in files.items():
        parts = path.split("/")
        if parts[0] == "app":
            sizes["program"] += len(content)
        elif parts[0] == "data":
            sizes["images" if parts[1].startswith("images-") else "data"] += len(content)
    return sizes


def _marked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    mark = {"version": _VERSION, "files": sorted([*files, MARK])}
    return {**files, MARK: (json.dumps(mark, indent=2) + "\n").encode()}


def check(folder: Path) -> None:
    """Refuse a folder whose content is not ours to replace.

    Raises:
        ExplorerError: If it is a link or no folder, or holds what no export wrote.
    """
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        what = "a link" if folder.is_symlink() else "no folder"
        raise ExplorerError(f"{folder} is {what}: name a new folder, or an empty one.")
    there = {
        Path(place, name).relative_to(folder).as_posix()
        for place, folders, files in os.walk(folder)
        for name in [*files, *(name for name in folders if Path(place, name).is_symlink())]
    }
    if not there:
        return
    others = sorted(there - _former(folder))
    if others:
        raise ExplorerError(
            f"{folder} holds {others[0]!r}, which no export wrote: name a new folder, or one that "
            "holds a former export alone, which is replaced."
        )


def _former(folder: Path) -> set[str]:
    """Return what a former export wrote into a folder."""
    try:
        return set(map(str, storage.read_json(folder / MARK)["files"]))
    except (ExplorerError, KeyError, TypeError):
        return set()
