"""Mini-batch k-means, against scikit-learn."""

import numpy as np
from sklearn import cluster as sk

from explorer.clustering import default_spec, fit
from tests.clustering.digits import DIGITS


def test_minibatch_is_scikit_learns():
    spec = default_spec("minibatch", n_clusters=12, n_init=5, batch_size=100, seed=1)
    for patience in (10, 2):
        reference = sk.MiniBatchKMeans(
            12, n_init=5, batch_size=100, random_state=1, max_no_improvement=patience
        ).fit(DIGITS)
        found = fit(DIGITS, spec.change(max_no_improvement=patience)).clustering
        assert np.array_equal(found.labels, reference.labels_)
