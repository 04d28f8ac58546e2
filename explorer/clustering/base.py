"""What a clustering method is: an object from which form, command line, checks and hash are read.

To add a method: write a file beside this one with a frozen dataclass that extends `Method`, and
name it in `methods.py`.
"""

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from explorer.core.params import Parameters, number, whole
from explorer.core.progress import Report

NOISE = -1  # the label of points that a method puts into no cluster


@dataclass(frozen=True)
class Assignment:
    """What a fitted method says of n points; the fields are those of `clustering.Clustering`.

    What a method does not have is None.
    """

    labels: np.ndarray
    probabilities: np.ndarray | None = None
    confidence: np.ndarray | None = None
    bic: float | None = None
    aic: float | None = None
    inertia: float | None = None


@dataclass(frozen=True)
class Fitted:
    """A fitted method.

    Attributes:
        assign: Puts features of shape (m, f) into the clusters.
        n_clusters: Number of clusters, empty ones included.
        converged: Whether the fit met its tolerance.
        finished: False if it was stopped on request.
        covariances: Of the clusters among the features, shape (k, f, f), float64, or None.
        starts: How the starts differ, see `compared`; None where there was one, or none is known.
    """

    assign: Callable[[np.ndarray], Assignment]
    n_clusters: int
    converged: bool = True
    finished: bool = True
    covariances: np.ndarray | None = None
    starts: np.ndarray | None = None


def compared(objectives: list[float], labels: list[np.ndarray], best: int) -> np.ndarray | None:
    """Return how the starts of a fit differ, without labels: a row each, shape (s, 2), float64.

    Args:
        objectives: What each start reached: inertia, or mean log-likelihood of a point.
        labels: The clusters that each found of the same points, arrays of shape (n,).
        best: Number of the start that is kept.

    Returns:
        The objective, and the agreement of its clusters with those of the start that is kept
        (adjusted Rand index, at most 1); None for a single start.
    """
    if len(objectives) < 2:
        return None
    from sklearn.metrics import adjusted_rand_score

    agreement = [adjusted_rand_score(labels[best], found) for found in labels]
    return np.column_stack([objectives, agreement]).astype(np.float64)


@dataclass(frozen=True)
class Method(Parameters):
    """A clustering method; the declared fields of a subclass are its parameters.

    Attributes:
        name: In file names, links and commands.
        title: What people call it.
        caption: What kind of clusters it finds, and what one must not expect of it.
        size: The parameter that decides how large or how many the clusters are: what a form asks
            for first, and how many points there must be.
        measures: What a fit tells of itself, of `metrics.FIT_SCORES`.
        has_confidence: Whether it tells how sure each point's label is.
        has_ellipses: Whether its clusters have covariances in the space of the points.
        leaves_noise: Whether it leaves points out of all clusters.
        is_random: Whether it draws random numbers.
        preparation: Share of the time that `transformer` takes, by experience.
        quick_to_assign: Whether thousands of new points are placed within a second.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    caption: ClassVar[str]
    size: ClassVar[str] = "n_clusters"
    measures: ClassVar[tuple[str, ...]] = ()
    has_confidence: ClassVar[bool] = False
    has_ellipses: ClassVar[bool] = False
    leaves_noise: ClassVar[bool] = False
    is_random: ClassVar[bool] = True
    preparation: ClassVar[float] = 0.0
    quick_to_assign: ClassVar[bool] = True

    @abstractmethod
    def fit(self, features: np.ndarray, seed: int, report: Report) -> Fitted:
        """Find the clusters of features, shape (n, f).

        Args:
            features: Finite numbers, at least as many rows as `size` asks for.
            seed: Of all random numbers.
            report: Told of progress; answers whether to go on. If not, the best so far is returned.

        Raises:
            ExplorerError: If these points cannot be clustered so.
        """

    def transformer(self, n: int, seed: int, report: Report) -> Any | None:
        """Return what n points go through before the fit, with scikit-learn's methods, or None.

        It does not depend on the number of clusters: a sweep does it once.

        Raises:
            ExplorerError: If there are too few points for it.
        """
        return None

    @property
    def k(self) -> int | None:
        """How many clusters it is asked for; None if it finds their number by itself."""
        return getattr(self, "n_clusters", None)

    def points_at_once(self, n: int) -> int:
        """Return how many of n points a step of the fit reads."""
        return n

    def work(self, n: int, d: int) -> float:
        """Return starts × points × dimensions × clusters, where the time follows that; else ∞."""
        return math.inf

    def describe(self) -> str:
        """Say in a few words what is done, for progress messages and captions."""
        return self.title if self.k is None else f"{self.title}, {self.k} clusters"


def n_clusters() -> Any:
    """Declare the number of clusters."""
    return whole(10, 1, 10_000, "Clusters", "How many clusters to find, k.")


def n_init(default: int) -> Any:
    """Declare the number of starts."""
    return whole(
        default, 1, 1_000, "Starts", "The result depends on the start: the best of these is kept."
    )


def max_iter(default: int) -> Any:
    """Declare the most iterations of a start."""
    return whole(default, 1, 100_000, "Iterations at most", "Of each start, unless it converges.")


def tol(default: float) -> Any:
    """Declare the change below which a fit counts as converged."""
    return number(default, 0, 1, "Tolerance", "Changes below this count as none: it has converged.")
