"""How much of a plane decodes to something like the data."""

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.latent.decodable import Decodable, grid, nearest_distances

X = np.random.default_rng(0).normal(size=(700, 5)).astype(np.float32)


def test_the_grid_covers_the_codes_with_the_highest_row_first() -> None:
    z = np.array([[-1, 0], [3, 10], [0, 5]], np.float32)
    codes = grid(z, 3)
    np.testing.assert_array_equal(codes[:3], [[-1, 10], [1, 10], [3, 10]])
    np.testing.assert_array_equal(codes[-1], [3, 0])
    with pytest.raises(ExplorerError, match=r"plane.*Received: 5"):
        grid(X, 3)


def test_distances_are_those_of_a_loop() -> None:
    other = X[:3] + 0.1
    expected = [np.linalg.norm(X - point, axis=1).min() for point in other]
    np.testing.assert_allclose(nearest_distances(other, X), expected, rtol=1e-5)


def test_points_are_not_their_own_nearest() -> None:
    rows = np.array([5, 600])
    expected = [np.sort(np.linalg.norm(X - X[row], axis=1))[1] for row in rows]
    np.testing.assert_allclose(nearest_distances(X[rows], X, rows), expected, rtol=1e-5)
    with pytest.raises(ExplorerError, match="stopped"):
        nearest_distances(X, X, report=lambda progress: False)


def test_the_share_counts_places_that_are_near() -> None:
    found = Decodable(np.array([[0.5, 1], [1.5, 2]]), 1.5, 1.0)
    np.testing.assert_array_equal(found.near, [[True, True], [False, False]])
    assert (found.share, found.share_of_images) == (0.5, 0.75)
