"""Cluster points: k-means, mini-batch k-means, Gaussian mixtures, UMAP before either, HDBSCAN.

The work is scikit-learn's. The points may be latent codes, original pixels or reconstructions:
this module sees an array, and `ClusteringSpec.space` says what it holds.
"""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from sklearn.mixture import GaussianMixture

from explorer.clustering import estimators
from explorer.clustering.estimators import NOISE as NOISE
from explorer.clustering.preprocessing import make_steps
from explorer.clustering.spec import ClusteringSpec as ClusteringSpec
from explorer.clustering.spec import default_spec as default_spec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, part, silent
from explorer.core.storage import read_npz, write_npz


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
    """Points made ready for an estimator: scaled, reduced by PCA, embedded by UMAP.

    Attributes:
        points: As they came in, shape (n, d).
        features: What the estimator sees, shape (n, f).
        steps: The fitted transformers that lead from one to the other.
        seconds: Time that this took.
    """

    points: np.ndarray
    features: np.ndarray
    steps: tuple[Any, ...]
    seconds: float


@dataclass(frozen=True)
class FittedClustering:
    """A clustering that can be applied to other points.

    Attributes:
        clustering: The clusters of the points that were fitted.
        steps: The fitted transformers that come before the estimator.
        estimator: The fitted estimator, for `estimators.assign`.
    """

    clustering: Clustering
    steps: tuple[Any, ...]
    estimator: Any

    def apply(self, x: np.ndarray) -> Clustering:
        """Put other points into the clusters that were found.

        k-means takes the nearest centroid and a mixture its most probable component, both after
        the scaling, PCA and UMAP of the fit. HDBSCAN has no rule for new points: they take the
        label (noise too) and the strength of the nearest fitted point.

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
        for step in self.steps:
            points = step.transform(points)
        found = estimators.assign(self.estimator, points)
        return replace(self.clustering, **vars(found), seconds=time.perf_counter() - start)


def as_points(x: np.ndarray) -> np.ndarray:
    """Return `x` as finite floats of shape (n, d); axes after the first are flattened.

    Raises:
        ExplorerError: If `x` is empty, has fewer than two axes, or values that are not finite
            real numbers.
    """
    x = np.asarray(x)
    if x.ndim < 2 or x.size == 0 or x.dtype.kind not in "fiub":
        raise ExplorerError(
            "Points to cluster are an array of numbers with one row per point. "
            f"Received: shape {x.shape}, type {x.dtype}."
        )
    if x.dtype not in (np.float32, np.float64):
        x = x.astype(np.float32)
    bad = ~np.isfinite(x).reshape(len(x), -1).all(axis=1)
    if bad.any():
        raise ExplorerError(
            "Points to cluster must be finite numbers; remove the rows with NaN or infinity. "
            f"Received: {bad.sum()} such rows, the first is row {bad.argmax()}."
        )
    points: np.ndarray = x.reshape(len(x), -1)
    return points


def add_noise(images: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    """Add Gaussian noise of standard deviation `sigma` to images in [0, 1], and clip to [0, 1].

    For the spaces "latent" and "reconstructed", add it to the images and encode those.

    Returns:
        float32 of the same shape; the same seed gives the same noise.

    Raises:
        ExplorerError: If the values do not lie in [0, 1], or `sigma` is negative or not finite.
    """
    images = np.asarray(images, dtype=np.float32)
    if not np.isfinite(sigma) or sigma < 0:
        raise ExplorerError(f"The noise must be a number from 0 up. Received: {sigma}.")
    if images.size and not (images.min() >= 0 and images.max() <= 1):
        raise ExplorerError(
            "Noise is added to images with values in [0, 1]; divide grey levels by 255. "
            f"Received: values from {images.min():g} to {images.max():g}."
        )
    noise = np.random.default_rng(seed).standard_normal(images.shape, dtype=np.float32)
    return np.asarray(np.clip(images + np.float32(sigma) * noise, 0, 1))


def fit(x: np.ndarray, spec: ClusteringSpec, report: Report = silent) -> FittedClustering:
    """Find the clusters of points.

    `x` is clustered as it comes: for a `spec.noise` above 0 the caller has made it from images
    that went through `add_noise`.

    Args:
        x: Shape (n, d), finite numbers; further axes are flattened.
        spec: What to do.
        report: Told after each start of k-means and every few iterations of a mixture; answers
            whether to go on. If not, the best result so far comes back, with `finished` False.
            Mini-batch k-means and HDBSCAN run to their end, they cannot be interrupted.

    Raises:
        ExplorerError: If `x` is empty, not finite, or has fewer points than clusters, or if a
            mixture's covariances degenerate, or if it was stopped during UMAP, where there is no
            result yet.
    """
    share = 0.9 if spec.method.startswith("umap") else 0.0  # of the time, by experience
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
    steps = make_steps(spec, len(points), report)
    for step in steps:
        features = step.fit_transform(features)
    return Prepared(points, features, steps, time.perf_counter() - start)


def fit_prepared(
    prepared: Prepared, spec: ClusteringSpec, report: Report = silent
) -> FittedClustering:
    """Do the rest of `fit`."""
    start = time.perf_counter()
    n = len(prepared.points)
    asked = "min_cluster_size" if spec.method == "hdbscan" else "n_clusters"
    if n < max(2, getattr(spec, asked)):
        raise ExplorerError(
            f"There must be at least two points and at least {asked} = {getattr(spec, asked)}; "
            f"lower {asked} or take more points. Received: {n}."
        )
    fitted = estimators.estimate(prepared.features, spec, report)
    found = estimators.assign(fitted.estimator, prepared.features)
    clustering = Clustering(
        spec=spec,
        centers=_centers(prepared.points, found, fitted.n_clusters),
        covariances=_covariances(prepared, fitted.estimator, spec),
        converged=fitted.converged,
        finished=fitted.finished,
        seconds=prepared.seconds + time.perf_counter() - start,
        **vars(found),
    )
    return FittedClustering(clustering, prepared.steps, fitted.estimator)


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


def file_of(spec: ClusteringSpec, folder: Path) -> Path:
    """Return where the clustering of a spec is kept in `folder`."""
    return folder / f"{spec.method}-{spec.hash}.npz"


def save(clustering: Clustering, folder: Path) -> Path:
    """Keep a clustering in `folder`, under the name of its spec; return the file.

    The name is the spec's alone, so use one folder per checkpoint.
    """
    content = {key: value for key, value in vars(clustering).items() if value is not None}
    del content["spec"]  # the file's name stands for it
    path = file_of(clustering.spec, folder)
    write_npz(path, **{key: np.asarray(value) for key, value in content.items()})
    return path


def load(spec: ClusteringSpec, folder: Path, n: int, d: int) -> Clustering | None:
    """Read what `save` kept for `spec`.

    Returns:
        The clustering, or None if there is none, the file is damaged, or it is not one of n points
        of d values.
    """
    try:
        content = read_npz(file_of(spec, folder), "labels", "centers", "finished", "seconds")
        scalars = {key: value.item() for key, value in content.items() if value.ndim == 0}
        found = Clustering(**{**content, **scalars, "spec": spec})
        return found if _fits(found, n, d) else None
    except (ExplorerError, TypeError):
        return None


def _fits(found: Clustering, n: int, d: int) -> bool:
    """Return whether all that is there has the shape and the values that `Clustering` tells of."""
    k = len(found.centers)
    shapes = {
        "labels": (n,),
        "centers": (k, d),
        "probabilities": (n, k),
        "confidence": (n,),
        "covariances": (k, d, d),
    }
    kinds = {True: "i", False: "f"}
    content = {name: value for name, value in vars(found).items() if value is not None}
    del content["spec"]
    arrays = {name: content.pop(name) for name in shapes if name in content}
    return (
        all(isinstance(value, int | float) for value in content.values())
        and all(np.shape(array) == shapes[name] for name, array in arrays.items())
        and all(array.dtype.kind == kinds[name == "labels"] for name, array in arrays.items())
        and all(np.isfinite(array).all() for name, array in arrays.items() if name != "centers")
        and not np.isinf(found.centers).any()
        and bool(((found.labels >= NOISE) & (found.labels < k)).all())
    )


def _centers(points: np.ndarray, found: estimators.Assignment, k: int) -> np.ndarray:
    """Return the mean of each cluster's points, weighted by membership if that is soft."""
    if found.probabilities is None:
        inside = np.flatnonzero(found.labels != NOISE)
        shape = (k, len(points))
        weights = csr_array((np.ones(len(inside)), (found.labels[inside], inside)), shape=shape)
    else:
        weights = found.probabilities.T.astype(np.float64)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN of an empty cluster
        means = (weights @ points) / np.asarray(weights.sum(axis=1))[:, None]
    return np.asarray(means, dtype=np.float32)


def _covariances(prepared: Prepared, estimator: Any, spec: ClusteringSpec) -> np.ndarray | None:
    drawable = prepared.points.shape[1] <= 3 and not spec.pca and spec.method == "gmm"
    if not drawable or spec.scaling == "normalizer" or not isinstance(estimator, GaussianMixture):
        return None
    found = estimators.covariances(estimator)
    if spec.scaling == "standard":
        scale = prepared.steps[0].scale_
        found = found * scale[:, None] * scale
    return found
