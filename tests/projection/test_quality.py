"""How far a projection can be trusted."""

import sys

import numpy as np
import pytest

from explorer import projection
from explorer.latent.neighbors import nearest_of_each
from explorer.projection import (
    project,
    quality,
)
from tests.projection.specs import small


def test_a_faithful_picture_is_trustworthy_and_a_shuffled_one_is_not(blobs):
    x, labels = blobs
    plane = x[:, :2]
    assert quality(plane, plane).trustworthiness == 1
    shuffled = np.random.default_rng(0).permutation(plane)
    chance = quality(plane, shuffled, labels)
    assert chance.trustworthiness < 0.6
    assert chance.knn_accuracy < 0.5


def test_label_accuracy_equals_scikit_learns_leave_one_out(digits):
    from sklearn.model_selection import LeaveOneOut, cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    x, labels = digits[0][:120], digits[1][:120] % 2
    picture = x[:, [10, 20, 30]] + np.random.default_rng(0).normal(scale=1e-3, size=(120, 3))
    k = 2 * (projection.QUALITY_NEIGHBORS // 2) - 1  # odd: two classes have no equal counts
    classifier = KNeighborsClassifier(k)
    expected = np.mean(cross_val_predict(classifier, picture, labels, cv=LeaveOneOut()) == labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[quality.__module__], "QUALITY_NEIGHBORS", k)
        assert quality(x, picture, labels).knn_accuracy == pytest.approx(expected)


def test_accuracy_does_not_depend_on_the_names_of_the_labels(blobs):
    x, labels = blobs
    noisy = np.random.default_rng(1).integers(0, 4, len(labels))
    accuracy = quality(x, x[:, :2], noisy).knn_accuracy
    assert quality(x, x[:, :2], 3 - noisy).knn_accuracy == accuracy
    assert quality(x, x[:, :2], np.array(list("spqr"))[noisy]).knn_accuracy == accuracy
    assert quality(x, x[:, :2], np.zeros(len(x))).knn_accuracy == 1


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_labels_do_not_change_the_picture(blobs, method):
    x, labels = blobs
    with_labels = project(x, small(method), labels)
    without = project(x, small(method))
    np.testing.assert_array_equal(with_labels.embedding, without.embedding)
    assert with_labels.trustworthiness == without.trustworthiness
    assert without.knn_accuracy is None


def test_quality_does_not_depend_on_the_order_of_the_points(blobs):
    x, labels = blobs
    order = np.random.default_rng(2).permutation(len(x))
    first = quality(x, x[:, :2], labels)
    second = quality(x[order], x[order, :2], labels[order])
    assert second.knn_accuracy == first.knn_accuracy
    assert second.trustworthiness == pytest.approx(first.trustworthiness)


def test_of_many_points_some_are_judged_by_their_neighbours_among_all(blobs):
    x, labels = blobs
    picture = x[:, :2]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[quality.__module__], "ACCURACY_SAMPLE", len(x) // 2)
        some = quality(picture, picture, labels, seed=1).knn_accuracy
    assert some == pytest.approx(quality(picture, picture, labels).knn_accuracy, abs=0.1)
    rows = np.array([5, 90, 7])
    near, far = nearest_of_each(picture, 4, rows=rows)
    every, distances = nearest_of_each(picture, 4)
    assert (near == every[rows]).all()
    assert far == pytest.approx(distances[rows])
