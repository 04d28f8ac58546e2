"""How far a picture can be trusted."""

from dataclasses import dataclass

import numpy as np

from explorer.latent import neighbors

QUALITY_NEIGHBORS = 10
QUALITY_SAMPLE = 2_000
# Of more points, so many are asked for the labels of their neighbours, among all.
ACCURACY_SAMPLE = 20_000


@dataclass(frozen=True)
class Quality:
    """How far a picture can be trusted; the numbers are explained at `quality`."""

    trustworthiness: float
    knn_accuracy: float | None


def quality(
    x: np.ndarray,
    embedding: np.ndarray,
    labels: np.ndarray | None = None,
    metric: str = "euclidean",
    seed: int = 0,
) -> Quality:
    """Judge a picture by its neighbourhoods of `QUALITY_NEIGHBORS` (10) points.

    Trustworthiness (Venna and Kaski, 2001) is 1 when all neighbours in the picture are neighbours
    in the data, and about 0.5 when they are chance; it is computed on at most `QUALITY_SAMPLE`
    (2,000) of the points, drawn with the seed. The label accuracy is the share of the points that
    have the label which most of their neighbours in the picture have; among labels equally
    frequent, the one of the nearer neighbours counts. Of more than `ACCURACY_SAMPLE` (20,000)
    points so many are judged, drawn with the seed, by their neighbours among all.

    Args:
        x: The data, shape (n, d), n >= `MIN_POINTS`.
        embedding: The picture, shape (n, 2 or 3).
        labels: Class of each point, shape (n,), or None.
        metric: How distances in the data are measured.
        seed: Draws the points that are judged.
    """
    from sklearn.manifold import trustworthiness

    n = len(x)
    rows = subset(n, QUALITY_SAMPLE, seed)
    k = min(QUALITY_NEIGHBORS, (len(rows) - 1) // 2)
    trust = float(trustworthiness(x[rows], embedding[rows], n_neighbors=k, metric=metric))
    if labels is None:
        return Quality(trust, None)
    judged = subset(n, ACCURACY_SAMPLE, seed)
    nearest, _ = neighbors.nearest_of_each(embedding, min(QUALITY_NEIGHBORS, n - 1), rows=judged)
    return Quality(trust, neighbors.knn_accuracy(nearest, labels, rows=judged))


def subset(n: int, size: int, seed: int) -> np.ndarray:
    """Return all of n row numbers, or `size` random ones, ascending, int64."""
    if n <= size:
        return np.arange(n, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(n, size, replace=False)).astype(np.int64)
