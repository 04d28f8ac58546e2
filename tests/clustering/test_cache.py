"""Clusterings kept in files; a damaged file counts as absent."""

import numpy as np
import pytest

from explorer import clustering as clusterings
from explorer.clustering import default_spec, fit
from tests.clustering.digits import PLANE, usual


@pytest.mark.parametrize("method", ["kmeans", "gmm", "hdbscan"])
def test_cache_gives_back_what_was_kept(method, tmp_path):
    found = fit(PLANE, usual(method)).clustering
    path = clusterings.save(found, tmp_path)
    assert path.name == f"{method}-{found.spec.hash}.npz"
    kept = clusterings.load(found.spec, tmp_path, *PLANE.shape)
    for name, value in vars(found).items():
        if isinstance(value, np.ndarray):
            assert np.array_equal(getattr(kept, name), value, equal_nan=True), name
            assert getattr(kept, name).dtype == value.dtype
        else:
            assert getattr(kept, name) == value, name


def test_a_damaged_file_counts_as_absent(tmp_path):
    found = fit(PLANE, default_spec("kmeans", n_init=1)).clustering
    spec = found.spec
    assert clusterings.load(spec, tmp_path, *PLANE.shape) is None
    path = clusterings.save(found, tmp_path)
    whole = path.read_bytes()
    for damage in (b"", b"no zip", whole[: len(whole) // 2], whole[:200] + b"!!" + whole[202:]):
        path.write_bytes(damage)
        assert clusterings.load(spec, tmp_path, *PLANE.shape) is None
    np.savez(path, labels=found.labels, centers=found.centers, finished=True, seconds=1.0, odd=1)
    assert clusterings.load(spec, tmp_path, *PLANE.shape) is None


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("labels", lambda a: a[:-1], id="too few labels"),
        pytest.param("labels", lambda a: a + 9, id="no such cluster"),
        pytest.param("labels", lambda a: a - 9, id="less than noise"),
        pytest.param("labels", lambda a: a.astype(float), id="fractions"),
        pytest.param("labels", lambda a: a[0], id="one label"),
        pytest.param("centers", lambda a: a[:, :1], id="one dimension"),
        pytest.param("centers", lambda a: a.ravel(), id="flat"),
        pytest.param("centers", lambda a: a + np.inf, id="infinite"),
        pytest.param("centers", lambda a: a.astype(str), id="text"),
        pytest.param("probabilities", lambda a: a[:, 1:], id="too few probabilities"),
        pytest.param("confidence", lambda a: a * np.nan, id="confidence that is no number"),
        pytest.param("covariances", lambda a: a[:, 0], id="no matrices"),
        pytest.param("bic", lambda a: np.array("low"), id="a score in words"),
        pytest.param("seconds", lambda a: np.arange(3), id="three times"),
    ],
)
def test_a_file_with_wrong_content_counts_as_absent(name, change, tmp_path):
    found = fit(PLANE, default_spec("gmm", n_init=1)).clustering
    path = clusterings.save(found, tmp_path)
    arrays = dict(np.load(path))
    np.savez(path, **arrays | {name: change(arrays[name])})
    assert clusterings.load(found.spec, tmp_path, *PLANE.shape) is None


def test_a_clustering_of_other_points_counts_as_absent(tmp_path):
    found = fit(PLANE, default_spec("kmeans", n_init=1)).clustering
    clusterings.save(found, tmp_path)
    n, d = PLANE.shape
    assert clusterings.load(found.spec, tmp_path, n - 1, d) is None
    assert clusterings.load(found.spec, tmp_path, n, d + 1) is None
