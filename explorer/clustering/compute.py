"""Cluster points by the method of a spec.

The points may be latent codes, original pixels or reconstructions: this module sees an array, and
`ClusteringSpec.space` says what it holds.
"""

import time
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.clustering.base import NOISE, Assignment, Fitted
from explorer.clustering.preprocessing import as_points, transformers
from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, part, silent
from explorer.core.threads import fitting_threads


@dataclass(frozen=True)
class Clustering:
    """The clusters of n points.

    Attributes:
        spec: How they were found.
        labels: Cluster of each point, shape (n,), int32, in 0…k-1, or `NOISE`.
        centers: Shape (k, d), float32: the mean, in the space of the points as they came in
            (before scaling, PCA and UMAP, so that a decoder can read it), of the fitted points of
            each cluster; for Gaussian mixtures weighted by membership probability. For plain
            k-means that is the centroid itself. NaN for a cluster without fitted points.
        probabilities: Membership probabilities of a Gaussian mixture, shape (n, k), float32.
        confidence: How sure each point's label is, shape (n,), in [0, 1]: the probability of its
            component (mixtures) or the strength of its membership (HDBSCAN).
        covariances: Of a Gaussian mixture in the space of the points, shape (k, d, d), float64;
            only for d ≤ 3, no PCA and scaling "none" or "standard", where they draw ellipses.
        bic, aic: Of a Gaussian mixture on these points; lower is better.
        inertia: k-means: sum of the squared distances of these points to their centroid, in the
            space where the clustering took place (after scaling, PCA and UMAP).
        starts: How the starts of k-means or a mixture differ, shape (s, 2): what each reached
            (inertia, or mean log-likelihood of a fitted point), and how its clusters agree with
            those that were kept (adjusted Rand index).
        converged: Whether the fit met its tolerance before `max_iter`.
        finished: False if the fit was stopped on request, so that this is the best so far.
        seconds: Time that fitting, or applying to these points, took.

    What a method does not have is None.
    """

    spec: ClusteringSpec
    labels: np.ndarray
    centers: np.ndarray
    probabilities: np.ndarray | None = None
    confidence: np.ndarray | None = None
    covariances: np.ndarray | None = None
    bic: float | None = None
    aic: float | None = None
    inertia: float | None = None
    starts: np.ndarray | None = None
    converged: bool = True
    finished: bool = True
    seconds: float = 0.0

    @property
    def sizes(self) -> np.ndarray:
        """Number of these points in each cluster, shape (k,); noise is not counted."""
        return np.bincount(self.labels[self.labels != NOISE], minlength=len(self.centers))

    @property
    def noise_share(self) -> float:
        """Share of these points that are in no cluster, in [0, 1]."""
        return float(np.mean(self.labels == NOISE))


@dataclass(frozen=True)
class Prepared:
    """Points made ready for a method: scaled, reduced by PCA, embedded by UMAP.

    Attributes:
        points: As they came in, shape (n, d).
        features: What the method sees, shape (n, f).
        transformers: What leads from one to the other, fitted.
        seconds: Time that this took.
    """

    points: np.ndarray
    features: np.ndarray
    transformers: tuple[Any, ...]
    seconds: float


@dataclass(frozen=True)
class FittedClustering:
    """A clustering that can be applied to other points.

    Attributes:
        clustering: The clusters of the points that were fitted.
        transformers: What comes before the method, fitted.
        fitted: The fitted method.
    """

    clustering: Clustering
    transformers: tuple[Any, ...]
    fitted: Fitted

    def apply(self, x: np.ndarray) -> Clustering:
        """Put other points into the clusters that were found.

        k-means takes the nearest centroid and a mixture its most probable component, both after
        the scaling, PCA and UMAP of the fit. A method that has no rule for new points gives them
        the label (noise too) of the nearest fitted point.

        Args:
            x: Shape (m, d) with the d of the fit; further axes are flattened.

        Returns:
            The clustering of `x`, with the centres and covariances of the fit.

        Raises:
            ExplorerError: If `x` has another width, or values that are not finite.
        """
        start = time.perf_counter()
        points = as_points(x)
        width = self.clustering.centers.shape[1]
        if points.shape[1] != width:
            raise ExplorerError(
                f"This clustering was fitted on points of {width} values; apply it to the same "
                f"kind of data. Received: {points.shape[1]} values."
            )
        for step in self.transformers:
            points = step.transform(points)
        found = _assign(self.fitted, points)
        return replace(self.clustering, **vars(found), seconds=time.perf_counter() - start)


