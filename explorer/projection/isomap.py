"""Isomap: distances along the graph of nearest neighbours."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.latent import neighbors
from explorer.projection import pca
from explorer.projection.base import Embedding, Method, Tracker, metric, n_neighbors
from explorer.projection.quality import subset

# Shortest paths from this many points are enough to place all others.
_LANDMARKS = 1_000
_PATHS_AT_ONCE = 25


@dataclass(frozen=True)
class Isomap(Method):
    """Isomap (Tenenbaum, de Silva and Langford, 2000).

    Of more than 1,000 points, that many random ones are landmarks (de Silva and Tenenbaum, 2002):
    they are placed by their distances to each other, all others by their distances to them.
    """

    name = "isomap"
    title = "Isomap"
    caption = (
        "Distances here are those of walks through the data, from neighbour to neighbour: a rolled "
        "sheet lies flat, and far apart means a long way. Too many neighbours make short cuts, too "
        "few break the graph: parts without a connection are joined by their shortest link, so do "
        "not read the distance between them. Small details may be squeezed."
    )

    n_neighbors: int = n_neighbors(
        10, "Where a walk may go from a point. Small: around every bend. Large: short cuts."
    )
    metric: str = metric()

    def check(self, n: int, d: int) -> None:
        """Check that there are more points than neighbours."""
        if n <= self.n_neighbors:
            raise ExplorerError(
                f"Isomap needs more points than neighbours: for {n} points choose n_neighbors "
                f"below {n}. Received: n_neighbors={self.n_neighbors}."
            )

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Return the classical scaling of the shortest paths."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra

        pca.begin(data, n_components, tracker)
        n, k = len(data), self.n_neighbors
        near, distances = neighbors.nearest_of_each(
            data, k, self.metric, tracker.part(0, 0.1, "Searching neighbours")
        )
        graph = csr_matrix((distances.ravel(), near.ravel(), np.arange(0, n * k + 1, k)), (n, n))
        graph = _joined(graph, data, self.metric, tracker)
        landmarks = subset(n, _LANDMARKS, seed)
        squares = np.empty((n, len(landmarks)))
        for begin in range(0, len(landmarks), _PATHS_AT_ONCE):
            part = slice(begin, begin + _PATHS_AT_ONCE)
            tracker.update(0.15 + 0.75 * begin / len(landmarks), "Isomap, shortest paths")
            squares[:, part] = dijkstra(graph, directed=False, indices=landmarks[part]).T ** 2
        tracker.update(0.9, "Isomap, placing the points")
        return Embedding(_scaling(squares, landmarks, n_components))


def _joined(graph: Any, data: np.ndarray, metric: str, tracker: Tracker) -> Any:
    """Return the graph with a link between each two parts, at their nearest points."""
    from scipy.sparse.csgraph import connected_components
    from sklearn.metrics import pairwise_distances_argmin_min

    count, part = connected_components(graph, directed=False)
    if count == 1:
        return graph
    graph = graph.tolil()
    parts = [np.flatnonzero(part == number) for number in range(count)]
    for a, b in combinations(parts, 2):
        tracker.update(0.12, f"Isomap, joining {count} parts of the graph")
        nearest, distances = pairwise_distances_argmin_min(data[a], data[b], metric=metric)
        best = distances.argmin()
        graph[a[best], b[nearest[best]]] = distances[best]
    return graph.tocsr()


def _scaling(squares: np.ndarray, landmarks: np.ndarray, n_components: int) -> np.ndarray:
    """Place n points by their squared distances to m of them: landmark MDS.

    With all points as landmarks this is classical scaling (Torgerson, 1952).

    Args:
        squares: Shape (n, m).
        landmarks: Which of the points they are, shape (m,).
        n_components: Dimensions of the result.

    Returns:
        Shape (n, n_components); a dimension that the points do not have is 0.
    """
    from scipy.linalg import eigh

    among = squares[landmarks]
    mean = among.mean(axis=0)
    products = -0.5 * (among - mean - mean[:, None] + mean.mean())
    m = len(landmarks)
    values, vectors = eigh(products, subset_by_index=[m - n_components, m - 1])
    values, vectors = values[::-1], vectors[:, ::-1]
    # Eigenvectors have any sign: the largest entry shall be positive.
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(n_components)])
    lengths = np.sqrt(np.maximum(values, 0))
    inverse = np.divide(1, lengths, out=np.zeros(n_components), where=lengths > 1e-6 * lengths[0])
    return np.asarray(-0.5 * (squares - mean) @ (vectors * inverse))
