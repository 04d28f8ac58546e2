"""Data that was read and is not kept yet: its owner looks at it first.

It lies in a hidden folder beside the data sets, `.import-<token>`, as the data set that it would
be: to keep it is to rename it. What nobody keeps is deleted after a day.
"""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core import limited, storage
from explorer.core.errors import ExplorerError
from explorer.core.limited import Limits
from explorer.core.progress import Report, silent
from explorer.datasets import user
from explorer.datasets.base import UNLABELLED, DatasetInfo, Part
from explorer.datasets.brought import classes
from explorer.datasets.brought.base import ImportSpec
from explorer.datasets.brought.read import read

LIMITS = Limits(seconds=3600.0, memory=3_000_000_000)
_PREFIX = ".import-"
_TOKEN = re.compile(r"[0-9a-f]{32}")
_KEPT = 86_400.0  # seconds
# Of all visitors: more take so much room that older ones go, but none of the last hour.
_MOST = 20
_YOUNG = 3_600.0  # seconds
_MAX_SUMMARY = 1_000_000  # bytes


@dataclass(frozen=True)
class Staged:
    """Data that was read.

    Attributes:
        token: Names it: only who began the import knows it.
        folder: Where it lies.
        image_shape: (height, width, channels), or (0, 0, 0) for codes alone.
        class_names: Of its classes; empty where there are no labels.
        class_counts: Images of each class, those of all where there are none.
        n_train, n_test: How many images it has.
        z_dim: Length of its codes; None where there are none.
        notes: What was done to it, one sentence each.
    """

    token: str
    folder: Path
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    class_counts: tuple[int, ...]
    n_train: int
    n_test: int
    z_dim: int | None
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many images or codes there are."""
        return self.n_train + self.n_test

    def images(self, part: Part = "test") -> np.ndarray | None:
        """Return the images of a part, (n, h, w, c) uint8, mapped into memory; None without any."""
        path = self.folder / f"{part}_images.npy"
        return user.mapped(path) if path.exists() else None

    def labels(self, part: Part = "test") -> np.ndarray:
        """Return the labels of a part, (n,) int64; all 0 where there are none."""
        return user.mapped(self.folder / f"{part}_labels.npy")

    def codes(self) -> dict[str, np.ndarray]:
        """Return the codes, (n, z_dim) float32 each: "z_mean" and perhaps "z_log_var"."""
        path = self.folder / "codes.npz"
        return storage.read_npz(path, "z_mean") if self.z_dim else {}


def new_token() -> str:
    """Return a name for an import, which nobody can guess."""
    return secrets.token_hex(16)


def stage(
    path: Path, name: str, spec: ImportSpec, token: str, report: Report = silent
) -> dict[str, Any]:
    """Read a file or a folder in a process with limits; return what is told of it, JSON values.

    Args:
        path: Where it lies.
        name: What its owner calls it.
        spec: How it is read.
        token: Of `new_token`; what it named before is replaced.
        report: Takes the progress.

    Raises:
        ExplorerError: If it is nothing that can be read, or breaks a limit.
    """
    _tidy()
    folder = _folder(token)
    try:
        with storage.atomic_folder(folder) as new:
            arguments = (str(path.absolute()), name, spec, str(new))
            what = f"{name[:60]!r}"
            told: dict[str, Any] = limited.run(
                read, *arguments, limits=LIMITS, report=report, what=what
            )
            storage.write_json(new / "summary.json", told)
    except OSError as error:
        raise ExplorerError(
            f"The data cannot be written ({error.strerror}): make room in {user.root()}, or set "
            "EXPLORER_DATASETS to a folder that can."
        ) from error
    return told


def get(token: str) -> Staged:
    """Return what was read.

    Raises:
        ExplorerError: If it is not there, or not any more.
    """
    folder = _folder(token)
    try:
        told = storage.parse_json(storage.read_text(folder / "summary.json", _MAX_SUMMARY))
        height, width, channels = told["image_shape"]
        return Staged(
            token,
            folder,
            (height, width, channels),
            tuple(told["class_names"]),
            tuple(told["class_counts"]),
            told["n_train"],
            told["n_test"],
            told["z_dim"],
            tuple(told["notes"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExplorerError(
            "What was read is not there any more: choose the file again."
        ) from error


def keep(token: str, name: str, title: str = "", class_names: Sequence[str] = ()) -> DatasetInfo:
    """Make a data set of what was read.

    Args:
        token: Of the import.
        name: Of the data set, which must be free.
        title: Its name for people; "": the name.
        class_names: Of the classes, by number; empty: as they were read.

    Raises:
        ExplorerError: If the name is taken, there are other classes, or it is not there.
    """
    staged = get(token)
    names = tuple(classes.name(each) for each in class_names) or staged.class_names
    if len(names) != len(staged.class_names) or not all(names) or len(set(names)) < len(names):
        raise ExplorerError(
            f"There are {len(staged.class_names)} classes: give a name of its own to each. "
            f"Received: {len(names)} names."
        )
    user.check_new(name)
    title = classes.name(title) or name
    about = DatasetInfo(
        name,
        title,
        staged.image_shape,
        names or UNLABELLED,
        staged.n_train,
        staged.n_test,
        (),
        notes=staged.notes,
        created=time.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    user.write_config(staged.folder, about)
    about = user.put(staged.folder, name)
    for each in ("summary.json", "codes.npz"):
        with contextlib.suppress(OSError):  # nobody reads it there
            (user.root() / name / each).unlink(missing_ok=True)
    return about


def discard(token: str) -> None:
    """Delete what was read, if it is there."""
    storage.remove_folder(_folder(token))


def _folder(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise ExplorerError("This is no import of this app: choose the file again.")
    return user.root() / f"{_PREFIX}{token}"


def _tidy() -> None:
    """Delete what nobody kept.

    Raises:
        ExplorerError: If so many imports wait that there may be no room for another one.
    """
    ages = []
    with contextlib.suppress(OSError), os.scandir(user.root()) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX):
                age = time.time() - entry.stat(follow_symlinks=False).st_mtime
                ages.append((age, Path(entry)))
    ages.sort(reverse=True)
    for i, (age, path) in enumerate(ages):
        if age > _KEPT or (age > _YOUNG and len(ages) - i >= _MOST):
            storage.remove_folder(path)
    if sum(path.exists() for _, path in ages) >= _MOST:
        raise ExplorerError(
            "Too many imports of others wait to be saved at this moment: try again in an hour."
        )
