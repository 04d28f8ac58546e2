"""The silhouette (Rousseeuw, 1987), block by block."""

from dataclasses import dataclass

import numpy as np

from explorer.core.progress import Progress, Report, silent
from explorer.core.threads import fitting_threads

SILHOUETTE_SAMPLE = 10_000
STOPPED = "It was stopped."
_CELLS = 2**17  # of the distance matrix, that are held at a time: they fit into a cache


@dataclass(frozen=True)
class Silhouette:
    """A mean silhouette: of how many points, or why there is none."""

    value: float | None
    sample_size: int
    reason: str = ""


def silhouette(
    points: np.ndarray,
    labels: np.ndarray,
    sample_size: int | None = SILHOUETTE_SAMPLE,
    seed: int = 0,
    report: Report = silent,
) -> Silhouette:
    """Compute the mean silhouette (Rousseeuw, 1987) with Euclidean distances.

    Equal to `sklearn.metrics.silhouette_score(points, labels, sample_size=…, random_state=seed)`,
    but block by block: it tells its progress and is several times faster.

    Args:
        points: Shape (n, d).
        labels: Cluster of each, shape (n,), whole numbers, all of them clusters.
        sample_size: How many points to draw with `seed`; None for all.
        seed: Of the draw.
        report: Told after every block; answers whether to go on. If not, there is no value.
    """
    from sklearn.utils import check_random_state

    if sample_size is not None and sample_size < len(points):
        drawn = check_random_state(seed).permutation(len(points))[:sample_size]
        points, labels = points[drawn], labels[drawn]
    n = len(points)
    clusters, own = np.unique(labels, return_inverse=True)
    reason = _undefined(n, len(clusters))
    if reason:
        return Silhouette(None, n, reason)
    with fitting_threads(points.size):
        total = _silhouette_sum(points, own, len(clusters), report)
    return Silhouette(None, n, STOPPED) if total is None else Silhouette(total / n, n)


def _silhouette_sum(
    points: np.ndarray, own: np.ndarray, n_clusters: int, report: Report
) -> float | None:
    """Add up the silhouettes of points in the clusters 0…n_clusters-1; None if stopped."""
    n = len(points)
    order = np.argsort(own, kind="stable")  # cluster by cluster
    points, own = points[order], own[order]
    first = np.searchsorted(own, np.arange(n_clusters + 1))  # point of each cluster, and the end
    sizes = np.diff(first)
    # Far from the origin the distances would lose digits.
    points = points - points.mean(axis=0, dtype=np.float64)
    norms = (points**2).sum(axis=1)
    # |a - b|² = -2ab + |a|² + |b|² as one product of matrices.
    left = np.column_stack([-2 * points, norms, np.ones(n)])
    right = np.vstack([points.T, np.ones(n), norms])
    fewest = min(points.shape[1], 100)  # of a wide matrix, fewer rows take longer to read than use
    sums = np.zeros((n_clusters, n))  # of each point's distances to each cluster's
    start = 0
    while start < n:
        cluster = own[start]
        stop = min(first[cluster + 1], start + max(fewest, _CELLS // (n - start)))
        distances = left[start:stop] @ right[:, start:]
        # Without the sign: rounding leaves some a little below 0.
        np.sqrt(np.abs(distances, out=distances), out=distances)
        here = np.arange(stop - start)
        distances[here, here] = 0  # exactly, whatever the rounding
        begin = np.maximum(first[cluster:-1] - start, 0)  # of this cluster and those after it
        sums[cluster:, start:stop] += np.add.reduceat(distances, begin, axis=1).T
        # They are the distances the other way round, too.
        sums[cluster, stop:] += distances[:, stop - start :].sum(axis=0)
        share = 1 - (1 - stop / n) ** 2
        if not report(Progress(share, "Silhouette")) and stop < n:
            return None
        start = stop
    each = np.arange(n)
    within = sums[own, each] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes[:, None]
    means[own, each] = np.inf
    between = means.min(axis=0)
    larger = np.maximum(within, between)
    # The silhouette of a point that is alone in its cluster, or lies on all others, is 0.
    counts = (sizes[own] > 1) & (larger > 0)
    return float(((between - within)[counts] / larger[counts]).sum())


def _undefined(n: int, n_clusters: int) -> str:
    """Say why the scores of shape are not defined; empty if they are."""
    if n_clusters < 2:
        return "It needs at least two clusters."
    if n_clusters >= n:
        return "It needs more points than clusters."
    return ""
