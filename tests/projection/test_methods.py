"""What holds for every method."""

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.projection import (
    METHODS,
    project,
)
from explorer.projection.base import Method
from tests.projection.specs import SLOW, each, small, spec_of


@pytest.mark.slow
@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_neighbours_tell_labels_better_than_in_the_pca(digits, method, n_components):
    x, labels = digits
    pca = project(x, spec_of("pca", n_components), labels)
    picture = project(x, spec_of(method, n_components), labels)
    assert picture.embedding.shape == (len(x), n_components)
    assert picture.embedding.dtype == np.float32
    assert picture.finished
    assert picture.knn_accuracy > 0.9 > pca.knn_accuracy
    assert picture.trustworthiness > 0.95 > pca.trustworthiness


@pytest.mark.parametrize("method", each([m for m in SLOW if hasattr(METHODS[m], "metric")]))
@pytest.mark.parametrize("metric", ["cosine", "manhattan"])
def test_other_metrics_separate_blobs_too(blobs, method, metric):
    x, labels = blobs
    picture = project(x, small(method, metric=metric), labels)
    assert picture.knn_accuracy > 0.9


@pytest.mark.parametrize("n_components", [2, 3])
@pytest.mark.parametrize("method", each(SLOW))
def test_a_seed_decides_the_picture(blobs, method, n_components):
    x, _ = blobs
    spec = small(method, n_components)
    first = project(x, spec).embedding
    np.testing.assert_array_equal(first, project(x, spec).embedding)


@pytest.mark.parametrize("method", each(SLOW))
def test_many_equal_points_are_no_obstacle(method):
    x = np.repeat(np.eye(3, dtype=np.float32), 40, axis=0)
    picture = project(x, small(method))
    assert np.isfinite(picture.embedding).all()


@pytest.mark.parametrize("method", ["raw", "pca"])
def test_one_dimension_is_drawn_on_a_line(method):
    x = np.arange(20, dtype=np.float32)[:, None]
    embedding = project(x, spec_of(method)).embedding
    assert embedding.shape == (20, 2)
    np.testing.assert_array_equal(embedding[:, 1], 0)
    np.testing.assert_allclose(np.abs(np.diff(embedding[:, 0])), 1, rtol=1e-5)


@pytest.mark.parametrize("method", [m for m in SLOW if METHODS[m].check is not Method.check])
def test_too_few_points_give_one_sentence(method):
    with pytest.raises(
        ExplorerError, match=f"^{METHODS[method].title} needs .* Received: "
    ) as caught:
        project(np.eye(5), spec_of(method))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_tells_what_one_sees(method):
    assert METHODS[method].title
    assert METHODS[method].caption.endswith(".")
