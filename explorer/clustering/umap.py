"""UMAP before another method: the recipe of N2D."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.clustering.base import Method, n_init
from explorer.clustering.kmeans import KMeans
from explorer.clustering.mixture import GaussianMixture
from explorer.core.errors import ExplorerError
from explorer.core.params import number, whole
from explorer.core.progress import Progress, Report, silent
from explorer.projection.umap import UMAPTransformer


@dataclass(frozen=True)
class UMAPFirst(Method):
    """What UMAP adds to the method that follows it (McConville et al., N2D, 2021).

    Its defaults are N2D's. What the other method offers in the space of the points is gone: it
    sees the embedding.
    """

    has_ellipses = False
    preparation = 0.9
    quick_to_assign = False

    n_neighbors: int = whole(
        20,
        2,
        1_000,
        "UMAP: neighbours",
        "How many neighbours of each point UMAP looks at. Small: fine structure. Large: the whole.",
        slider=(2, 100, 1),
    )
    min_dist: float = number(
        0,
        0,
        1,
        "UMAP: distance",
        "How close points may lie in the embedding: 0 packs clusters tightly.",
        slider=(0, 1, 0.05),
    )
    n_components: int = whole(
        10, 1, 100, "UMAP: dimensions", "Of the embedding.", slider=(2, 20, 1)
    )

    def transformer(self, n: int, seed: int, report: Report) -> Any:
        """Return UMAP for n points.

        Raises:
            ExplorerError: If there are too few points for it.
        """
        least = max(self.n_neighbors, self.n_components + 1)
        if n <= least:
            raise ExplorerError(
                f"UMAP needs more than {least} points for n_neighbors={self.n_neighbors} and "
                f"n_components={self.n_components}; lower these or take more points. Received: {n}."
            )
        return _Transformer(self, seed, report)

    def work(self, n: int, d: int) -> float:
        """Return ∞: UMAP takes its time."""
        return math.inf


class _Transformer(UMAPTransformer):
    """UMAP that reports its epochs and can be stopped."""

    def __init__(self, method: UMAPFirst, seed: int, report: Report) -> None:
        self._report = report
        super().__init__(
            method.n_neighbors, method.min_dist, method.n_components, seed, self._on_epoch
        )

    def fit_transform(self, points: np.ndarray) -> np.ndarray:
        """Return the embedding of points (n, d), shape (n, n_components), float32.

        Raises:
            ExplorerError: If the report answered to stop.
        """
        self._tell(0.0, "UMAP: searching neighbours")
        embedding = super().fit_transform(points)
        self._report = silent  # `transform` is no part of the work that was reported
        return embedding

    def _on_epoch(self, epoch: int, total: int) -> None:
        self._tell(epoch / total, f"UMAP: epoch {epoch} of {total}")

    def _tell(self, fraction: float, message: str) -> None:
        if not self._report(Progress(fraction, message)):
            raise ExplorerError("The clustering was stopped before it had a result.")


@dataclass(frozen=True)
class UMAPKMeans(UMAPFirst, KMeans):
    """UMAP, then k-means."""

    name = "umap_kmeans"
    title = "UMAP → k-means"
    caption = (
        "UMAP first draws neighbours together, then k-means divides the embedding: slow and often "
        "good. UMAP may tear one class apart or push two together before k-means sees them."
    )


@dataclass(frozen=True)
class UMAPMixture(UMAPFirst, GaussianMixture):
    """UMAP, then a Gaussian mixture: N2D."""

    name = "umap_gmm"
    title = "UMAP → Gaussian mixture"
    caption = (
        "The recipe of N2D: UMAP first draws neighbours together, then a Gaussian mixture divides "
        "the embedding; slow and often best. How sure it is of a point says nothing about what "
        "UMAP did to it."
    )

    # A single start is fragile: on one embedding of MNIST 3 of 8 gave an accuracy of 0.83 where the
    # others gave 0.97. Beside UMAP's time ten cost little.
    n_init: int = n_init(10)