def fit(x: np.ndarray, spec: ClusteringSpec, report: Report = silent) -> FittedClustering:
    """Find the clusters of points.

    `x` is clustered as it comes: for a `spec.noise` above 0 the caller has made it from images
    that went through `add_noise`.

    Args:
        x: Shape (n, d), finite numbers; further axes are flattened.
        spec: What to do.
        report: Told after each start of k-means and every few iterations of a mixture; answers
            whether to go on. If not, the best result so far comes back, with `finished` False.
            Mini-batch k-means and HDBSCAN run to their end.

    Raises:
        ExplorerError: If `x` is empty, not finite, or has fewer points than clusters, or if a
            mixture's covariances degenerate, or if it was stopped during UMAP, where there is no
            result yet.
    """
    share = spec.method.preparation
    prepared = prepare(x, spec, part(report, 0.0, share))
    return fit_prepared(prepared, spec, part(report, share, 1.0))


def prepare(x: np.ndarray, spec: ClusteringSpec, report: Report = silent) -> Prepared:
    """Do the part of `fit` that does not depend on the number of clusters.

    Raises:
        ExplorerError: If `x` is empty or not finite, if `spec.pca` exceeds its shape, if there
            are too few points for UMAP, or if `report` stopped UMAP.
    """
    start = time.perf_counter()
    points = features = as_points(x)
    if spec.pca > min(points.shape):
        raise ExplorerError(
            f"PCA can keep at most {min(points.shape)} components of {len(points)} points with "
            f"{points.shape[1]} values. Received: {spec.pca}."
        )
    steps = transformers(spec.scaling, spec.pca, spec.seed)
    if (own := spec.method.transformer(len(points), spec.seed, report)) is not None:
        steps.append(own)
    for step in steps:
        features = step.fit_transform(features)
    return Prepared(points, features, tuple(steps), time.perf_counter() - start)


def fit_prepared(
    prepared: Prepared, spec: ClusteringSpec, report: Report = silent
) -> FittedClustering:
    """Do the rest of `fit`."""
    from sklearn.exceptions import ConvergenceWarning

    start = time.perf_counter()
    method = spec.method
    n, width = prepared.features.shape
    asked = getattr(method, method.size)
    if n < max(2, asked):
        raise ExplorerError(
            f"There must be at least two points and at least {method.size} = {asked}; "
            f"lower {method.size} or take more points. Received: {n}."
        )
    with warnings.catch_warnings(), fitting_threads(method.points_at_once(n) * width):
        warnings.simplefilter("ignore", ConvergenceWarning)  # `converged` tells it
        fitted = method.fit(prepared.features, spec.seed, report)
    found = _assign(fitted, prepared.features)
    clustering = Clustering(
        spec=spec,
        centers=_centers(prepared.points, found, fitted.n_clusters),
        covariances=_covariances(prepared, fitted, spec),
        starts=fitted.starts,
        converged=fitted.converged,
        finished=fitted.finished,
        seconds=prepared.seconds + time.perf_counter() - start,
        **vars(found),
    )
    return FittedClustering(clustering, prepared.transformers, fitted)


def members(x: np.ndarray, clustering: Clustering, cluster: int) -> np.ndarray:
    """Return the indices of a cluster's points, the most typical first, the strangest last.

    Typical is what lies near `clustering.centers[cluster]` (Euclidean, in the space of `x`).

    Args:
        x: The points that `clustering` labels, shape (n, d); further axes are flattened.

    Raises:
        ExplorerError: If there is no such cluster.
    """
    if not 0 <= cluster < len(clustering.centers):
        raise ExplorerError(
            f"The clusters are numbered 0 to {len(clustering.centers) - 1}. Received: {cluster}."
        )
    indices = np.flatnonzero(clustering.labels == cluster)
    offsets = as_points(x)[indices] - clustering.centers[cluster]
    return indices[np.argsort((offsets**2).sum(axis=1), kind="stable")]


def _centers(points: np.ndarray, found: Assignment, k: int) -> np.ndarray:
    """Return the mean of each cluster's points, weighted by membership if that is soft."""
    from scipy.sparse import csr_array

    if found.probabilities is None:
        inside = np.flatnonzero(found.labels != NOISE)
        shape = (k, len(points))
        weights = csr_array((np.ones(len(inside)), (found.labels[inside], inside)), shape=shape)
    else:
        weights = found.probabilities.T.astype(np.float64)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN of an empty cluster
        means = (weights @ points) / np.asarray(weights.sum(axis=1))[:, None]
    return np.asarray(means, dtype=np.float32)


def _assign(fitted: Fitted, features: np.ndarray) -> Assignment:
    with fitting_threads(features.size):
        return fitted.assign(features)


def _covariances(prepared: Prepared, fitted: Fitted, spec: ClusteringSpec) -> np.ndarray | None:
    """Return the covariances in the space of the points, where they are those of the features."""
    found = fitted.covariances
    drawable = spec.method.has_ellipses and prepared.points.shape[1] <= 3 and not spec.pca
    if found is None or not drawable or spec.scaling == "normalizer":
        return None
    if spec.scaling == "standard":
        scale = prepared.transformers[0].scale_
        found = found * scale[:, None] * scale
    return found
