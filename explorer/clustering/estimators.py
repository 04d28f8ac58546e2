"""scikit-learn's clusterers, run so that they report progress, can be stopped, and describe alike.

k-means and mixtures with several starts are run start by start with one shared random state,
which gives what scikit-learn gives when it runs them all at once.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.cluster import HDBSCAN, KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_random_state

from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report
from explorer.core.threads import fitting_threads

NOISE = -1  # the label of points that HDBSCAN puts into no cluster
_STEP = 10  # iterations of a mixture between two reports


@dataclass(frozen=True)
class Estimate:
    """A fitted estimator.

    Attributes:
        estimator: KMeans, MiniBatchKMeans, GaussianMixture or `Density`, for `assign`.
        n_clusters: Number of clusters, empty ones included.
        converged: Whether it met its tolerance.
        finished: False if it was stopped on request.
    """

    estimator: Any
    n_clusters: int
    converged: bool
    finished: bool = True


@dataclass(frozen=True)
class Density:
    """What HDBSCAN found, and a way to look up the nearest fitted point.

    Attributes:
        features: The fitted points, shape (n, f).
        labels: Their clusters or `NOISE`, shape (n,).
        strengths: Of their membership, shape (n,), in [0, 1].
        neighbours: An index of the points.
    """

    features: np.ndarray
    labels: np.ndarray
    strengths: np.ndarray
    neighbours: NearestNeighbors


@dataclass(frozen=True)
class Assignment:
    """What an estimator says of n points; the fields are those of `clustering.Clustering`."""

    labels: np.ndarray
    probabilities: np.ndarray | None = None
    confidence: np.ndarray | None = None
    bic: float | None = None
    aic: float | None = None
    inertia: float | None = None


def estimate(features: np.ndarray, spec: ClusteringSpec, report: Report) -> Estimate:
    """Fit the estimator of `spec` to features of shape (n, f).

    Raises:
        ExplorerError: If a mixture's covariances degenerate.
    """
    at_once = spec.batch_size if spec.method == "minibatch" else len(features)
    # Estimate.converged tells what the warning would.
    with _quiet(ConvergenceWarning), fitting_threads(at_once * features.shape[1]):
        return _ESTIMATES[spec.method](features, spec, report)


def assign(estimator: Any, features: np.ndarray) -> Assignment:
    """Put features of shape (m, f) into the clusters of a fitted estimator."""
    with fitting_threads(features.size):
        if isinstance(estimator, GaussianMixture):
            return _assign_softly(estimator, features.astype(np.float64, copy=False))
        if isinstance(estimator, Density):
            return _assign_by_neighbour(estimator, features)
        labels = estimator.predict(features).astype(np.int32)
        return Assignment(labels, inertia=float(-estimator.score(features)))


def covariances(mixture: GaussianMixture) -> np.ndarray:
    """Return the covariances of a mixture, of whatever type, as full matrices (k, f, f)."""
    k, width = mixture.means_.shape
    found = mixture.covariances_
    if mixture.covariance_type == "full":
        return np.asarray(found)
    if mixture.covariance_type == "tied":
        return np.repeat(found[None], k, axis=0)
    variances = found if mixture.covariance_type == "diag" else np.repeat(found[:, None], width, 1)
    return np.asarray(variances[:, :, None] * np.eye(width))


def _assign_softly(mixture: GaussianMixture, features: np.ndarray) -> Assignment:
    probabilities = mixture.predict_proba(features)
    return Assignment(
        labels=probabilities.argmax(axis=1).astype(np.int32),
        probabilities=probabilities.astype(np.float32),
        confidence=probabilities.max(axis=1).astype(np.float32),
        bic=float(mixture.bic(features)),
        aic=float(mixture.aic(features)),
    )


def _assign_by_neighbour(density: Density, features: np.ndarray) -> Assignment:
    nearest: Any = slice(None)
    if features is not density.features:
        nearest = density.neighbours.kneighbors(features, return_distance=False)[:, 0]
    return Assignment(labels=density.labels[nearest], confidence=density.strengths[nearest])


def _kmeans(features: np.ndarray, spec: ClusteringSpec, report: Report) -> Estimate:
    random = check_random_state(spec.seed)
    best: Any = None
    going = True
    for done in range(1, spec.n_init + 1):
        candidate = KMeans(
            n_clusters=spec.n_clusters,
            n_init=1,
            max_iter=spec.max_iter,
            tol=spec.tol,
            random_state=random,
        ).fit(features)
        if best is None or candidate.inertia_ < best.inertia_:
            best = candidate
        message = f"{spec.describe()}: start {done} of {spec.n_init}"
        going = report(Progress(done / spec.n_init, message))
        if not going:
            break
    return Estimate(best, spec.n_clusters, best.n_iter_ < spec.max_iter, finished=going)


def _minibatch(features: np.ndarray, spec: ClusteringSpec, report: Report) -> Estimate:
    report(Progress(0.0, spec.describe()))
    fitted = MiniBatchKMeans(
        n_clusters=spec.n_clusters,
        n_init=spec.n_init,
        max_iter=spec.max_iter,
        batch_size=spec.batch_size,
        tol=spec.tol,
        compute_labels=False,
        random_state=spec.seed,
    ).fit(features)
    report(Progress(1.0, spec.describe()))
    return Estimate(fitted, spec.n_clusters, fitted.n_iter_ < spec.max_iter)


def _mixture(features: np.ndarray, spec: ClusteringSpec, report: Report) -> Estimate:
    features = features.astype(np.float64, copy=False)  # covariances need the digits
    random = check_random_state(spec.seed)
    best: Any = None
    going = True
    for start in range(spec.n_init):
        mixture = GaussianMixture(
            n_components=spec.n_clusters,
            covariance_type=spec.covariance_type,
            reg_covar=spec.reg_covar,
            tol=spec.tol,
            warm_start=True,
            random_state=random,
        )
        for done in range(0, spec.max_iter, _STEP):
            mixture.max_iter = min(_STEP, spec.max_iter - done)
            _fit_mixture(mixture, features)
            share = 1.0 if mixture.converged_ else (done + mixture.max_iter) / spec.max_iter
            message = f"{spec.describe()}: iteration {done + mixture.n_iter_}"
            going = report(Progress((start + share) / spec.n_init, message))
            if mixture.converged_ or not going:
                break
        if best is None or mixture.lower_bound_ > best.lower_bound_:
            best = mixture
        if not going:
            break
    return Estimate(best, spec.n_clusters, best.converged_, finished=going)


def _fit_mixture(mixture: GaussianMixture, features: np.ndarray) -> None:
    try:
        mixture.fit(features)
    except ValueError as error:
        raise ExplorerError(
            "The covariances of the Gaussian mixture degenerate; raise reg_covar, lower "
            "n_clusters or choose a simpler covariance_type. "
            f"Received: {mixture.reg_covar:g}, {mixture.n_components}, "
            f"{mixture.covariance_type!r}."
        ) from error


def _hdbscan(features: np.ndarray, spec: ClusteringSpec, report: Report) -> Estimate:
    report(Progress(0.0, spec.describe()))
    found = HDBSCAN(min_cluster_size=spec.min_cluster_size, copy=True).fit(features)
    report(Progress(1.0, spec.describe()))
    labels = found.labels_.astype(np.int32)
    strengths = found.probabilities_.astype(np.float32)
    neighbours = NearestNeighbors(n_neighbors=1).fit(features)
    density = Density(features, labels, strengths, neighbours)
    return Estimate(density, int(labels.max()) + 1, converged=True)


_ESTIMATES: dict[str, Callable[[np.ndarray, ClusteringSpec, Report], Estimate]] = {
    "kmeans": _kmeans,
    "minibatch": _minibatch,
    "gmm": _mixture,
    "umap_gmm": _mixture,
    "umap_kmeans": _kmeans,
    "hdbscan": _hdbscan,
}


@contextmanager
def _quiet(category: type[Warning]) -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category)
        yield
