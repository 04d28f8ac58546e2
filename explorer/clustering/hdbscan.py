"""HDBSCAN: clusters are where points lie densely, and some points are in none."""

from dataclasses import dataclass

import numpy as np

from explorer.clustering.base import Fitted, Method
from explorer.clustering.nearest import follow_nearest
from explorer.core.params import whole
from explorer.core.progress import Progress, Report


@dataclass(frozen=True)
class HDBSCAN(Method):
    """HDBSCAN (Campello et al., 2013), by scikit-learn.

    It runs to its end, it cannot be stopped. New points take the label (noise too) and the
    strength of the nearest fitted point.
    """

    name = "hdbscan"
    title = "HDBSCAN"
    caption = (
        "Clusters are where points lie densely, of any shape; it finds their number by itself and "
        "leaves out what lies between them. In many dimensions nothing is dense, and most points "
        "may be left out."
    )
    size = "min_cluster_size"
    has_confidence = True
    leaves_noise = True
    is_random = False

    min_cluster_size: int = whole(
        50, 2, 1_000_000, "Smallest", "Fewer points than this are no cluster."
    )

    def fit(self, features: np.ndarray, seed: int, report: Report) -> Fitted:
        """Fit scikit-learn's estimator."""
        from sklearn import cluster

        report(Progress(0.0, self.describe()))
        found = cluster.HDBSCAN(min_cluster_size=self.min_cluster_size, copy=True).fit(features)
        report(Progress(1.0, self.describe()))
        n_clusters = int(found.labels_.max()) + 1
        return follow_nearest(features, found.labels_, n_clusters, found.probabilities_)
