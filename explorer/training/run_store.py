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
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from explorer import checkpoints
from explorer.checkpoints import names
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.training.spec import TrainSpec

Row = dict[str, float]

SPEC, DEVICE, STATE, BEST = "spec.json", "device.json", "state.npz", "best.npz"
SNAPSHOTS = "frames"
_MAX_REASON = 300


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


@dataclass(frozen=True)
class Damaged:
    """A folder that should be an unfinished training and is none.

    Attributes:
        name: Name of the folder.
        reason: What is wrong, in one sentence.
    """

    name: str
    reason: str


def folder(name: str) -> Path:
    """Return the folder of the unfinished training called `name`, whether it exists or not.

    Raises:
        ExplorerError: If the name is none, or a link lies in its place: nothing goes through it.
    """
    path = _path(name)
    for part in (path.parent, path, path / SNAPSHOTS):
        storage.check_folder(part)
    return path


def _path(name: str) -> Path:
    return checkpoints.root() / names.UNFINISHED / storage.check_name(name)


def create(name: str, spec: TrainSpec) -> None:
    """Make the folder of a training that has not trained an epoch, in the place of any other.

    Raises:
        ExplorerError: If the folder of checkpoints cannot be written.
    """
    try:
        with storage.atomic_folder(folder(name)) as new:
            storage.write_json(new / SPEC, asdict(spec))
    except OSError as error:
        raise _not_written(error) from error


def _not_written(error: OSError) -> ExplorerError:
    return ExplorerError(
        f"The folder of checkpoints cannot be written ({error.strerror}): let the app write there, "
        "make room, or set EXPLORER_CHECKPOINTS to another folder."
    )


def read_spec(name: str) -> TrainSpec:
    """Read what an unfinished training trains.

    Raises:
        ExplorerError: If there is no such training, or its file is damaged.
    """
    file = folder(name) / SPEC
    if not os.path.lexists(file.parent):
        raise ExplorerError(f"There is no unfinished training {name!r} to go on with.")
    try:
        return TrainSpec.from_json(storage.parse_json(storage.read_text(file)))
    except FileNotFoundError:
        raise ExplorerError(f"{name}: {SPEC} is missing.") from None
    except (ExplorerError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = shorten(str(error), _MAX_REASON)
        raise ExplorerError(f"{name}: {SPEC} cannot be read ({reason}).") from error


def read(name: str) -> Unfinished:
    """Read an unfinished training.

    Raises:
        ExplorerError: If there is no such training, or a file of it is damaged.
    """
    spec = read_spec(name)
    facts = Facts()
    if os.path.lexists(folder(name) / STATE):
        # Of the variables, which may be large, nothing is read.
        arrays = storage.read_npz(folder(name) / STATE, "facts", only=True)
        facts = Facts.parse(name, str(arrays["facts"]))
    return Unfinished(name, spec, facts.history, _device(name), facts.images_per_second)


def _device(name: str) -> dict[str, str]:
    """Return what it was last trained on; nothing if that is not told as it should be."""
    try:
        told = storage.read_json(folder(name) / DEVICE)
    except ExplorerError:
        return {}
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        return {}
    return told


@dataclass(frozen=True)
class Facts:
    """What `state.npz` tells besides the variables.

    Attributes:
        history: A row per whole epoch.
        seconds: Time trained, in all.
        facts: What was trained on and how fast.
    """

    history: tuple[Row, ...] = ()
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def images_per_second(self) -> float:
        """Measured speed; 0 if it is not told."""
        speed = self.facts.get("images_per_second", 0)
        return float(speed) if _is_number(speed) else 0.0

    @classmethod
    def parse(cls, name: str, text: str) -> "Facts":
        """Read it from JSON.

        Raises:
            ExplorerError: If it is none, or a value is of another kind.
        """
        try:
            content = storage.parse_json(text)
            rows, facts = content["history"], content["facts"]
            whole = all(
                {"epoch", "total_loss"} <= row.keys() and all(map(_is_number, row.values()))
                for row in rows
            )
            if not whole or not isinstance(facts, dict) or not _is_number(content["seconds"]):
                raise ValueError("its history must be rows of numbers")
            return cls(tuple(rows), float(content["seconds"]), facts)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reason = shorten(str(error), _MAX_REASON)
            raise ExplorerError(f"{name}: {STATE} is damaged ({reason}).") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def scan() -> list[Unfinished | Damaged]:
    """Read all unfinished trainings, by name, damaged ones among them."""
    folders = checkpoints.root() / names.UNFINISHED
    try:
        storage.check_folder(folders)
        found_names = sorted(
            path.name for path in folders.iterdir() if not path.name.startswith(".")
        )
    except FileNotFoundError:
        return []
    except ExplorerError as error:
        return [Damaged(folders.name, str(error))]
    found: list[Unfinished | Damaged] = []
    for name in found_names:
        try:
            found.append(read(name))
        except ExplorerError as error:
            if os.path.lexists(folders / name):  # else it was finished or discarded just now
                found.append(Damaged(name, str(error)))
    return found


def list_unfinished() -> list[Unfinished]:
    """Read all unfinished trainings, by name. Damaged ones are left out."""
    return [item for item in scan() if isinstance(item, Unfinished)]


def discard(name: str) -> None:
    """Delete an unfinished training with all its epochs; of a link, the link alone.

    Raises:
        ExplorerError: If it is being trained, or cannot be deleted.
    """
    with locked(name):
        path = _path(name)
        storage.remove_folder(path)
        if os.path.lexists(path):
            raise ExplorerError(f"{name} cannot be deleted: let the app write in its folder.")


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Keep a training to this process during the block; a process that dies lets go of it.

    Raises:
        ExplorerError: If another process has it, or the folder of checkpoints cannot be written.
    """
    file = _lock_file(name)
    lock = FileLock(file, timeout=_PATIENCE)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ExplorerError(
            f"{name!r} is being trained by another process: stop that one first."
        ) from None
    except OSError as error:
        raise _not_written(error) from error
    try:
        yield
    finally:
        # Those who wait notice that the file is gone. Windows deletes no open file: there filelock
        # does it.
        with contextlib.suppress(OSError):
            file.unlink()
        lock.release()


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
    except OSError:  # who cannot write there does not train either
        return False


# `is_locked` takes the lock for an instant: who wants it asks again for this long (seconds).
_PATIENCE = 0.3
_GLANCE = 0.02


def _lock_file(name: str) -> Path:
    storage.check_folder(_path(name).parent)
    return _path(name).parent / f".{name}.lock"
