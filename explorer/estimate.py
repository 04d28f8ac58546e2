"""What a training will take, told before it begins: an estimate, from what others took."""

import itertools
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from explorer import backends, checkpoints, datasets
from explorer.checkpoints import Checkpoint
from explorer.errors import ExplorerError
from explorer.models.spec import ModelSpec
from explorer.recipes import TrainSpec


@dataclass(frozen=True)
class Estimate:
    """What a training will take.

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


def estimate(spec: TrainSpec, known: list[Checkpoint]) -> Estimate:
    """Estimate what a training will take.

    The speed is that of the known checkpoint most alike, times the ratio of the multiplications
    that an image needs in both models.

    Args:
        spec: The training.
        known: Checkpoints whose `training` tells their `images_per_second`.
    """
    model, about = spec.model, datasets.info(spec.dataset)
    codes = about.n_test * 4 * (model.z_dim * (2 if model.kind == "vae" else 1) + 3)
    # Weights in float32, as .keras and as ONNX.
    size = 8 * model.parameters + codes
    # The state holds weights and Adam's two moments; with early stopping twice, and while a file
    # is replaced once more.
    working = 12 * model.parameters * (3 if spec.patience else 2)
    nearest = _nearest(spec, known)
    if nearest is None:
        return Estimate(model.parameters, size, working, None, None, "", False)
    there = float(nearest.training["images_per_second"])
    speed = there * multiplications(nearest.model) / multiplications(model)
    seconds = spec.epochs * (about.n_train - spec.validation_size) / speed
    elsewhere = nearest.training.get("device") != backends.cpu_name()
    return Estimate(model.parameters, size, working, speed, seconds, nearest.name, elsewhere)


def multiplications(model: ModelSpec) -> int:
    """Return how many multiplications encoding and decoding one image takes."""
    codes = model.z_dim * (2 if model.kind == "vae" else 1)
    if model.architecture != "cnn":
        pixels = math.prod(model.image_shape)
        down = [pixels, *model.widths]
        up = [model.z_dim, *model.decoder_widths, pixels]
        pairs = [*itertools.pairwise(down), (down[-1], codes), *itertools.pairwise(up)]
        return sum(a * b for a, b in pairs)
    height, width, channels = model.image_shape
    total, a = 0, channels
    sizes = []
    for b, stride in zip(model.widths, model.strides, strict=True):
        height, width = math.ceil(height / stride), math.ceil(width / stride)
        sizes.append((height, width))
        total += 9 * a * b * height * width
        a = b
    features = math.prod(model.feature_shape)
    total += features * (codes + model.z_dim)
    # Each transposed convolution multiplies at every pixel that it reads.
    outwards = [model.widths[-1], *model.decoder_widths, channels]
    for (a, b), (height, width) in zip(itertools.pairwise(outwards), sizes[::-1], strict=True):
        total += 9 * a * b * height * width
    return total


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


def _nearest(spec: TrainSpec, known: list[Checkpoint]) -> Checkpoint | None:
    measured = [item for item in known if item.training.get("images_per_second", 0) > 0]
    here = [item for item in measured if item.training.get("device") == backends.cpu_name()]
    alike = [
        item
        for item in here or measured
        if (item.model.architecture == "cnn") == (spec.model.architecture == "cnn")
    ]

    def distance(item: Checkpoint) -> float:
        size = math.log(multiplications(item.model) / multiplications(spec.model))
        batch = math.log(item.training.get("batch_size", spec.batch_size) / spec.batch_size)
        return abs(size) + abs(batch)

    return min(alike, key=distance, default=None)
