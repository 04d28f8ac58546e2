"""K-means, against scikit-learn run all at once."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import Normalizer, StandardScaler

from explorer.clustering import default_spec, fit
from tests.clustering.digits import DIGITS, PLANE


@pytest.mark.parametrize("scaling", ["none", "normalizer", "standard"])
def test_kmeans_is_scikit_learns(scaling):
    spec = default_spec("kmeans", n_init=4, scaling=scaling, pca=5, seed=3)
    steps = {"none": [], "normalizer": [Normalizer()], "standard": [StandardScaler()]}[scaling]
    z = DIGITS
    for step in [*steps, PCA(5, random_state=3)]:
        z = step.fit_transform(z)
    reference = KMeans(10, n_init=4, random_state=3).fit(z)
    found = fit(DIGITS, spec).clustering
    assert np.array_equal(found.labels, reference.labels_)
    assert found.inertia == pytest.approx(reference.inertia_, rel=1e-5)
    inertias, agreement = found.starts.T
    assert inertias.min() == pytest.approx(found.inertia, rel=1e-5)
    assert agreement[inertias.argmin()] == 1
    assert len(found.starts) == 4
    assert found.probabilities is None
    assert found.bic is None


def test_fewer_distinct_points_than_clusters_leave_clusters_empty():
    points = np.repeat(PLANE[:3], 10, axis=0)
    found = fit(points, default_spec("kmeans", n_clusters=5)).clustering
    assert sorted(found.sizes) == [0, 0, 10, 10, 10]
    assert np.array_equal(np.isnan(found.centers).all(axis=1), found.sizes == 0)
