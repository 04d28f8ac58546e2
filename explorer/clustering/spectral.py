"""Spectral clustering: the graph of neighbours is cut where few lines cross."""

import warnings
from dataclasses import dataclass

import numpy as np

from explorer.clustering.base import Fitted, Method, n_clusters, n_init
from explorer.clustering.nearest import follow_nearest
from explorer.core.errors import ExplorerError
from explorer.core.params import whole
from explorer.core.progress import Progress, Report

MOST_POINTS = 20_000  # about a minute on one core; the time grows faster than the points


@dataclass(frozen=True)
class Spectral(Method):
    """Spectral clustering (Ng, Jordan and Weiss, 2001) of the graph of neighbours, by scikit-learn.

    It runs to its end, it cannot be stopped. New points take the label of the nearest fitted point.
    """

    name = "spectral"
    title = "Spectral clustering"
    caption = (
        "Joins each point to its nearest neighbours and cuts this graph into k parts where few "
        "lines cross: clusters may be long, bent or around each other. Where classes touch, lines "
        "cross everywhere, and the cut may fall inside a class or split off a few odd points."
    )

    n_clusters: int = n_clusters()
    n_neighbors: int = whole(
        10,
        2,
        1_000,
        "Neighbours in the graph",
        "To how many neighbours each point is joined, itself included. Few: the graph falls to "
        "pieces. Many: bridges between clusters.",
        slider=(2, 100, 1),
    )
    n_init: int = n_init(10)

    def fit(self, features: np.ndarray, seed: int, report: Report) -> Fitted:
        """Fit scikit-learn's estimator.

        Raises:
            ExplorerError: If there are more than `MOST_POINTS` points, or too few.
        """
        from sklearn import cluster

        n = len(features)
        least = max(self.n_neighbors, self.n_clusters)
        if not least < n <= MOST_POINTS:
            raise ExplorerError(
                f"Spectral clustering needs more than {least} points (n_neighbors, n_clusters) and "
                f"at most {MOST_POINTS:,}: fit it on the test images. Received: {n:,}."
            )
        report(Progress(0.0, self.describe()))
        model = cluster.SpectralClustering(
            self.n_clusters,
            affinity="nearest_neighbors",
            n_neighbors=self.n_neighbors,
            n_init=self.n_init,
            random_state=seed,
        )
        with warnings.catch_warnings():
            # A graph in pieces is cut between them, which is what is wanted.
            warnings.filterwarnings("ignore", "Graph is not fully connected", UserWarning)
            labels = model.fit(features).labels_
        report(Progress(1.0, self.describe()))
        return follow_nearest(features, labels, self.n_clusters)
