"""Pixels as the user's model takes and gives them, told by which scale gives images back best."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError

# A scale is only better than a likelier one if its error is smaller by this share.
_CLEARLY = 0.04
FORMS = "0-1, 0-255, -1-1, or MEAN,STD of pixels in [0, 1]"


@dataclass(frozen=True)
class Scale:
    """What a model's pixels are of pixels in [0, 1]: `scale · pixel + offset`.

    Attributes:
        name: As the command line has it: "0-1", "0-255", "-1-1", "0.13,0.31", "logits".
        scale, offset: The numbers; 1 and 0 for logits.
        logits: Whether the model gives logits of the pixels: the sigmoid is still to come.
    """

    name: str
    scale: float = 1.0
    offset: float = 0.0
    logits: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether pixels are taken and given in [0, 1] as they are."""
        return self.scale == 1 and self.offset == 0 and not self.logits

    def given(self, images: np.ndarray) -> np.ndarray:
        """Return images in [0, 1] as the model takes them."""
        return np.asarray(images * np.float32(self.scale) + np.float32(self.offset), np.float32)

    def pixels(self, output: np.ndarray) -> np.ndarray:
        """Return what the model gives as pixels in [0, 1]."""
        if self.logits:
            return np.asarray(1 / (1 + np.exp(-np.clip(output, -60, 60))), np.float32)
        return np.asarray((output - np.float32(self.offset)) / np.float32(self.scale), np.float32)


UNIT = Scale("0-1")
LOGITS = Scale("logits", logits=True)
FIXED = {scale.name: scale for scale in (UNIT, Scale("0-255", 255.0), Scale("-1-1", 2.0, -1.0))}


@dataclass(frozen=True)
class Trial:
    """How well a model gives images back on a scale.

    Attributes:
        takes, gives: The scales.
        error: Mean squared difference of pixels in [0, 1].
    """

    takes: Scale
    gives: Scale
    error: float


def parse(text: str) -> Scale:
    """Return the scale that is called `text`.

    Raises:
        ExplorerError: If none is.
    """
    if text in FIXED:
        return FIXED[text]
    try:
        mean, deviation = (float(part) for part in text.split(","))
    except ValueError:
        mean, deviation = np.nan, np.nan
    if not (np.isfinite(mean) and 1e-4 <= deviation <= 1e4 and abs(mean) <= 1e4):
        raise ExplorerError(f"The scale of the pixels must be {FORMS}. Received: {text[:80]!r}.")
    return Scale(f"{mean:g},{deviation:g}", 1 / deviation, -mean / deviation)


def standard(images: np.ndarray) -> Scale:
    """Return the scale on which images have mean 0 and deviation 1."""
    return parse(f"{images.mean():.4f},{max(float(images.std()), 1e-4):.4f}")


def trials(
    images: np.ndarray,
    reconstruct: Callable[[np.ndarray], np.ndarray],
    given: Scale | None = None,
    bounded: bool = False,
) -> list[Trial]:
    """Try which scales a model takes and gives, the best first.

    Args:
        images: (n, h, w, c) in [0, 1].
        reconstruct: The user's model, on its own scale; the same shape.
        given: The scale that it takes, where that is known.
        bounded: Whether all that it gives is in [0, 1].
    """
    own = standard(images)
    found = []
    for takes in [given] if given else [*FIXED.values(), own]:
        output = reconstruct(takes.given(images))
        # What it takes, it should give; a layer of its own may bring pixels to [0, 1] first.
        scales = (UNIT,) if bounded else (takes, UNIT, LOGITS)
        for gives in dict.fromkeys(scales):
            error = float(np.mean(np.square(gives.pixels(output) - images)))
            if np.isfinite(error):
                found.append(Trial(takes, gives, error))
    found.sort(key=lambda trial: trial.error * (1 + _CLEARLY * _unlikely(trial)))
    if not found:
        raise ExplorerError("The model gives numbers that are not finite on every scale of pixels.")
    return found


def _unlikely(trial: Trial) -> int:
    """Return how far a pair of scales is from the usual one, [0, 1] in and out."""
    plain = trial.takes == UNIT
    usual = trial.gives in (trial.takes, UNIT)
    return (not plain) + (not usual)
