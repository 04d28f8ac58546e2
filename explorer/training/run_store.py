"""Trainings that are not checkpoints yet: what they left on disk, so that they can go on.

A training is a folder, `checkpoints/.partial/<name>/`, from the moment that it is asked for:

    spec.json     what is trained, and how
    device.json   what it was last trained on
    state.npz     model, optimiser and history after the last whole epoch
    best.npz      the same of the best epoch, with early stopping
    frames/       snapshots of the epochs, see `explorer.training.snapshots`

Nothing here needs Keras.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from explorer import checkpoints
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.training.spec import TrainSpec

Row = dict[str, float]

SPEC, DEVICE, STATE, BEST = "spec.json", "device.json", "state.npz", "best.npz"
SNAPSHOTS = "frames"


@dataclass(frozen=True)
class Unfinished:
    """A training on its way.

    Attributes:
        name: Name that its checkpoint will have.
        spec: What is trained, and how.
        rows: A row per whole epoch, as in a checkpoint's history.
        device: `backend`, `keras`, `device`, `memory` as last used; empty before it began.
        images_per_second: Measured speed, 0 before the first epoch.
    """

    name: str
    spec: TrainSpec
    rows: tuple[Row, ...]
    device: dict[str, str]
    images_per_second: float

    @property
    def epochs(self) -> int:
        """Number of whole epochs trained."""
        return len(self.rows)

    def history(self) -> pd.DataFrame:
        """Return a row per epoch; no rows, but the column `epoch`, before the first."""
        return pd.DataFrame(list(self.rows)) if self.rows else pd.DataFrame({"epoch": []})


def folder(name: str) -> Path:
    """Return the folder of the unfinished training called `name`, whether it exists or not."""
    return checkpoints.root() / ".partial" / storage.check_name(name)


def is_taken(name: str) -> bool:
    """Whether a checkpoint or an unfinished training has this name."""
    return (checkpoints.root() / storage.check_name(name)).exists() or folder(name).exists()


def free_name(wanted: str) -> str:
    """Return `wanted`, or where that is taken, the same with the first free number behind it."""
    name, number = wanted, 1
    while is_taken(name):
        number += 1
        name = f"{wanted}-{number}"
    return name


def create(name: str, spec: TrainSpec) -> None:
    """Make the folder of a training that has not trained an epoch, in the place of any other."""
    storage.remove_folder(folder(name))
    storage.write_json(folder(name) / SPEC, asdict(spec))


def read_spec(name: str) -> TrainSpec:
    """Read what an unfinished training trains.

    Raises:
        ExplorerError: If there is no such training, or its file is damaged.
    """
    file = folder(name) / SPEC
    if not file.is_file():
        raise ExplorerError(f"There is no unfinished training {name!r} to go on with.")
    try:
        return TrainSpec.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError, KeyError) as error:
        raise ExplorerError(f"{file} cannot be read ({error}): delete its folder.") from error


def read(name: str) -> Unfinished:
    """Read an unfinished training.

    Raises:
        ExplorerError: If there is no such training, or a file of it is damaged.
    """
    spec = read_spec(name)
    facts: dict[str, Any] = {"history": [], "facts": {}}
    if (folder(name) / STATE).exists():
        # Of the variables, which may be large, nothing is read.
        arrays = storage.read_npz(folder(name) / STATE, "facts", only=True)
        facts = json.loads(str(arrays["facts"]))
    device: dict[str, str] = {}
    with contextlib.suppress(ExplorerError):
        device = storage.read_json(folder(name) / DEVICE)
    speed = float(facts["facts"].get("images_per_second", 0))
    return Unfinished(name, spec, tuple(facts["history"]), device, speed)


def list_unfinished() -> list[Unfinished]:
    """Read all unfinished trainings, by name. Damaged ones are left out."""
    found = []
    for path in sorted((checkpoints.root() / ".partial").glob(f"*/{SPEC}")):
        with contextlib.suppress(ExplorerError):
            found.append(read(path.parent.name))
    return found


def discard(name: str) -> None:
    """Delete an unfinished training with all its epochs.

    Raises:
        ExplorerError: If it is being trained.
    """
    with locked(name):
        storage.remove_folder(folder(name))


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Keep a training to this process during the block; a process that dies lets go of it.

    Raises:
        ExplorerError: If another process has it.
    """
    file = _lock_file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(file, timeout=_PATIENCE):
            try:
                yield
            finally:
                # Those who wait notice that the file is gone. Windows deletes no open file: there
                # filelock does it.
                with contextlib.suppress(OSError):
                    file.unlink()
    except Timeout:
        raise ExplorerError(
            f"{name!r} is being trained by another process: stop that one first."
        ) from None


def is_locked(name: str) -> bool:
    """Whether a process trains it at this moment."""
    file = _lock_file(name)
    if not file.exists():
        return False
    try:
        # Two who look at the same instant must not take each other for a training.
        with FileLock(file, timeout=_GLANCE):
            return False
    except Timeout:
        return True


# `is_locked` takes the lock for an instant: who wants it asks again for this long (seconds).
_PATIENCE = 0.3
_GLANCE = 0.02


def _lock_file(name: str) -> Path:
    return folder(name).parent / f".{name}.lock"
