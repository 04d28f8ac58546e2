"""Which codes lie near: of a place, of each other, and what their labels say."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.latent.stats import checked

Verdict = Literal["inside", "edge", "hole"]
Metric = Literal["euclidean", "cosine"]

# Shares of the real codes that lie nearer to another one: the borders between the verdicts.
EDGE, HOLE = 0.9, 0.99

_REFERENCE_CODES = 10_000


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Real codes near a place, nearest first.

    Attributes:
        indices: Which codes, shape (k,).
        distances: Their distances, shape (k,).
    """

    indices: np.ndarray
    distances: np.ndarray


def nearest(z_mean: np.ndarray, z: np.ndarray, k: int, metric: Metric = "euclidean") -> Neighbours:
    """Return the k of the codes `z_mean`, shape (n, d), that are nearest to z, shape (d,).

    Args:
        z_mean: The codes.
        z: The place.
        k: How many; all, if there are fewer.
        metric: "euclidean", or "cosine": one minus the cosine of the angle at the origin, in
            [0, 2]; a code that is the origin has no direction, and is at 1 from all.
    """
    place = np.asarray(z, np.float64)
    if metric == "cosine":
        lengths = np.linalg.norm(z_mean, axis=1) * np.linalg.norm(place)
        cosines = np.divide(z_mean @ place, lengths, np.zeros(len(z_mean)), where=lengths > 0)
        far = 1 - np.clip(cosines, -1, 1)
    else:
        far = np.square(z_mean - place).sum(axis=1)
    k = min(k, len(far))
    found = np.argpartition(far, k - 1)[:k]
    found = found[np.lexsort((found, far[found]))]
    return Neighbours(found, far[found] if metric == "cosine" else np.sqrt(far[found]))


def neighbours(z_mean: np.ndarray, index: int, k: int, metric: Metric = "euclidean") -> Neighbours:
    """Return the k codes nearest to code `index`, without itself; otherwise as `nearest`."""
    found = nearest(z_mean, z_mean[index], k + 1, metric)
    others = np.flatnonzero(found.indices != index)[:k]
    return Neighbours(found.indices[others], found.distances[others])


def neighbour_quantiles(z_mean: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return how far real codes lie from the nearest other one, as quantiles 0 %, 1 %, … 100 %.

    Args:
        z_mean: Codes, shape (n, d), n ≥ 2.
        seed: Of more than 10,000 codes, so many are drawn whose distances are measured.

    Returns:
        Shape (101,), ascending.
    """
    from sklearn.neighbors import NearestNeighbors

    z = checked(z_mean).astype(np.float32)
    if len(z) < 2:
        raise ExplorerError(
            "Distances between codes need at least two of them. Received: 1; "
            "choose a checkpoint with more test images."
        )
    some = z
    if len(z) > _REFERENCE_CODES:
        chosen = np.random.default_rng(seed).choice(len(z), _REFERENCE_CODES, replace=False)
        some = z[chosen]
    distances, _ = NearestNeighbors(n_neighbors=2).fit(z).kneighbors(some)
    quantiles = np.quantile(distances[:, 1].astype(np.float64), np.linspace(0, 1, 101))
    return np.asarray(quantiles)


@dataclass(frozen=True)
class Surroundings:
    """Whether any real code is near.

    Attributes:
        percentile: Share of the real codes whose nearest other code is nearer, in [0, 1].
        verdict: "inside" the data, at its "edge", or in a "hole".
    """

    percentile: float
    verdict: Verdict


def judge(distance: float, quantiles: np.ndarray) -> Surroundings:
    """Judge a distance to the nearest real code by the distances between the real codes.

    Args:
        distance: Euclidean, ≥ 0.
        quantiles: From `neighbour_quantiles`.
    """
    shares = np.linspace(0, 1, len(quantiles))
    share = float(np.interp(distance, quantiles, shares))
    if share <= EDGE:
        return Surroundings(share, "inside")
    return Surroundings(share, "edge" if share <= HOLE else "hole")


def nearest_of_each(
    data: np.ndarray,
    k: int,
    metric: str = "euclidean",
    on_progress: Callable[[float], None] = lambda share: None,
    rows: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Search the exact k nearest other points of each point.

    Args:
        data: Shape (n, d).
        k: How many, below n.
        metric: As scikit-learn's NearestNeighbors takes it.
        on_progress: Told the share of the points that is done, in [0, 1]; stops by raising.
        rows: Whose neighbours, shape (m,); None: those of all n.

    Returns:
        Indices, int64, and distances, float64, both of shape (m, k), the nearest first.
    """
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=k + 1, metric=metric, n_jobs=threads(len(data)))
    search.fit(data)
    asked = np.arange(len(data)) if rows is None else np.asarray(rows)
    neighbors = np.empty((len(asked), k), dtype=np.int64)
    distances = np.empty((len(asked), k), dtype=np.float64)
    for part in np.array_split(np.arange(len(asked)), max(1, len(asked) // 2_000)):
        far, near = search.kneighbors(data[asked[part]])
        others = near != asked[part][:, None]
        # Among many equal points a point need not be its own neighbour: then drop the last.
        others[others.all(axis=1), -1] = False
        neighbors[part] = near[others].reshape(len(part), k)
        distances[part] = far[others].reshape(len(part), k)
        on_progress(float(part[-1] + 1) / len(asked))
    return neighbors, distances


def threads(n: int) -> int:
    """Return how many threads n points are worth; the result does not depend on it.

    For few points a second thread gains little on an idle machine, and on a busy one threads that
    spin while they wait lose much: 700 points took 29 s with two threads, 6 s with one.
    """
    return 1 if n < 5_000 else os.cpu_count() or 1


def knn_accuracy(
    neighbors: np.ndarray,
    labels: np.ndarray,
    ties: Literal["nearer", "smaller"] = "nearer",
    rows: np.ndarray | None = None,
) -> float:
    """Return the share of points whose neighbours vote for their label, in [0, 1].

    Args:
        neighbors: Rows of the neighbours of each point, shape (m, k), the nearest first.
        labels: Of all points, shape (n,).
        ties: Which of the labels that equally many neighbours have wins: that of the "nearer"
            neighbours, or the "smaller" one.
        rows: Which points these are, shape (m,); None: all n.
    """
    classes, known = np.unique(labels, return_inverse=True)
    votes = np.zeros((len(neighbors), len(classes)))
    for rank in range(neighbors.shape[1]):
        # The halves sum to less than one vote: they decide only between equal counts.
        vote = 1.0 + (0.5 ** (rank + 1) if ties == "nearer" else 0.0)
        votes[np.arange(len(votes)), known[neighbors[:, rank]]] += vote
    own = known if rows is None else known[rows]
    return float(np.mean(votes.argmax(axis=1) == own))
