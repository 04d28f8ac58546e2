"""Images in folders, or in a zip of them: the folder that an image lies in is its class."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from explorer.datasets.brought import pictures
from explorer.datasets.brought.album import Pictures
from explorer.datasets.brought.base import NO_LABELS, Found, ImportSpec, Role, role_of
from explorer.datasets.brought.tree import Entry, Tree

_NO_FOLDER = "(no folder)"


def open_pictures(tree: Tree, name: str, spec: ImportSpec) -> Found | None:
    """Find the images of a tree and their classes; None if there are none.

    Raises:
        ExplorerError: If there are files that should be images and are none.
    """
    named = [entry for entry in tree.entries if _ending(entry) in pictures.ENDINGS]
    others = len(tree.entries) - len(named)
    if not named:
        return None
    notes = list(tree.notes)
    if others:
        left = "1 file that is" if others == 1 else f"{others:,} files that are"
        notes.append(
            f"{left} no image was left out." if others == 1 else f"{left} no images were left out."
        )
    folders = _without_root([entry.parts[:-1] for entry in named])
    roles, folders = _roles(folders)
    classes = [parts[0] if parts else _NO_FOLDER for parts in folders]
    labelled = len(set(classes)) > 1 and spec.labels != NO_LABELS
    if labelled:
        notes.append("The folder that an image lies in is its class.")
    rows = []
    for role in dict.fromkeys(roles):
        mine = [i for i, each in enumerate(roles) if each == role]
        labels = np.array([classes[i] for i in mine], object) if labelled else None
        entries = [named[i] for i in mine]
        rows.append(Pictures(name, len(mine), partial(_contents, entries), labels, role))
    return Found(tuple(rows), notes=tuple(notes))


def _contents(entries: Sequence[Entry]) -> Iterator[tuple[str, bytes | str]]:
    """Yield the name of each file and its content, or why it cannot be read."""
    for entry in entries:
        if entry.size > pictures.MAX_BYTES:
            yield entry.name, f"it has more than {pictures.MAX_BYTES / 1e6:.0f} MB"
            continue
        try:
            content: bytes | str = entry.read(pictures.MAX_BYTES + 1)
        except MemoryError:
            raise
        except Exception as error:  # of a damaged archive
            content = f"it is damaged ({str(error)[:80]})"
        yield entry.name, content


def _ending(entry: Entry) -> str:
    return entry.parts[-1].rpartition(".")[2].lower()


def _without_root(folders: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out the folders that all files share."""
    while all(folders) and len({parts[0] for parts in folders}) == 1:
        folders = [parts[1:] for parts in folders]
    return folders


def _roles(folders: list[tuple[str, ...]]) -> tuple[list[Role], list[tuple[str, ...]]]:
    """Return the part of the data of each file, and its folder below that."""
    first: list[Role] = [role_of(parts[0]) if parts else "" for parts in folders]
    if all(first) and len(set(first)) > 1:
        return first, [parts[1:] for parts in folders]
    return [""] * len(folders), folders
