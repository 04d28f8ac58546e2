"""Spectral clustering against its definition written out, and what it refuses."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits, make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import kneighbors_graph

from explorer.clustering import default_spec, fit, spectral
from explorer.core.errors import ExplorerError

MOONS, SIDES = make_moons(400, noise=0.05, random_state=0)
DIGITS = load_digits().data[:500] / 16


def by_definition(points: np.ndarray, k: int, n_neighbors: int) -> np.ndarray:
    """Normalised cuts: k-means of the eigenvectors of the graph's normalised Laplacian."""
    joined = kneighbors_graph(points, n_neighbors, include_self=True).toarray()
    weights = (joined + joined.T) / 2
    scale = 1 / np.sqrt(weights.sum(axis=1) - np.diag(weights))
    np.fill_diagonal(weights, 0)
    laplacian = np.eye(len(points)) - scale[:, None] * weights * scale
    vectors = np.linalg.eigh(laplacian)[1][:, :k] * scale[:, None]
    return KMeans(k, n_init=10, random_state=0).fit(vectors).labels_


def test_it_separates_what_k_means_cannot() -> None:
    found = fit(MOONS, default_spec("spectral", n_clusters=2)).clustering.labels
    assert adjusted_rand_score(SIDES, found) == 1
    k_means = fit(MOONS, default_spec("kmeans", n_clusters=2)).clustering.labels
    assert adjusted_rand_score(SIDES, k_means) < 0.8


@pytest.mark.parametrize(("points", "k"), [(MOONS, 2), (MOONS, 5), (DIGITS, 10)])
def test_it_is_the_definition(points: np.ndarray, k: int) -> None:
    found = fit(points, default_spec("spectral", n_clusters=k)).clustering
    assert adjusted_rand_score(by_definition(points, k, 10), found.labels) > 0.95
    assert found.sizes.sum() == len(points)
    assert found.confidence is None


def test_the_seed_decides() -> None:
    spec = default_spec("spectral", n_clusters=7, seed=3)
    first, second = (fit(DIGITS, spec).clustering for _ in range(2))
    np.testing.assert_array_equal(first.labels, second.labels)
    np.testing.assert_array_equal(first.centers, second.centers)


def test_new_points_follow_their_neighbour() -> None:
    fitted = fit(MOONS, default_spec("spectral", n_clusters=2))
    moved = fitted.apply(MOONS + 1e-6)
    np.testing.assert_array_equal(moved.labels, fitted.clustering.labels)


def test_a_graph_in_pieces_is_cut_between_them() -> None:
    apart = np.concatenate([MOONS, MOONS + 100])
    found = fit(apart, default_spec("spectral", n_clusters=4)).clustering.labels
    assert adjusted_rand_score([*SIDES, *(SIDES + 2)], found) == 1


def test_it_says_how_many_points_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExplorerError, match=r"more than 20 points .* Received: 20"):
        fit(MOONS[:20], default_spec("spectral", n_clusters=2, n_neighbors=20))
    monkeypatch.setattr(spectral, "MOST_POINTS", 300)
    with pytest.raises(ExplorerError, match="at most 300: fit it on the test images"):
        fit(MOONS, default_spec("spectral"))
