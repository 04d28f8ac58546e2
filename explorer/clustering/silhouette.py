"""The silhouette (Rousseeuw, 1987), block by block."""

from dataclasses import dataclass

import numpy as np

from explorer.core.progress import Progress, Report, silent
from explorer.core.threads import fitting_threads

SILHOUETTE_SAMPLE = 10_000
STOPPED = "It was stopped."
_CELLS = 2**20  # of the distance matrix, that are held at a time


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
    # Far from the origin the distances would lose digits.
    points = points - points.mean(axis=0, dtype=np.float64)
    member = np.eye(n_clusters)[own]
    sizes = member.sum(axis=0)
    norms = (points**2).sum(axis=1)
    # |a - b|² = -2ab + |a|² + |b|² as one product of matrices.
    left = np.column_stack([-2 * points, norms, np.ones(n)])
    right = np.column_stack([points, np.ones(n), norms]).T
    sums = np.zeros((n, n_clusters))  # of each point's distances to each cluster's
    start = 0
    while start < n:
        stop = min(n, start + max(1, _CELLS // (n - start)))
        distances = left[start:stop] @ right[:, start:]
        np.sqrt(np.maximum(distances, 0, out=distances), out=distances)
        here = np.arange(stop - start)
        distances[here, here] = 0  # exactly, whatever the rounding
        sums[start:stop] += distances @ member[start:]
        # They are the distances the other way round, too.
        sums[stop:] += distances[:, stop - start :].T @ member[start:stop]
        share = 1 - (1 - stop / n) ** 2
        if not report(Progress(share, "Silhouette")) and stop < n:
            return None
        start = stop
    each = np.arange(n)
    within = sums[each, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[each, own] = np.inf
    between = means.min(axis=1)
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
