"""The classifier by majority vote of the nearest cluster."""

import numpy as np
import pytest
from sklearn import cluster as sk

from explorer.clustering import default_spec
from explorer.clustering.majority_vote import SOURCE_SPEC, classify
from explorer.clustering.minibatch import MiniBatchKMeans
from explorer.core.errors import ExplorerError
from tests.clustering.digits import CLASSES, DIGITS


def test_classifier_predicts_by_the_majority_of_the_nearest_centre():
    spec = SOURCE_SPEC.change(n_clusters=60, n_init=5)
    train, test = DIGITS[:1200], DIGITS[1200:]
    found = classify(train, CLASSES[:1200], test, CLASSES[1200:], spec, n_offenders=4)
    reference = sk.MiniBatchKMeans(
        60, n_init=5, max_iter=120, batch_size=200, tol=1e-4, random_state=0
    ).fit(train)
    centers = reference.cluster_centers_
    votes = [np.bincount(CLASSES[:1200][reference.labels_ == c], minlength=10) for c in range(60)]
    nearest = np.argmin(((test[:, None] - centers[None]) ** 2).sum(axis=2), axis=1)
    expected = np.array([v.argmax() for v in votes])[nearest]
    assert np.array_equal(found.predictions, expected)
    assert found.test_error == pytest.approx(np.mean(expected != CLASSES[1200:]))
    assert found.train_error == pytest.approx(1 - sum(v.max() for v in votes) / 1200)
    assert found.test_error < 0.2
    assert found.test_confusion.counts.sum() == len(test)
    assert np.trace(found.test_confusion.counts) == np.sum(expected == CLASSES[1200:])
    minority = np.array([1 - v.max() / v.sum() for v in votes])
    assert found.mixed_share == pytest.approx(np.mean(minority > 0.4))
    shares = [o.minority_share for o in found.offenders]
    assert shares == pytest.approx(np.sort(minority)[::-1][:4])
    worst = found.offenders[0]
    inside = reference.labels_ == worst.cluster
    wrong = inside & (CLASSES[:1200] != worst.majority)
    assert sorted(worst.misfits) == np.flatnonzero(wrong).tolist()
    assert worst.size == inside.sum()


def test_classifier_defaults_are_the_sources():
    assert SOURCE_SPEC.method == MiniBatchKMeans(225, 100, 120, 1e-4, 200)


def test_classifier_says_what_it_cannot_use():
    with pytest.raises(ExplorerError, match="Received: hdbscan"):
        classify(DIGITS, CLASSES, DIGITS, CLASSES, default_spec("hdbscan"))
    with pytest.raises(ExplorerError, match="1797 points and 5 labels"):
        classify(DIGITS, CLASSES[:5], DIGITS, CLASSES, default_spec("kmeans"))
