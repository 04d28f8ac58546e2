"""Projecting: samples, progress and stop, and data that cannot be drawn."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from explorer.projection import (
    ProjectionSpec,
    project,
)
from tests.projection.specs import SLOW, each, small, spec_of


def test_images_are_flattened(blobs):
    x, _ = blobs
    images = np.repeat(x, 4, axis=1).reshape(len(x), 2, 5, 2)
    flat = project(images.reshape(len(x), -1), spec_of("pca"))
    np.testing.assert_array_equal(project(images, spec_of("pca")).embedding, flat.embedding)


def test_a_sample_is_random_without_repetition_and_sorted(blobs):
    x, labels = blobs
    spec = spec_of("raw", sample_size=50)
    picture = project(x, spec, labels)
    assert len(set(picture.indices.tolist())) == 50
    assert (np.diff(picture.indices) > 0).all()
    assert picture.indices.max() > 100
    np.testing.assert_array_equal(picture.embedding, x[picture.indices, :2])
    np.testing.assert_array_equal(picture.indices, project(x, spec).indices)
    other = project(x, replace(spec, seed=1))
    assert not np.array_equal(picture.indices, other.indices)


# Progress and stop


@pytest.mark.parametrize("method", each(["pca", *SLOW]))
def test_progress_rises_and_begins_with_the_pca(blobs, method):
    x, _ = blobs
    reports: list[Progress] = []

    def report(progress: Progress) -> bool:
        reports.append(progress)
        return True

    picture = project(x, small(method), report=report)
    fractions = [progress.fraction for progress in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    np.testing.assert_array_equal(reports[-1].partial, picture.embedding)
    np.testing.assert_array_equal(reports[0].partial, project(x, spec_of("pca")).embedding)


@pytest.mark.parametrize("method", each(SLOW))
@pytest.mark.parametrize("stop_at", [0.0, 0.05, 0.6])
def test_stop_keeps_the_picture_so_far(blobs, method, stop_at):
    x, labels = blobs
    last: list[Progress] = []

    def report(progress: Progress) -> bool:
        if last and last[0].fraction >= stop_at and progress.fraction < 1:
            pytest.fail("it went on")
        last[:] = [progress]
        return progress.fraction < stop_at

    picture = project(x, small(method), labels, report)
    assert not picture.finished
    assert picture.embedding.shape == (len(x), 2)
    assert picture.knn_accuracy is not None
    np.testing.assert_array_equal(picture.embedding, last[0].partial)


def test_a_stopped_pca_is_finished_nonetheless(blobs):
    assert project(blobs[0], spec_of("pca"), report=lambda _: False).finished


# Bad input


@pytest.mark.parametrize(
    ("x", "spec", "sentence"),
    [
        (np.zeros(10), ProjectionSpec(), "one row for each point"),
        (np.zeros((10, 2), dtype=object), ProjectionSpec(), "array of numbers"),
        (np.eye(4), ProjectionSpec(), "at least 5 points"),
        (np.zeros((9, 0)), ProjectionSpec(), "one dimension or more"),
        (np.full((9, 3), np.nan), spec_of("raw"), "9 of 9 points .* not finite"),
        (np.full((9, 3), 1e300), ProjectionSpec(), "not finite"),
        (np.ones((9, 3)), ProjectionSpec(), "PCA finds nothing .* are equal"),
        (np.ones((99, 3)), spec_of("tsne"), "t-SNE finds nothing .* are equal"),
        (np.eye(90), spec_of("tsne"), "choose a perplexity below 30.0"),
        (np.eye(15), spec_of("umap"), "choose n_neighbors below 15"),
        (np.eye(9), spec_of("raw", axes=(0, 9)), "Axis 9 is outside .* 9 dimensions"),
        (np.eye(9)[:, :2], spec_of("raw", 3), "Raw axes cannot draw 3 .* only 2"),
        (np.eye(9)[:, :2], spec_of("pca", 3), "PCA cannot draw 3 .* only 2"),
        (np.eye(9)[:, :1], spec_of("umap"), "UMAP cannot draw 2 .* only 1"),
        (np.eye(9)[:, :1], spec_of("raw", axes=(0, 1)), "Axis 1 is outside"),
    ],
)
def test_data_that_cannot_be_drawn_give_one_sentence(x, spec, sentence):
    with pytest.raises(ExplorerError, match=sentence) as caught:
        project(x, spec)
    assert "\n" not in str(caught.value)


def test_labels_must_be_as_many_as_points(blobs):
    with pytest.raises(ExplorerError, match="one label for each of the 200 points"):
        project(blobs[0], ProjectionSpec(), np.zeros(7))
