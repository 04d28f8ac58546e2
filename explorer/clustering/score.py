"""What a score of a clustering is, and what it is computed from; `metrics.py` lists them."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.clustering.base import NOISE
from explorer.clustering.confusion import Confusion, confusion
from explorer.clustering.silhouette import SILHOUETTE_SAMPLE, Silhouette, silhouette
from explorer.core.progress import Report, silent
from explorer.core.threads import fitting_threads


class Undefined(Exception):
    """A score is not defined; the message says why."""


@dataclass(frozen=True, eq=False)
class Case:
    """What a score judges.

    Attributes:
        labels: Cluster of each point or `NOISE`, shape (n,).
        truth: Class of each point, shape (n,), or None.
        points: The points in the space of the scores of shape, shape (n, d), or None.
        silhouette_sample, seed, report: As for `score`.
    """

    labels: np.ndarray
    truth: np.ndarray | None = None
    points: np.ndarray | None = None
    silhouette_sample: int | None = SILHOUETTE_SAMPLE
    seed: int = 0
    report: Report = silent

    @cached_property
    def matched(self) -> Confusion:
        """Classes against clusters."""
        assert self.truth is not None
        return confusion(self.truth, self.labels)

    @cached_property
    def largest(self) -> tuple[np.ndarray, np.ndarray]:
        """Points of the most frequent class of each cluster, and all its points, shapes (k,)."""
        counts = self.matched.counts[:, self.matched.clusters != NOISE]
        return counts.max(axis=0), counts.sum(axis=0)

    @cached_property
    def inside(self) -> tuple[np.ndarray, np.ndarray]:
        """The points that are in clusters, shape (m, d), float64, and their clusters 0…k-1."""
        assert self.points is not None
        inside = self.labels != NOISE
        if not inside.any():
            raise Undefined("No point is in a cluster.")
        points = self.points[inside].astype(np.float64, copy=False)
        return points, np.unique(self.labels[inside], return_inverse=True)[1]

    @property
    def separated(self) -> tuple[np.ndarray, np.ndarray]:
        """As `inside`, for scores that need two clusters and more points than clusters."""
        points, own = self.inside
        n_clusters = int(own.max()) + 1
        if n_clusters < 2:
            raise Undefined("It needs at least two clusters.")
        if n_clusters >= len(points):
            raise Undefined("It needs more points than clusters.")
        return points, own

    @cached_property
    def silhouette(self) -> Silhouette:
        """The silhouette of the points that are in clusters."""
        assert self.points is not None
        inside = self.labels != NOISE
        points, labels = self.points[inside], self.labels[inside]
        return silhouette(points, labels, self.silhouette_sample, self.seed, self.report)


@dataclass(frozen=True)
class Score:
    """A score of a clustering; tables, their help, commands and sweeps are read from it.

    Attributes:
        name: In tables, files and commands.
        title: What people call it.
        caption: What it says.
        of: What it judges by: "classes", "shape" (of the clusters, without classes) or "fit" (what
            a fit tells of itself, in the space where it took place).
        higher: Whether higher is better.
        low, high: Its range.
        format: How it is written, for a percent sign.
        function: The value; raises `Undefined`. None for what a fit tells.
        swept: Whether sweeps over the number of clusters offer it.
        bends: Whether it always improves with more clusters, so that its elbow speaks.
    """

    name: str
    title: str
    caption: str
    of: str
    higher: bool = True
    low: float = 0.0
    high: float = 1.0
    format: str = "%.3f"
    function: Callable[[Case], float] | None = None
    swept: bool = False
    bends: bool = False

    @property
    def heading(self) -> str:
        """The title with an arrow to the better values; all against classes point up."""
        return self.title if self.of == "classes" else f"{self.title} {'↑' if self.higher else '↓'}"

    def value(self, case: Case) -> float:
        """Compute it.

        Raises:
            Undefined: If it has no value for this case.
        """
        if self.of == "classes" and case.truth is None:
            raise Undefined("There are no classes to compare with.")
        if self.of == "shape" and case.points is None:
            raise Undefined("There are no points to measure.")
        assert self.function is not None
        size = 0 if case.points is None else case.points.size
        with fitting_threads(size), warnings.catch_warnings():
            # scikit-learn suspects a regression when most labels differ.
            warnings.simplefilter("ignore", UserWarning)
            return float(self.function(case))
