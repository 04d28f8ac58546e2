"""What is known of a model that is to be imported, before anything is saved."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.checkpoints.keras_import import onnx_file
from explorer.checkpoints.keras_import import scale as scales
from explorer.checkpoints.keras_import.graph import Shape, fits
from explorer.checkpoints.keras_import.read import Brought
from explorer.checkpoints.keras_import.scale import Scale, Trial
from explorer.core.errors import ExplorerError
from explorer.datasets.base import Dataset

_TRIED = 200  # images on which the scales are tried
SHOWN = 10

Reconstruct = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Look:
    """A model as it would be imported.

    Attributes:
        kind: "ae" or "vae".
        z_dim: Number of latent dimensions.
        architecture: A key of `models.spec.BROUGHT`.
        loss: The pixel loss, "bce" or "mse".
        bounded: Whether its pixels are in [0, 1] because the decoder ends in a sigmoid.
        trials: How well each scale of pixels gives images back, the one that is taken first.
        reconstruct: Gives the reconstructions of images (n, h, w, c), both in [0, 1].
        write: Writes encoder and decoder into a folder; returns metrics.
        parameters: Number of weights.
        about: What else a page or a command tells, as JSON values.
        notes: What is worth telling, a sentence each.
    """

    kind: str
    z_dim: int
    architecture: str
    loss: str
    bounded: bool
    trials: list[Trial]
    reconstruct: Reconstruct
    write: Callable[[Path], dict[str, float]]
    parameters: int
    about: dict[str, Any]
    notes: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return what a page or a command tells of it, as JSON values."""
        best = self.trials[0]
        return {
            "kind": self.kind,
            "z_dim": self.z_dim,
            **self.about,
            "pixel_scale": best.takes.name,
            "output_scale": best.gives.name,
            "error": best.error,
            "scales": [
                {"takes": t.takes.name, "gives": t.gives.name, "error": t.error}
                for t in self.trials[:8]
            ],
            "loss": self.loss,
            "parameters": self.parameters,
            "notes": self.notes,
        }


def find_scale(
    data: Dataset, reconstruct: Reconstruct, given: Scale | None, bounded: bool
) -> tuple[list[Trial], list[str]]:
    """Try the scales of pixels on some of a data set's images.

    Args:
        data: The test images.
        reconstruct: The user's model, on its own scale, for (n, h, w, c).
        given: The scale that it takes, where its owner says it.
        bounded: Whether all that it gives is in [0, 1].

    Returns:
        The trials, the best first, and a note if even that one gives images back badly.
    """
    some = data.images[:: max(1, len(data.images) // _TRIED)][:_TRIED]
    trials = scales.trials(some, reconstruct, given, bounded)
    blank = float(np.mean(np.square(some - some.mean(axis=0))))
    if trials[0].error <= blank:
        return trials, []
    return trials, [
        f"The reconstructions are worse than one mean image for all (squared error "
        f"{trials[0].error:.3g} a pixel, {blank:.3g}): is {data.info.title} what it was trained "
        "on, and the code the right one?"
    ]


def chosen(data: Dataset) -> np.ndarray:
    """Return the rows of the images that are shown: one of each class, then the first others."""
    first = [int(np.argmax(data.labels == label)) for label in np.unique(data.labels)]
    rows = dict.fromkeys([*first[:SHOWN], *range(min(SHOWN, len(data.images)))])
    return np.array(list(rows)[:SHOWN])


def roles(names: dict[str, tuple[Any, bool]]) -> tuple[Any, Any]:
    """Return which of several models is the encoder and which the decoder.

    Args:
        names: Of each model the model itself, and whether it takes images.

    Raises:
        ExplorerError: If that is not to be seen.
    """
    named = [
        [model for name, (model, _) in names.items() if part in name.lower()]
        for part in ("enc", "dec")
    ]
    if all(len(found) == 1 for found in named) and named[0][0] is not named[1][0]:
        return named[0][0], named[1][0]
    takes = [model for model, takes_images in names.values() if takes_images]
    others = [model for model, takes_images in names.values() if not takes_images]
    if len(takes) == 1 and len(others) == 1:
        return takes[0], others[0]
    raise ExplorerError(
        f"The files hold {len(names)} models ({', '.join(list(names)[:6])[:200]}), and it is not "
        "to be seen which is the encoder and which the decoder: name the files encoder and "
        "decoder, or give each in its place."
    )


def parted() -> ExplorerError:
    """Return the error that says that two models have no bottleneck to choose."""
    return ExplorerError(
        "Encoder and decoder are two models here, parted already: leave out the bottleneck."
    )


def check_size(brought: Brought, image: Shape) -> None:
    """Refuse a data set whose images no model among those brought takes; nothing is built.

    Raises:
        ExplorerError: With what they take.
    """
    taken = [net.shapes[0] if net.shapes else None for net in brought.nets.values()]
    taken += [onnx_file.input_of(model)[1] for model in brought.graphs.values()]
    known = [shape for shape in taken if shape is not None]
    size = math.prod(image)
    if len(known) < len(taken) or any(fits(shape, image) for shape in known):
        return
    if not (brought.graphs and any(math.prod(shape) == size for shape in known)):
        raise other_images(known, image)


def other_images(taken: list[Shape], image: Shape) -> ExplorerError:
    """Return the error that says that a model takes other images than those of a data set."""
    told = " or ".join(" × ".join(map(str, shape)) for shape in taken)
    return ExplorerError(
        f"The model takes {told}, the images of the data set have {' × '.join(map(str, image))}: "
        "choose the data set that it was trained on, or import that one first."
    )
