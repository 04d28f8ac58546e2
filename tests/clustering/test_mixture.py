"""Gaussian mixtures, against scikit-learn run all at once."""

import warnings

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from explorer.clustering import default_spec, fit
from explorer.core.errors import ExplorerError
from tests.clustering.digits import PLANE


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
def test_mixture_is_scikit_learns(covariance_type):
    spec = default_spec("gmm", n_clusters=5, n_init=3, covariance_type=covariance_type, seed=2)
    z = PLANE.astype(np.float64)
    reference = GaussianMixture(
        5, n_init=3, covariance_type=covariance_type, random_state=2, max_iter=100
    ).fit(z)
    found = fit(PLANE, spec).clustering
    assert np.array_equal(found.labels, reference.predict(z))
    assert found.probabilities == pytest.approx(reference.predict_proba(z), abs=1e-6)
    assert found.confidence == pytest.approx(found.probabilities.max(axis=1))
    assert found.bic == pytest.approx(reference.bic(z))
    assert found.aic == pytest.approx(reference.aic(z))
    assert found.starts[:, 0].max() == pytest.approx(reference.lower_bound_)
    assert found.starts[found.starts[:, 0].argmax(), 1] == 1
    assert found.converged
    # The ellipses that a picture would draw: EM's last step made the means from the weights.
    assert found.centers == pytest.approx(reference.means_, abs=0.02)
    assert found.covariances.shape == (5, 2, 2)
    full = {
        "full": lambda c: c[3],
        "tied": lambda c: c,
        "diag": lambda c: np.diag(c[3]),
        "spherical": lambda c: c[3] * np.eye(2),
    }[covariance_type]
    assert found.covariances[3] == pytest.approx(full(reference.covariances_))


def test_mixture_that_runs_out_of_iterations_says_so():
    spec = default_spec("gmm", n_clusters=8, max_iter=13, tol=0.0)
    found = fit(PLANE, spec).clustering
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = GaussianMixture(8, max_iter=13, tol=0.0, random_state=0).fit(PLANE.astype("d"))
    assert not found.converged
    assert found.bic == pytest.approx(reference.bic(PLANE.astype("d")))


def test_covariances_are_in_the_space_of_the_points():
    stretched = PLANE * np.float32([1.0, 50.0])
    plain = fit(PLANE, default_spec("gmm", n_clusters=3, scaling="standard")).clustering
    found = fit(stretched, default_spec("gmm", n_clusters=3, scaling="standard")).clustering
    stretch = np.array([1.0, 50.0])
    expected = plain.covariances * stretch[:, None] * stretch
    assert found.covariances == pytest.approx(expected, rel=1e-3)
    assert fit(PLANE, default_spec("gmm", scaling="normalizer")).clustering.covariances is None


def test_one_cluster_and_degenerate_mixtures():
    assert set(fit(PLANE, default_spec("kmeans", n_clusters=1)).clustering.labels) == {0}
    with pytest.raises(ExplorerError, match="raise reg_covar"):
        fit(np.repeat(PLANE[:3], 10, axis=0), default_spec("gmm", n_clusters=3, reg_covar=0.0))
