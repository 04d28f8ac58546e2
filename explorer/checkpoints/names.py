"""Which names checkpoints may have: each belongs to one checkpoint, or to a training of one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.checkpoints import store
from explorer.core import storage
from explorer.core.errors import ExplorerError

UNFINISHED = ".partial"  # beside the checkpoints: the folders of trainings, by their names


def is_taken(name: str) -> bool:
    """Whether a checkpoint or an unfinished training has this name.

    Raises:
        ExplorerError: If it cannot be a name.
    """
    places = (store.root() / UNFINISHED / storage.check_name(name), store.root() / name)
    return any(os.path.lexists(place) for place in places)


def check_free(name: str) -> None:
    """Refuse a name that is taken.

    Raises:
        ExplorerError: If it is, or cannot be a name.
    """
    if is_taken(name):
        raise ExplorerError(
            f"{name!r} is taken, by a checkpoint or a training: choose another name."
        )


def free(wanted: str) -> str:
    """Return `wanted`, or where that is taken, the same with the first free number behind it."""
    name, number = wanted, 1
    while is_taken(name):
        number += 1
        name = f"{wanted}-{number}"
    return name


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """Yield an empty folder that becomes the checkpoint `name` if the block succeeds.

    It must be whole then: it is read as it will be, before it appears. No other checkpoint is
    replaced.

    Raises:
        ExplorerError: If the name is taken, before the block or, by somebody else, after it; or if
            the folder is no checkpoint.
    """
    check_free(name)
    with storage.temporary_folder(store.root() / name) as temporary:
        folder = temporary.rename(temporary.with_name(name))  # the name that its errors tell
        yield folder
        store.read(folder)
        move(folder, name)


def move(path: Path, name: str) -> None:
    """Let a folder on the same file system become the checkpoint `name`.

    Raises:
        ExplorerError: If the name is taken: of two who ask at once the first one gets it.
    """
    check_free(name)
    try:
        path.rename(store.root() / name)
    except OSError as error:
        if path.exists():
            check_free(name)
        raise ExplorerError(
            f"{name} cannot be written ({error.strerror}): make room in {store.root()}, or let the "
            "app write there."
        ) from error
