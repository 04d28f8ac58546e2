"""PaCMAP: compared with the library's own, and what it is known for."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from explorer.projection import ProjectionSpec, project
from explorer.projection.pacmap import PaCMAP

pytestmark = pytest.mark.slow  # Numba compiles PaCMAP at its first use


@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("copies", [1, 2], ids=["64 dimensions", "128 dimensions"])
def test_it_is_the_librarys(n_components: int, copies: int) -> None:
    import pacmap

    x = np.tile(load_digits().data[:200], copies).astype(np.float32)
    x += np.random.default_rng(0).normal(size=x.shape)  # no two distances are equal
    x = x.astype(np.float32)
    spec = ProjectionSpec(PaCMAP(n_neighbors=8), n_components, seed=5)
    expected = pacmap.PaCMAP(n_components, 8, random_state=5).fit_transform(x)
    np.testing.assert_allclose(project(x, spec).embedding, expected, atol=1e-2)


def test_neighbours_tell_labels_better_than_in_the_pca() -> None:
    data = load_digits()
    rows = slice(0, 600)
    x, labels = data.data[rows], data.target[rows]
    found = project(x, ProjectionSpec(PaCMAP()), labels)
    pca = project(x, ProjectionSpec(), labels)
    assert found.knn_accuracy is not None
    assert pca.knn_accuracy is not None
    assert found.knn_accuracy > 0.9 > pca.knn_accuracy
    assert found.trustworthiness > 0.95 > pca.trustworthiness


def test_seeds_of_any_size_differ() -> None:
    x = np.random.default_rng(0).normal(size=(60, 4))
    found = [project(x, ProjectionSpec(PaCMAP(), seed=seed)).embedding for seed in (0, 2**32 - 1)]
    assert not np.array_equal(*found)
