"""What is done to points before a clusterer sees them: scaling, PCA, UMAP."""

from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import Normalizer, StandardScaler

from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.projection.umap import UMAPTransformer


def make_steps(spec: ClusteringSpec, n: int, report: Report) -> tuple[Any, ...]:
    """Return the transformers of a spec for n points, in order, with scikit-learn's methods.

    Raises:
        ExplorerError: If UMAP is asked for and there are too few points for it.
    """
    steps: list[Any] = []
    if spec.scaling != "none":
        steps.append(Normalizer() if spec.scaling == "normalizer" else StandardScaler())
    if spec.pca:
        steps.append(PCA(spec.pca, random_state=spec.seed))
    if spec.method.startswith("umap"):
        least = max(spec.n_neighbors, spec.n_components + 1)
        if n <= least:
            raise ExplorerError(
                f"UMAP needs more than {least} points for n_neighbors={spec.n_neighbors} and "
                f"n_components={spec.n_components}; lower these or take more points. Received: {n}."
            )
        steps.append(UmapStep(spec, report))
    return tuple(steps)


class UmapStep(UMAPTransformer):
    """UMAP that reports its epochs and can be stopped."""

    def __init__(self, spec: ClusteringSpec, report: Report) -> None:
        self._report = report
        super().__init__(
            spec.n_neighbors, spec.min_dist, spec.n_components, spec.seed, self._on_epoch
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
