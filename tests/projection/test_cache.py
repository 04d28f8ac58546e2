"""Projections kept in files; a damaged file is computed again."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from explorer.projection import (
    cache,
    cached,
    file_of,
    load,
    project,
    save,
)
from tests.projection.specs import small, spec_of


def same(first, second) -> bool:
    return (
        np.array_equal(first.embedding, second.embedding)
        and np.array_equal(first.indices, second.indices)
        and first.embedding.dtype == second.embedding.dtype
        and (first.spec, first.seconds, first.trustworthiness, first.knn_accuracy, first.finished)
        == (second.spec, second.seconds, second.trustworthiness, second.knn_accuracy, True)
    )


def test_what_is_saved_comes_back(blobs, tmp_path):
    x, labels = blobs
    picture = project(x, spec_of("pca", 3, sample_size=100), labels)
    path = save(picture, tmp_path, x)
    assert path == file_of(picture.spec, tmp_path)
    again = load(picture.spec, tmp_path, len(x), x)
    assert same(picture, again)
    np.testing.assert_array_equal(again.explained_variance, picture.explained_variance)
    assert load(replace(picture.spec, seed=5), tmp_path, len(x)) is None


def test_a_cached_picture_is_not_computed_again(blobs, tmp_path, monkeypatch):
    x, labels = blobs
    spec = spec_of("pca")
    picture = cached(x, spec, tmp_path, labels)
    monkeypatch.setattr(cache, "project", lambda *_: pytest.fail("computed again"))
    assert same(picture, cached(x, spec, tmp_path, labels))
    assert same(replace(picture, knn_accuracy=None), cached(x, spec, tmp_path))


def test_labels_that_come_later_add_the_accuracy_only(blobs, tmp_path, monkeypatch):
    x, labels = blobs
    spec = spec_of("pca")
    expected = project(x, spec, labels).knn_accuracy
    cached(x, spec, tmp_path)
    monkeypatch.setattr(cache, "project", lambda *_: pytest.fail("computed again"))
    assert cached(x, spec, tmp_path, labels).knn_accuracy == expected
    assert load(spec, tmp_path, len(x)).knn_accuracy == expected


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "other spec"])
def test_a_damaged_file_is_computed_again(blobs, tmp_path, damage):
    x, _ = blobs
    spec = spec_of("pca")
    picture = cached(x, spec, tmp_path)
    path = file_of(spec, tmp_path)
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:500])
    elif damage == "text":
        path.write_text("not an archive")
    else:
        path.write_bytes(save(project(x, spec_of("raw")), tmp_path, x).read_bytes())
    assert load(spec, tmp_path, len(x)) is None
    np.testing.assert_array_equal(cached(x, spec, tmp_path).embedding, picture.embedding)
    assert load(spec, tmp_path, len(x)) is not None


def about(**changes):
    def changed(array):
        return np.array(json.dumps(json.loads(str(array)) | changes))

    return changed


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("indices", lambda a: a[:-1], id="too few"),
        pytest.param("indices", lambda a: a + 1, id="beyond the codes"),
        pytest.param("indices", lambda a: a[::-1], id="another order"),
        pytest.param("indices", lambda a: a.astype(str), id="no numbers"),
        pytest.param("embedding", lambda a: a[:, :1], id="one dimension"),
        pytest.param("embedding", lambda a: a * np.nan, id="not finite"),
        pytest.param("embedding", lambda a: np.full(a.shape, "x"), id="text"),
        pytest.param("shape", lambda a: a + 1, id="other data"),
        pytest.param("shape", lambda a: a[0], id="no shape"),
        pytest.param("probe", lambda a: a.astype(str), id="no probe"),
        pytest.param("explained_variance", lambda a: a[:1], id="one variance"),
        pytest.param("explained_variance", lambda a: a.astype(str), id="no variance"),
        pytest.param("about", lambda a: np.array("{}"), id="no facts"),
        pytest.param("about", lambda a: np.array("[" * 99_999), id="deep facts"),
        pytest.param("about", about(seconds=10**400), id="large fact"),
        pytest.param("about", about(trustworthiness=math.nan), id="fact that is no number"),
        pytest.param("about", about(knn_accuracy="good"), id="fact in words"),
    ],
)
def test_a_file_with_wrong_content_is_computed_again(blobs, tmp_path, name, change):
    x, _ = blobs
    spec = spec_of("pca")
    picture = cached(x, spec, tmp_path)
    arrays = dict(np.load(file_of(spec, tmp_path)))
    np.savez(file_of(spec, tmp_path), **arrays | {name: change(arrays[name])})
    assert name == "probe" or load(spec, tmp_path, len(x)) is None
    np.testing.assert_array_equal(cached(x, spec, tmp_path).embedding, picture.embedding)


def test_a_picture_of_more_or_fewer_points_is_none(blobs, tmp_path):
    x, _ = blobs
    cached(x, spec_of("pca"), tmp_path)
    assert load(spec_of("pca"), tmp_path, len(x) - 1) is None
    assert load(spec_of("pca"), tmp_path, len(x) + 1) is None


def test_a_picture_of_other_data_is_computed_again(blobs, tmp_path):
    x, _ = blobs
    spec = spec_of("pca")
    cached(x, spec, tmp_path)
    assert load(spec, tmp_path, len(x), x * (1 + 1e-6)) is not None
    assert load(spec, tmp_path, len(x), x[::-1]) is None
    assert load(spec, tmp_path, len(x) - 1, x[:-1]) is None
    turned = cached(x[::-1], spec, tmp_path)
    np.testing.assert_array_equal(turned.embedding, project(x[::-1], spec).embedding)


def test_a_stopped_picture_is_not_kept(blobs, tmp_path):
    x, _ = blobs
    stopped = cached(x, small("tsne"), tmp_path, report=lambda p: p.fraction < 0.5)
    assert not stopped.finished
    assert list(tmp_path.iterdir()) == []
