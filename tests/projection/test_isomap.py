"""Isomap: compared with scikit-learn's, and what it is known for."""

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn import manifold
from sklearn.datasets import make_swiss_roll

from explorer.projection import ProjectionSpec, isomap, project
from explorer.projection.isomap import Isomap


def _blobs(n: int, distance: float) -> np.ndarray:
    random = np.random.default_rng(0)
    return (random.normal(size=(n, 4)) + distance * (np.arange(n) % 3)[:, None]).astype(np.float32)


@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine"])
@pytest.mark.parametrize("distance", [0, 30], ids=["connected", "in parts"])
@pytest.mark.filterwarnings("ignore:The number of connected components")
@pytest.mark.filterwarnings("ignore:Changing the sparsity structure")
def test_it_is_scikit_learns(n_components: int, metric: str, distance: float) -> None:
    x = _blobs(150, distance)
    spec = ProjectionSpec(Isomap(n_neighbors=7, metric=metric), n_components)
    found = project(x, spec).embedding
    expected = manifold.Isomap(n_neighbors=7, n_components=n_components, metric=metric)
    places = expected.fit_transform(x)
    places *= np.sign((places * found).sum(axis=0))
    np.testing.assert_allclose(found, places, atol=2e-3 * np.abs(places).max())


def test_it_unrolls_a_swiss_roll() -> None:
    x, turn = make_swiss_roll(700, random_state=0)
    # Arc length of an Archimedean spiral.
    length = (turn * np.sqrt(1 + turn**2) + np.arcsinh(turn)) / 2
    found = project(x, ProjectionSpec(Isomap(n_neighbors=8))).embedding
    pca = project(x, ProjectionSpec()).embedding
    assert abs(np.corrcoef(found[:, 0], length)[0, 1]) > 0.995
    assert max(abs(np.corrcoef(axis, length)[0, 1]) for axis in pca.T) < 0.7


def test_landmarks_place_the_others_as_all_would(monkeypatch: pytest.MonkeyPatch) -> None:
    x, _ = make_swiss_roll(500, random_state=1)
    spec = ProjectionSpec(Isomap())
    exact = project(x, spec).embedding
    monkeypatch.setattr(isomap, "_LANDMARKS", 120)
    by_landmarks = project(x, spec).embedding
    assert not np.array_equal(by_landmarks, exact)
    assert procrustes(exact, by_landmarks)[2] < 0.01


def test_points_on_a_line_have_no_second_dimension() -> None:
    x = np.outer(np.arange(40), [1.0, 2.0, 2.0])
    found = project(x, ProjectionSpec(Isomap(n_neighbors=2))).embedding
    np.testing.assert_allclose(np.abs(np.diff(found[:, 0])), 3, rtol=1e-4)
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-3)
