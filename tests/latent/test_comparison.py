"""How far two spaces of the same images are apart."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import silhouette_score

from explorer.core.errors import ExplorerError
from explorer.latent.comparison import overlap, shared_neighbours, spread
from explorer.latent.neighbors import nearest_of_each

# No two distances are equal.
X = load_digits().data[:300] + np.random.default_rng(1).normal(size=(300, 64))
LABELS = load_digits().target[:300]


def test_a_turned_and_scaled_space_has_the_same_neighbours() -> None:
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(64, 64)))[0]
    np.testing.assert_array_equal(shared_neighbours(X, 3 * X @ turn + 5), 1)


def test_it_counts_what_a_loop_counts() -> None:
    other = np.random.default_rng(0).normal(size=(300, 3))

    def nearest(data: np.ndarray, i: int) -> set[int]:
        far = np.linalg.norm(data - data[i], axis=1)
        far[i] = np.inf
        return set(np.argsort(far)[:7].tolist())

    expected = [len(nearest(X, i) & nearest(other, i)) / 7 for i in range(300)]
    np.testing.assert_allclose(shared_neighbours(X, other, 7), expected, atol=1e-6)


def test_noise_shares_what_chance_gives() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 500, 4))
    assert shared_neighbours(a, b).mean() == pytest.approx(10 / 499, abs=0.01)


def test_other_images_are_one_sentence() -> None:
    with pytest.raises(ExplorerError, match=r"the same images.*300 and 299"):
        shared_neighbours(X, X[:299])
    with pytest.raises(ExplorerError, match=r"11 to 20,000 images\. Received: 5"):
        shared_neighbours(X[:5], X[:5])


def test_the_spread_of_codes() -> None:
    found = spread(X, LABELS)
    assert (found.low, found.high) == (X.min(), X.max())
    assert found.deviation == pytest.approx(np.sqrt(np.mean(X.std(axis=0) ** 2)))
    assert found.silhouette == pytest.approx(silhouette_score(X, LABELS), abs=1e-9)
    assert spread(X, np.zeros(300)).silhouette is None


def test_the_overlap_of_classes_is_the_error_of_the_nearest_neighbour() -> None:
    plane = X[:, 2:4]
    near = nearest_of_each(plane, 1)[0][:, 0]
    found = overlap(near, LABELS)
    far = np.linalg.norm(plane[:, None] - plane, axis=2)
    np.fill_diagonal(far, np.inf)
    other = LABELS[far.argmin(axis=1)]
    assert found.share == np.mean(other != LABELS)
    pairs = {}
    for a, b in combinations(range(10), 2):
        first, second = np.equal(LABELS, a), np.equal(LABELS, b)
        mixed = (first & np.equal(other, b)) | (second & np.equal(other, a))
        pairs[a, b] = mixed[first | second].mean()
    assert found.pair_share == pytest.approx(max(pairs.values()))
    assert found.pair is not None
    assert pairs[found.pair] == found.pair_share
    assert overlap(np.array([1, 0]), np.array([3, 3])).pair is None
