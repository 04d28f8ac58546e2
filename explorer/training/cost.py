"""What a training will take: estimated from the speed of others."""

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.models.architectures import ARCHITECTURES
from explorer.training import backend
from explorer.training.spec import TrainSpec


@dataclass(frozen=True)
class Cost:
    """What a training will take, as far as that can be told before it begins.

    Attributes:
        parameters: Trainable parameters; exact.
        checkpoint_bytes: Size of the checkpoint on disk.
        working_bytes: What the training needs on disk besides, until it is finished.
        images_per_second: Expected speed; None if nothing was ever measured.
        seconds: Expected time for all epochs; None likewise.
        measured_on: Name of the checkpoint whose measured speed was scaled; "" if none.
        elsewhere: Whether that was measured on another device than this machine's.
    """

    parameters: int
    checkpoint_bytes: int
    working_bytes: int
    images_per_second: float | None
    seconds: float | None
    measured_on: str
    elsewhere: bool


def estimate(spec: TrainSpec, known: list[Checkpoint]) -> Cost:
    """Estimate what a training will take.

    The time of a step is taken to be a part that each step needs, whatever is in it, and a part
    that grows with the multiplications. Both come from checkpoints whose speed was measured: the
    first is the time of their shortest step, the second is scaled from the one most alike.

    Args:
        spec: The training.
        known: Checkpoints whose `training` tells `images_per_second` and `batch_size`.
    """
    model, about = spec.model, datasets.info(spec.dataset)
    codes = about.n_test * 4 * (model.z_dim * (2 if model.kind == "vae" else 1) + 3)
    # Weights in float32, as .keras and as ONNX.
    size = 8 * model.parameters + codes
    # The state holds weights and Adam's two moments; with early stopping twice, and while a file
    # is replaced once more.
    working = 12 * model.parameters * (3 if spec.patience else 2)
    steps = [step for item in known if (step := _step(item)) is not None]
    steps = [step for step in steps if step.here] or steps
    if not steps:
        return Cost(model.parameters, size, working, None, None, "", False)
    wanted = model.multiplications * spec.batch_size
    convolutional = ARCHITECTURES[model.architecture].convolutional
    alike = [step for step in steps if step.convolutional == convolutional] or steps
    nearest = _most_alike(alike, wanted)
    shortest = min(step.seconds for step in steps)
    growing = nearest.seconds - shortest
    if growing > 0:
        per_step = shortest + growing * wanted / nearest.multiplications
    else:
        per_step = shortest * max(1.0, wanted / nearest.multiplications)
    n_train = about.n_train - spec.validation_size
    speed = spec.batch_size / per_step
    seconds = spec.epochs * n_train / speed
    return Cost(model.parameters, size, working, speed, seconds, nearest.name, not nearest.here)


def _most_alike(steps: "list[_Step]", multiplications: int) -> "_Step":
    """Return the step nearest in size; of several about as near, the one least disturbed."""
    distances = [abs(math.log(step.multiplications / multiplications)) for step in steps]
    limit = min(distances) + math.log(2)
    near = [step for step, far in zip(steps, distances, strict=True) if far <= limit]
    return min(near, key=lambda step: step.seconds / step.multiplications)


@dataclass(frozen=True)
class _Step:
    """The mean time of a step of a training that was measured."""

    name: str
    seconds: float
    multiplications: int
    convolutional: bool
    here: bool


def _step(item: Checkpoint) -> _Step | None:
    speed, batch_size = (item.training.get(key, 0) for key in ("images_per_second", "batch_size"))
    # Speeds are kept as whole numbers: a smaller one tells nothing.
    if not (speed >= 1 and batch_size >= 1) or item.model.architecture not in ARCHITECTURES:
        return None
    return _Step(
        item.name,
        batch_size / speed,
        item.model.multiplications * batch_size,
        ARCHITECTURES[item.model.architecture].convolutional,
        item.training.get("device") == backend.cpu_name(),
    )


def check_room(needed: int, folder: Path) -> None:
    """Refuse what would not fit on the disk.

    Raises:
        ExplorerError: If less than `needed` bytes are free where `folder` is, or will be.
    """
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ExplorerError(
            f"The disk of {checkpoints.root()} has {free / 1e6:,.0f} MB left, and this training "
            f"needs about {needed / 1e6:,.0f} MB: make room, or set EXPLORER_CHECKPOINTS to a "
            "folder on a larger disk."
        )
