"""New points for methods that have no rule for them: they follow the nearest fitted point."""

from typing import Any

import numpy as np

from explorer.clustering.base import Assignment, Fitted


def follow_nearest(
    features: np.ndarray,
    labels: np.ndarray,
    n_clusters: int,
    confidence: np.ndarray | None = None,
) -> Fitted:
    """Return a fit that gives its own points their labels, and others that of the nearest.

    Args:
        features: The fitted points, shape (n, f).
        labels: Their clusters or `NOISE`, shape (n,).
        n_clusters: Number of clusters.
        confidence: How sure each label is, shape (n,), in [0, 1], where the method tells it.
    """
    from sklearn.neighbors import NearestNeighbors

    labels = labels.astype(np.int32)
    strengths = None if confidence is None else confidence.astype(np.float32)
    neighbours = NearestNeighbors(n_neighbors=1).fit(features)

    def assign(points: np.ndarray) -> Assignment:
        nearest: Any = slice(None)
        if points is not features:
            nearest = neighbours.kneighbors(points, return_distance=False)[:, 0]
        return Assignment(
            labels[nearest], confidence=None if strengths is None else strengths[nearest]
        )

    return Fitted(assign, n_clusters)
