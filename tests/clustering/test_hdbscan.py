"""HDBSCAN, against scikit-learn, and what new points get."""

import numpy as np
from sklearn.cluster import HDBSCAN

from explorer.clustering import NOISE, default_spec, fit
from tests.clustering.digits import PLANE


def test_hdbscan_is_scikit_learns_and_new_points_follow_their_neighbour():
    reference = HDBSCAN(min_cluster_size=20, copy=True).fit(PLANE)
    fitted = fit(PLANE, default_spec("hdbscan", min_cluster_size=20))
    found = fitted.clustering
    assert np.array_equal(found.labels, reference.labels_)
    assert np.count_nonzero(found.sizes) == len(set(reference.labels_.tolist()) - {NOISE})
    assert found.noise_share == np.mean(reference.labels_ == NOISE)
    assert found.sizes.sum() == np.count_nonzero(reference.labels_ != NOISE)
    moved = fitted.apply(PLANE + np.float32(1e-7))
    assert np.mean(moved.labels == found.labels) > 0.99


def test_hdbscan_may_find_nothing():
    found = fit(PLANE[:30], default_spec("hdbscan", min_cluster_size=30)).clustering
    assert found.noise_share == 1
    assert found.centers.shape == (0, 2)
