"""How long work tells about itself, and how it is told to stop."""

import contextlib
import threading
from collections.abc import Callable, Iterator
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


_LOADING = threading.Event()


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Say that nothing is done in the block but loading libraries.

    A job that is told to stop is ended there at once, with its process: nothing would be lost.
    """
    _LOADING.set()
    try:
        yield
    finally:
        _LOADING.clear()


def is_loading() -> bool:
    """Whether this process only loads libraries at this moment."""
    return _LOADING.is_set()
