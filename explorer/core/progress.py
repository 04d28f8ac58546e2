"""How long work tells about itself, and how it is told to stop."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Progress:
    """One report from work under way.

    Attributes:
        fraction: Share of the work that is done, in [0, 1].
        message: What is being done, as a short phrase.
        partial: A partial result worth drawing (for a projection: the embedding so far,
            shape (n, 2 or 3), float32), or None.
    """

    fraction: float
    message: str
    partial: np.ndarray | None = None


# Takes a report; answers whether to go on. Work that hears False keeps what it has and returns it.
Report = Callable[[Progress], bool]


def silent(progress: Progress) -> bool:
    """Ignore every report and never stop: the default `Report`."""
    return True


def part(report: Report, low: float, high: float) -> Report:
    """Return a `Report` for a part of the work, which takes it from the fraction low to high."""
    return lambda progress: report(
        replace(progress, fraction=low + (high - low) * progress.fraction)
    )
