"""t-SNE: threads, and the gradient for large data."""

import numpy as np
import pytest

from explorer.latent import neighbors
from explorer.projection import (
    project,
    tsne,
)
from tests.projection.specs import small, spec_of


def test_tsne_does_not_depend_on_the_number_of_threads(blobs, monkeypatch):
    x, _ = blobs
    monkeypatch.setattr(tsne, "_EXAGGERATED", 40)
    monkeypatch.setattr(tsne, "_ITERATIONS", 40)
    first = project(x, small("tsne")).embedding
    monkeypatch.setattr(neighbors, "threads", lambda n: 2)
    np.testing.assert_array_equal(first, project(x, small("tsne")).embedding)


@pytest.mark.slow
def test_the_interpolated_gradient_of_large_data_is_as_good(digits, monkeypatch):
    x, labels = digits
    monkeypatch.setattr(tsne, "_EXAGGERATED", 80)
    monkeypatch.setattr(tsne, "_ITERATIONS", 80)
    exact = project(x, spec_of("tsne"), labels)
    monkeypatch.setattr(tsne, "_INTERPOLATE_ABOVE", 100)
    fast = project(x, spec_of("tsne"), labels)
    assert not np.array_equal(fast.embedding, exact.embedding)
    assert fast.knn_accuracy == pytest.approx(exact.knn_accuracy, abs=0.03)
