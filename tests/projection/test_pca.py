"""PCA, against the singular value decomposition."""

import numpy as np
import pytest

from explorer.projection import (
    project,
)
from tests.projection.specs import spec_of


@pytest.mark.parametrize("n_components", [2, 3])
def test_pca_equals_the_singular_value_decomposition(blobs, n_components):
    x, _ = blobs
    picture = project(x, spec_of("pca", n_components))
    u, s, _ = np.linalg.svd(x.astype(np.float64) - x.mean(axis=0), full_matrices=False)
    expected = (u * s)[:, :n_components]
    signs = np.sign((expected * picture.embedding).sum(axis=0))
    np.testing.assert_allclose(picture.embedding, expected * signs, atol=1e-3)
    shares = (s**2 / (s**2).sum())[:n_components]
    np.testing.assert_allclose(picture.explained_variance, shares, rtol=1e-4)
