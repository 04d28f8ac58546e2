"""What a projection method is: an object from which form, command line, checks and hash are read.

To add a method: write a file beside this one with a frozen dataclass that extends `Method`, and
name it in `methods.py`.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from explorer.core.params import Parameters, choice, parameters, whole
from explorer.core.progress import Progress, Report

METRICS = {"euclidean": "Euclidean", "cosine": "Cosine", "manhattan": "Manhattan"}


class StoppedError(Exception):
    """The report answered that the work should stop."""


class Tracker:
    """Reports progress, keeps the latest embedding, and raises when the answer is to stop."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.embedding: np.ndarray | None = None

    def update(self, fraction: float, message: str, embedding: np.ndarray | None = None) -> None:
        """Report a fraction done in [0, 1] and perhaps the embedding so far.

        Raises:
            StoppedError: If the report answers that the work should stop.
        """
        if embedding is not None:
            self.embedding = np.array(embedding, dtype=np.float32)
        if not self._report(Progress(fraction, message, self.embedding)):
            raise StoppedError

    def part(self, low: float, high: float, message: str) -> Callable[[float], None]:
        """Return what is told the share done of a part of the work, from low to high of it all."""
        return lambda share: self.update(low + (high - low) * share, message)


@dataclass(frozen=True, eq=False)
class Embedding:
    """What a method computes.

    Attributes:
        points: Shape (n, 2 or 3).
        explained_variance: Share of the variance along each axis, shape (2 or 3,), in [0, 1], where
            the method tells it.
    """

    points: np.ndarray
    explained_variance: np.ndarray | None = None


@dataclass(frozen=True)
class Method(Parameters):
    """A projection method; the declared fields of a subclass are its parameters.

    Attributes:
        name: In file names, links and commands.
        title: What people call it.
        caption: What one sees in its picture, and what one must not read into it.
        quick: Whether it takes well under a second: it is computed while the page is drawn, all
            others as jobs.
        linear: Whether a point's place is a linear function of it. Then coordinates have a meaning,
            and 1-dimensional data are drawn on a line.
        for_many: Whether it is for more points than the others can draw: it is offered for these
            alone, and draws all of them.
        standard: Whether its pictures are computed for every checkpoint when it has been trained.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    caption: ClassVar[str]
    quick: ClassVar[bool] = False
    linear: ClassVar[bool] = False
    standard: ClassVar[bool] = False
    for_many: ClassVar[bool] = False

    @abstractmethod
    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Compute the embedding.

        Args:
            data: Shape (n, d), float32, finite, what `check` accepts.
            n_components: 2 or 3.
            seed: Decides all that is random.
            tracker: Told the fraction done, up to 0.98; what is not quick begins with `pca.begin`.

        Raises:
            StoppedError: If the tracker raised it: the work should stop.
        """

    def check(self, n: int, d: int) -> None:
        """Check that n points of d dimensions can be drawn.

        Raises:
            ExplorerError: If not; it names the parameter to change.
        """

    def check_components(self, n_components: int) -> None:
        """Check that the parameters suit a picture of 2 or 3 dimensions.

        Raises:
            ExplorerError: If not.
        """

    def data_axes(self, n_components: int) -> tuple[int, ...] | None:
        """Return which axes of the data are shown as they are; None if others are computed."""
        return None

    def axis_names(
        self, n_components: int, space: str, explained_variance: np.ndarray | None
    ) -> list[str]:
        """Return the titles of the axes, as HTML."""
        return [f"{self.title} {i + 1}" for i in range(n_components)]

    @property
    def data_metric(self) -> str:
        """How the method measures distances in the data, one of `METRICS`."""
        return str(getattr(self, "metric", "euclidean"))

    @property
    def settings(self) -> str:
        """Values of its numbers, and of choices that are not the default, for a caption."""
        told = []
        for parameter in parameters(type(self)):
            value = getattr(self, parameter.name)
            title = parameter.title.lower()
            if parameter.choices is not None:
                if value != parameter.default:
                    told.append(f"{title}: {parameter.choices[value].lower()}")
            elif not parameter.many:
                told.append(f"{title} {value:g}")
        return ", ".join(told)


def metric() -> Any:
    """Declare how distances in the data are measured."""
    text = "How far two points are apart; cosine looks at their directions alone."
    return choice("euclidean", METRICS, "Distance in the data", text)


def n_neighbors(default: int, help: str) -> Any:
    """Declare how many neighbours a point has."""
    return whole(default, 2, 1_000, "Neighbours", help, slider=(2, 100, 1))
