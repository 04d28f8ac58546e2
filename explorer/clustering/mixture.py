"""A Gaussian mixture: clusters are ellipsoids, and a point may belong to several."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.clustering.base import (
    Assignment,
    Fitted,
    Method,
    compared,
    max_iter,
    n_clusters,
    n_init,
    tol,
)
from explorer.core.errors import ExplorerError
from explorer.core.params import choice, number
from explorer.core.progress import Progress, Report

COVARIANCE_TITLES = {
    "full": "full: any ellipsoid",
    "tied": "tied: one ellipsoid for all",
    "diag": "diag: along the axes",
    "spherical": "spherical: balls",
}
_STEP = 10  # iterations between two reports


@dataclass(frozen=True)
class GaussianMixture(Method):
    """A Gaussian mixture, fitted by expectation-maximisation (Dempster et al., 1977)."""

    name = "gmm"
    title = "Gaussian mixture"
    caption = (
        "Each cluster is an ellipsoid of its own shape and size, and each point belongs to each of "
        "them with a probability: it tells how sure it is. It is sure too easily in many "
        "dimensions, where full covariances need many points."
    )
    measures = ("bic", "aic")
    has_confidence = True
    has_ellipses = True

    n_clusters: int = n_clusters()
    covariance_type: str = choice(
        "full", COVARIANCE_TITLES, "Covariances", "Which shapes the clusters may have."
    )
    # scikit-learn's own defaults; one start, because a mixture starts from k-means
    n_init: int = n_init(1)
    max_iter: int = max_iter(100)
    tol: float = tol(1e-3)
    reg_covar: float = number(
        1e-6, 0, 1e6, "Added to variances", "Keeps clusters of a few equal points from collapsing."
    )

    def fit(self, features: np.ndarray, seed: int, report: Report) -> Fitted:
        """Run start by start and a few iterations at a time, with scikit-learn's own result.

        Raises:
            ExplorerError: If the covariances degenerate.
        """
        from sklearn import mixture as sk
        from sklearn.utils import check_random_state

        features = features.astype(np.float64, copy=False)  # covariances need the digits
        random = check_random_state(seed)
        best: Any = None
        going = True
        tried: list[Any] = []
        for start in range(self.n_init):
            mixture = sk.GaussianMixture(
                n_components=self.n_clusters,
                covariance_type=self.covariance_type,
                reg_covar=self.reg_covar,
                tol=self.tol,
                warm_start=True,
                random_state=random,
            )
            for done in range(0, self.max_iter, _STEP):
                mixture.max_iter = min(_STEP, self.max_iter - done)
                self._fit(mixture, features)
                share = 1.0 if mixture.converged_ else (done + mixture.max_iter) / self.max_iter
                message = f"{self.describe()}: iteration {done + mixture.n_iter_}"
                going = report(Progress((start + share) / self.n_init, message))
                if mixture.converged_ or not going:
                    break
            tried.append(mixture)
            if best is None or mixture.lower_bound_ > best.lower_bound_:
                best = mixture
            if not going:
                break

        def assign(points: np.ndarray) -> Assignment:
            return _assign(best, points.astype(np.float64, copy=False))

        covariances = _covariances(best)
        starts = _starts(tried, best, features)
        return Fitted(assign, self.n_clusters, best.converged_, going, covariances, starts)

    def _fit(self, mixture: Any, features: np.ndarray) -> None:
        try:
            mixture.fit(features)
        except ValueError as error:
            raise ExplorerError(
                "The covariances of the Gaussian mixture degenerate; raise reg_covar, lower "
                "n_clusters or choose a simpler covariance_type. Received: "
                f"{self.reg_covar:g}, {self.n_clusters}, {self.covariance_type!r}."
            ) from error


def _starts(tried: list[Any], best: Any, features: np.ndarray) -> np.ndarray | None:
    if len(tried) < 2:
        return None
    bounds = [float(mixture.lower_bound_) for mixture in tried]
    return compared(bounds, [m.predict(features) for m in tried], tried.index(best))


def _assign(mixture: Any, features: np.ndarray) -> Assignment:
    probabilities = mixture.predict_proba(features)
    return Assignment(
        labels=probabilities.argmax(axis=1).astype(np.int32),
        probabilities=probabilities.astype(np.float32),
        confidence=probabilities.max(axis=1).astype(np.float32),
        bic=float(mixture.bic(features)),
        aic=float(mixture.aic(features)),
    )


def _covariances(mixture: Any) -> np.ndarray:
    """Return the covariances of a mixture, of whatever type, as full matrices (k, f, f)."""
    k, width = mixture.means_.shape
    found = mixture.covariances_
    if mixture.covariance_type == "full":
        return np.asarray(found)
    if mixture.covariance_type == "tied":
        return np.repeat(found[None], k, axis=0)
    variances = found if mixture.covariance_type == "diag" else np.repeat(found[:, None], width, 1)
    return np.asarray(variances[:, :, None] * np.eye(width))
