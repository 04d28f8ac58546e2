"""Classifiers by majority vote, kept in a checkpoint's folder."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer import datasets
from explorer.clustering.majority_vote import SOURCE_SPEC, source_spec
from explorer.core.errors import ExplorerError
from explorer.runs.classifiers import ClassifierRequest
from tests.mine import NAME

pytestmark = pytest.mark.usefixtures("mine")


def test_a_classifier_is_read_back_with_its_images() -> None:
    spec = SOURCE_SPEC.change(n_clusters=60, n_init=3)
    result = ClassifierRequest(NAME, spec).get()
    assert 0.02 < result.train_error < result.test_error < 0.15
    assert result.train_counts.sum() == result.n_train == 1198
    assert result.test_counts.sum() == result.n_test == 599
    wrong = 1 - np.trace(result.test_counts) / 599
    assert result.test_error == pytest.approx(wrong)
    kept = ClassifierRequest(NAME, spec).find()
    assert kept is not None
    for name, value in vars(result).items():
        np.testing.assert_array_equal(getattr(kept, name), value)
    json.dumps(ClassifierRequest(NAME, spec).summary(kept))
    # The misfits that are shown have another class than their cluster predicts.
    shown = result.offender_labels >= 0
    predicted = np.broadcast_to(result.offender_majorities[:, None], shown.shape)
    assert (result.offender_labels != predicted)[shown].all()
    images = (datasets.load("digits", "train").images[:] * 255).round().astype(np.uint8)
    first = result.offender_images[0, 1]
    assert (images == first).all(axis=(1, 2, 3)).any()


def test_without_a_second_split_half_of_the_test_images_is_held_out() -> None:
    spec = SOURCE_SPEC.change(n_clusters=20, n_init=2, fit_on="test", space="latent")
    result = ClassifierRequest(NAME, spec).get()
    assert (result.n_train, result.n_test) == (300, 299)


def test_full_k_means_of_edges_classifies_and_shows_mean_images() -> None:
    spec = source_spec("kmeans", space="edges", n_clusters=40, n_init=1)
    result = ClassifierRequest(NAME, spec).get()
    assert result.test_error < 0.15
    assert result.offender_images[:, 0].max() > 100
    with pytest.raises(ExplorerError, match="training images"):
        ClassifierRequest(NAME, spec.change(fit_on="all")).get()


def test_a_damaged_classifier_is_computed_anew(mine: Path) -> None:
    spec = SOURCE_SPEC.change(n_clusters=10, n_init=1)
    first = ClassifierRequest(NAME, spec).get()
    (file,) = (mine / "clusterings").glob("classifier-*.npz")
    file.write_bytes(b"PK\x03\x04")
    assert ClassifierRequest(NAME, spec).find() is None
    assert ClassifierRequest(NAME, spec).get().test_error == first.test_error
