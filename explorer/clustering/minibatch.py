"""Mini-batch k-means: k-means that looks at a few points at a time."""

from dataclasses import dataclass

import numpy as np

from explorer.clustering.base import Fitted, max_iter
from explorer.clustering.kmeans import KMeans
from explorer.core.params import whole
from explorer.core.progress import Progress, Report


@dataclass(frozen=True)
class MiniBatchKMeans(KMeans):
    """Mini-batch k-means (Sculley, 2010), by scikit-learn; it compares starts without running them.

    It runs to its end, it cannot be stopped.
    """

    name = "minibatch"
    title = "Mini-batch k-means"
    caption = (
        "k-means that moves its centroids by a few points at a time: much faster for many points "
        "and clusters, and a little worse."
    )

    max_iter: int = max_iter(100)
    batch_size: int = whole(1024, 1, 1_000_000, "Mini-batch", "How many points each step looks at.")
    max_no_improvement: int = whole(
        10,
        0,
        1_000_000,
        "Steps without improvement",
        "Stop when so many mini-batches in a row brought no lower inertia. Few: it may stop after "
        "a dozen steps, far from the end. 0: never for this reason.",
    )

    def fit(self, features: np.ndarray, seed: int, report: Report) -> Fitted:
        """Fit scikit-learn's estimator."""
        from sklearn import cluster

        report(Progress(0.0, self.describe()))
        model = cluster.MiniBatchKMeans(
            n_clusters=self.n_clusters,
            n_init=self.n_init,
            max_iter=self.max_iter,
            batch_size=self.batch_size,
            tol=self.tol,
            max_no_improvement=self.max_no_improvement or None,
            compute_labels=False,
            random_state=seed,
        ).fit(features)
        report(Progress(1.0, self.describe()))
        return self.fitted(model)

    def points_at_once(self, n: int) -> int:
        """Return the size of a mini-batch."""
        return self.batch_size
