"""Sweeps over the number of clusters."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from explorer.clustering import default_spec, fit
from explorer.clustering import sweep as sweeps
from explorer.clustering.sweep import Sweep, SweepSpec, elbow, sweep
from explorer.core.errors import ExplorerError
from tests.clustering.digits import CLASSES, DIGITS, PLANE


def test_sweep_measures_each_k_as_a_single_clustering_does():
    base = default_spec("minibatch", n_init=2, scaling="standard", pca=6)
    spec = SweepSpec(base, (1, 2, 5, 10), ("inertia", "silhouette", "accuracy"), 500)
    tables = []
    found = sweep(DIGITS, spec, CLASSES, lambda p: tables.append((p.fraction, p.partial)) or True)
    assert found.finished
    assert found.ks.tolist() == [1, 2, 5, 10]
    single = fit(DIGITS, base.change(n_clusters=5)).clustering
    assert found.curve("inertia")[2] == pytest.approx(single.inertia)
    expected = silhouette_score(DIGITS, single.labels, sample_size=500, random_state=0)
    assert found.curve("silhouette")[2] == pytest.approx(expected, abs=1e-6)
    assert np.isnan(found.curve("silhouette")[0])
    assert found.curve("accuracy")[0] == pytest.approx(np.bincount(CLASSES).max() / len(CLASSES))
    assert found.suggestion("accuracy") == 10
    fractions = [f for f, _ in tables]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    drawn = [t for _, t in tables if t is not None]
    assert {len(t) for t in drawn} == {0, 1, 2, 3, 4}
    assert np.array_equal(drawn[-1], found.table, equal_nan=True)


def test_sweep_of_a_mixture_finds_the_number_of_blobs():
    rng = np.random.default_rng(0)
    centers = rng.uniform(-30, 30, (4, 3))
    points = centers[rng.integers(0, 4, 600)] + rng.normal(size=(600, 3))
    found = sweep(points, SweepSpec(default_spec("gmm"), (1, 2, 3, 4, 5, 6), ("bic", "aic")))
    assert found.suggestion("bic") == 4
    single = fit(points, default_spec("gmm", n_clusters=3)).clustering
    assert found.table[2].tolist() == pytest.approx([3, single.bic, single.aic])


def test_stopped_sweep_keeps_its_rows():
    spec = SweepSpec(default_spec("kmeans", n_init=1), (1, 2, 3, 4))
    stop = lambda p: p.partial is None or len(p.partial) < 2  # noqa: E731
    found = sweep(PLANE, spec, report=stop)
    assert found.ks.tolist() == [1, 2]
    assert not found.finished


def test_sweep_cache(tmp_path):
    spec = SweepSpec(default_spec("kmeans", n_init=1), (1, 2, 3), ("inertia", "silhouette"))
    first = sweep(PLANE, spec)
    assert sweeps.load(spec, tmp_path) is None
    sweeps.save(first, tmp_path)
    kept = sweeps.load(spec, tmp_path)
    assert np.array_equal(first.table, kept.table, equal_nan=True)
    sweeps.file_of(spec, tmp_path).write_bytes(b"damaged")
    assert sweeps.load(spec, tmp_path) is None


def test_sweep_hash_depends_on_what_is_read():
    spec = SweepSpec(default_spec("kmeans"), (1, 2, 3))
    other = replace(spec, clustering=default_spec("kmeans", n_clusters=3))
    assert spec.hash == other.hash == replace(spec, silhouette_sample=50).hash
    assert spec.hash != replace(spec, ks=(1, 2)).hash
    assert spec.hash != replace(spec, clustering=default_spec("kmeans", seed=1)).hash


def test_sweep_says_what_it_cannot_do():
    kmeans = default_spec("kmeans")
    for ks in ((), (0, 1), (2, 1), (1, 1), (1.0, 2.0)):
        with pytest.raises(ExplorerError, match="ascending"):
            SweepSpec(kmeans, ks)
    with pytest.raises(ExplorerError, match="can measure inertia, silhouette, accuracy"):
        SweepSpec(kmeans, (1, 2), ("bic",))
    with pytest.raises(ExplorerError, match="can measure bic, aic"):
        SweepSpec(default_spec("gmm"), (1, 2), ("inertia",))
    with pytest.raises(ExplorerError, match="HDBSCAN"):
        SweepSpec(default_spec("hdbscan"), (1, 2))
    with pytest.raises(ExplorerError, match="needs the classes"):
        sweep(PLANE, SweepSpec(kmeans, (1, 2), ("accuracy",)))
    with pytest.raises(ExplorerError, match="more clusters than points: 5"):
        sweep(PLANE[:5], SweepSpec(kmeans, (1, 6)))
    with pytest.raises(ExplorerError, match="Received: 'aic'"):
        Sweep(SweepSpec(kmeans, (1, 2)), np.zeros((2, 2))).curve("aic")


def test_elbow_of_known_curves():
    ks = np.arange(1, 21)
    bent = np.where(ks <= 6, 100 - 15 * ks, 10 - 0.1 * (ks - 6))
    assert elbow(ks, bent) == 6
    # 1/k falls steepest before its scaled slope is that of the line: k = √20, so 4 or 5
    assert elbow(ks, 1 / ks) in (4, 5)
    assert elbow(ks * 10, 1 / ks) in (40, 50)
    assert elbow(ks, -3.0 * ks) is None
    assert elbow(ks, ks.astype(float)) is None
    assert elbow(ks[:2], bent[:2]) is None
