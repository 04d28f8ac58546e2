"""Which codes lie near: compared with full distance matrices and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors

from explorer.core.errors import ExplorerError
from explorer.latent import neighbors


class TestNeighbourhood:
    def test_nearest_agrees_with_a_full_sort(self) -> None:
        rng = np.random.default_rng(6)
        codes, z = rng.normal(size=(300, 4)), rng.normal(size=4)
        distances = np.linalg.norm(codes - z, axis=1)
        found = neighbors.nearest(codes, z, 5)
        assert found.indices.tolist() == np.argsort(distances)[:5].tolist()
        np.testing.assert_allclose(found.distances, np.sort(distances)[:5])

    def test_asks_for_no_more_than_there_are(self) -> None:
        assert neighbors.nearest(np.zeros((2, 3)), np.ones(3), 5).indices.tolist() == [0, 1]

    def test_a_code_is_not_its_own_neighbour(self) -> None:
        codes = np.random.default_rng(6).normal(size=(300, 4))
        distances = np.linalg.norm(codes - codes[7], axis=1)
        found = neighbors.neighbours(codes, 7, 5)
        assert found.indices.tolist() == np.argsort(distances)[1:6].tolist()
        np.testing.assert_allclose(found.distances, np.sort(distances)[1:6])
        assert neighbors.neighbours(codes[:3], 1, 8).indices.size == 2
        # Among equal codes it need not be the first of those found.
        found = neighbors.neighbours(np.zeros((20, 2)), 19, 5)
        assert len(found.indices) == 5
        assert 19 not in found.indices

    def test_quantiles_are_those_of_the_distances_between_codes(self) -> None:
        codes = np.random.default_rng(7).normal(size=(200, 3))
        distances = np.linalg.norm(codes[:, None] - codes[None], axis=2)
        np.fill_diagonal(distances, np.inf)
        expected = np.quantile(distances.min(axis=1), np.linspace(0, 1, 101))
        np.testing.assert_allclose(neighbors.neighbour_quantiles(codes), expected, atol=1e-5)

    def test_verdicts_go_from_inside_to_hole(self) -> None:
        codes = np.random.default_rng(8).normal(size=(2000, 2))
        quantiles = neighbors.neighbour_quantiles(codes)

        def verdict(z: list[float]) -> str:
            found = neighbors.nearest(codes, np.array(z), 1)
            return neighbors.judge(float(found.distances[0]), quantiles).verdict

        assert verdict([0, 0]) == "inside"
        assert verdict([9, 9]) == "hole"
        assert neighbors.judge(float(quantiles[95]), quantiles).verdict == "edge"

    def test_one_code_has_no_neighbour(self) -> None:
        with pytest.raises(ExplorerError, match="at least two"):
            neighbors.neighbour_quantiles(np.zeros((1, 2)))


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "manhattan"])
def test_the_nearest_of_each_agree_with_a_full_sort(metric: str) -> None:
    codes = np.random.default_rng(12).normal(size=(90, 4))
    full = pairwise_distances(codes, metric=metric)
    np.fill_diagonal(full, np.inf)
    shares: list[float] = []
    found, distances = neighbors.nearest_of_each(codes, 7, metric, shares.append)
    np.testing.assert_array_equal(found, np.argsort(full, axis=1)[:, :7])
    np.testing.assert_allclose(distances, np.sort(full, axis=1)[:, :7], atol=1e-6)
    assert shares[-1] == 1


def test_among_equal_points_none_is_its_own_neighbour() -> None:
    found, distances = neighbors.nearest_of_each(np.zeros((30, 2)), 5)
    assert (found != np.arange(30)[:, None]).all()
    assert (distances == 0).all()


def test_a_tie_goes_to_the_nearer_neighbours_or_to_the_smaller_label() -> None:
    labels = np.array([7, 7, 2, 2, 7])
    nearest = np.array([[1, 2]] * 5)
    assert neighbors.knn_accuracy(nearest, labels) == 3 / 5
    assert neighbors.knn_accuracy(nearest, labels, ties="smaller") == 2 / 5


def test_neighbours_by_angle_are_those_of_scikit_learn() -> None:
    z = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
    z[7] = 0  # has no direction
    found = neighbors.neighbours(z, 3, 50, "cosine")
    search = NearestNeighbors(n_neighbors=51, metric="cosine").fit(z)
    far, near = search.kneighbors(z[[3]])
    assert found.indices.tolist() == near[0][1:].tolist()
    np.testing.assert_allclose(found.distances, far[0][1:], atol=1e-6)
    assert 3 not in found.indices
    assert set(neighbors.neighbours(z, 7, 5, "cosine").distances) == {1.0}
