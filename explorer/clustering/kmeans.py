"""k-means: each point belongs to the nearest of k centroids."""

from dataclasses import dataclass, replace
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
from explorer.core.progress import Progress, Report


@dataclass(frozen=True)
class KMeans(Method):
    """k-means with k-means++ starts (Lloyd, 1982; Arthur and Vassilvitskii, 2007)."""

    name = "kmeans"
    title = "k-means"
    caption = (
        "Each point belongs to the nearest of k centroids, each centroid is the mean of its "
        "points. It finds round clusters of like size, and always k of them, whether there are "
        "any or not."
    )
    measures = ("inertia",)

    n_clusters: int = n_clusters()
    n_init: int = n_init(10)
    max_iter: int = max_iter(300)
    tol: float = tol(1e-4)

    def fit(self, features: np.ndarray, seed: int, report: Report) -> Fitted:
        """Run start by start with one random state, which is what scikit-learn does at once."""
        from sklearn import cluster
        from sklearn.utils import check_random_state

        random = check_random_state(seed)
        best: Any = None
        going = True
        tried: list[Any] = []
        for done in range(1, self.n_init + 1):
            candidate = cluster.KMeans(
                n_clusters=self.n_clusters,
                n_init=1,
                max_iter=self.max_iter,
                tol=self.tol,
                random_state=random,
            ).fit(features)
            tried.append(candidate)
            if best is None or candidate.inertia_ < best.inertia_:
                best = candidate
            message = f"{self.describe()}: start {done} of {self.n_init}"
            going = report(Progress(done / self.n_init, message))
            if not going:
                break
        inertias = [float(each.inertia_) for each in tried]
        starts = compared(inertias, [each.labels_ for each in tried], tried.index(best))
        return replace(self.fitted(best, finished=going), starts=starts)

    def fitted(self, model: Any, finished: bool = True) -> Fitted:
        """Return a fitted model of scikit-learn as what `fit` returns."""

        def assign(features: np.ndarray) -> Assignment:
            labels = model.predict(features).astype(np.int32)
            return Assignment(labels, inertia=float(-model.score(features)))

        return Fitted(assign, self.n_clusters, model.n_iter_ < self.max_iter, finished)

    def work(self, n: int, d: int) -> float:
        """Return starts × points × dimensions × clusters."""
        return self.n_init * n * d * self.n_clusters
