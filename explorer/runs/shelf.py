"""Checkpoints and data sets as a whole: rename, copy, delete, bring back."""

import os
import shutil
from pathlib import Path
from textwrap import shorten

from explorer import checkpoints, datasets, jobs
from explorer.checkpoints import names
from explorer.core import access, owners, storage, trash
from explorer.core.access import HOST, Visitor
from explorer.core.errors import ExplorerError
from explorer.core.trash import Deleted
from explorer.datasets import user

_OTHERS = (
    "You cannot {what}: it is another visitor's. Ask them, or whoever runs this app, who has the "
    "administrator's link."
)


def rename(name: str, new: str, visitor: Visitor = HOST) -> None:
    """Give a checkpoint another name; what was computed of it stays with it.

    Raises:
        ExplorerError: If there is no such folder, the new name is taken or none, it is another
            visitor's, something computes on it, or the app is read-only.
    """
    access.check_may_change("rename a checkpoint")
    path = _mine(name, visitor, f"rename {name!r}")
    _check_idle(name)
    names.move(path, new)


def duplicate(name: str, new: str, visitor: Visitor = HOST) -> None:
    """Copy a checkpoint, with what was computed of it; the copy belongs to who asked for it.

    Raises:
        ExplorerError: If there is no such checkpoint or it is broken, the new name is taken or
            none, the disk is full, or the app is read-only.
    """
    access.check_may_change("copy a checkpoint")
    checkpoint = checkpoints.get(name)
    try:
        with names.new_folder(new) as folder:
            shutil.copytree(checkpoint.path, folder, ignore=_foreign, dirs_exist_ok=True)
            owners.give(folder, visitor.id)
    except OSError as error:
        reason = shorten(str(error), 200)
        raise ExplorerError(f"{name} cannot be copied ({reason}): make room.") from error


def delete(name: str, visitor: Visitor = HOST) -> Deleted:
    """Move a checkpoint, or a folder that should be one, to the trash: `restore` brings it back.

    Raises:
        ExplorerError: If there is none, it is another visitor's, something computes on it, or the
            app is read-only.
    """
    access.check_may_change("delete a checkpoint")
    path = _mine(name, visitor, f"delete {name!r}")
    _check_idle(name)
    return trash.put(path)


def delete_dataset(name: str, visitor: Visitor = HOST) -> Deleted:
    """Move a user's data set to the trash: `restore` brings it back. Its checkpoints stay.

    Raises:
        ExplorerError: If there is none, it is another visitor's, something is trained on it, or the
            app is read-only.
    """
    access.check_may_change("delete a data set")
    found = {item.name: item for item in datasets.list_own()}
    if name not in found:
        raise ExplorerError(f"There is no data set {name[:100]!r} here that could be deleted.")
    path = user.root() / name
    if not visitor.may_end(owners.of(path)):
        raise ExplorerError(_OTHERS.format(what=f"delete {name!r}"))
    for job in jobs.list_jobs():
        if job.active and isinstance(job.spec, dict) and job.spec.get("dataset") == name:
            raise ExplorerError(f"{name!r} is being used ({job.name}): wait, or stop that.")
    return trash.put(path)


def restore(deleted: Deleted, visitor: Visitor = HOST) -> Path:
    """Bring back what was deleted during the last day.

    Raises:
        ExplorerError: If it is there no more, its name is taken by now, it is another visitor's, or
            the app is read-only.
    """
    access.check_may_change("bring back what was deleted")
    if not visitor.may_end(owners.of(deleted.path)):
        raise ExplorerError(_OTHERS.format(what=f"bring back {deleted.name!r}"))
    return trash.restore(deleted)


def size(path: Path) -> tuple[int, int]:
    """Return how many files a folder holds, and their bytes; links count as themselves."""
    count = total = 0
    for folder, _, files in os.walk(path):
        for file in files:
            count += 1
            total += (Path(folder) / file).lstat().st_size
    return count, total


def may_change(path: Path, visitor: Visitor) -> bool:
    """Whether a visitor may rename or delete the checkpoint in a folder."""
    return not access.read_only() and visitor.may_end(owners.of(path))


def _mine(name: str, visitor: Visitor, what: str) -> Path:
    found = {item.path.name: item.path for item in checkpoints.list_checkpoints()}
    path = found.get(name)
    if path is None:
        raise ExplorerError(f"There is no checkpoint {name[:100]!r} here any more.")
    if not visitor.may_end(owners.of(path)):
        raise ExplorerError(_OTHERS.format(what=what))
    return path


def _check_idle(name: str) -> None:
    """Refuse to take a checkpoint away from what computes on it: it would write into the void."""
    for job in jobs.list_jobs():
        if job.active and (job.name.startswith(f"{name}/") or job.name == f"training/{name}"):
            raise ExplorerError(
                f"{name!r} is being computed on ({job.message}): wait until that is done, or stop "
                "it."
            )


def _foreign(folder: str, names: list[str]) -> list[str]:
    """Return what of a folder is not copied: links out of it, pipes, what is being written."""
    paths = [Path(folder, name) for name in names]
    return [
        path.name
        for path in paths
        if path.name.startswith(".")
        or not (storage.is_own_file(path) or (path.is_dir() and not path.is_symlink()))
    ]
