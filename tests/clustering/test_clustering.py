"""Clusterings: what scikit-learn and UMAP find, for train and test, kept and swept."""

import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import cluster as sk
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import Normalizer, StandardScaler

from explorer import clustering as clusterings
from explorer.clustering import NOISE, ClusteringSpec, add_noise, default_spec, fit, members
from explorer.clustering import sweep as sweeps
from explorer.clustering.majority_vote import SOURCE_SPEC, classify
from explorer.clustering.minibatch import MiniBatchKMeans
from explorer.clustering.sweep import Sweep, SweepSpec, elbow, sweep
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress

DIGITS, CLASSES = load_digits(return_X_y=True)
DIGITS = (DIGITS / 16).astype(np.float32)
PLANE = PCA(2, random_state=0).fit_transform(DIGITS)


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    pairs = set(zip(a.tolist(), b.tolist(), strict=True))
    return len(pairs) == len(set(a.tolist())) == len(set(b.tolist()))


def _usual(method: str, **changes: object) -> ClusteringSpec:
    """Return the usual spec with one start, if the method has starts."""
    spec = default_spec(method, **changes)
    return spec.change(n_init=1) if hasattr(spec.method, "n_init") else spec


# The spec


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"method": "dbscan"}, "method"),
        ({"space": "pixels"}, "space"),
        ({"scaling": "minmax"}, "scaling"),
        ({"method": "gmm", "covariance_type": "round"}, "covariance_type"),
        ({"fit_on": "all"}, "fit_on"),
        ({"n_clusters": 0}, "n_clusters"),
        ({"n_clusters": 2.0}, "n_clusters"),
        ({"n_init": True}, "n_init"),
        ({"pca": -1}, "pca"),
        ({"noise": float("nan")}, "noise"),
        ({"noise": "much"}, "noise"),
        ({"tol": -1e-9}, "tol"),
        ({"method": "umap_gmm", "min_dist": 1.5}, "min_dist"),
        ({"seed": -1}, "seed"),
    ],
)
def test_spec_refuses_what_makes_no_sense(change, named):
    with pytest.raises(ExplorerError, match=rf"(?s){named} must be .* Received: "):
        ClusteringSpec.of(change)


def test_default_spec_refuses_unknown_parameters():
    with pytest.raises(ExplorerError, match="'k'"):
        default_spec("kmeans", k=3)


def test_hash_depends_on_what_the_method_reads_and_on_nothing_else():
    kmeans, hdbscan = default_spec("kmeans"), default_spec("hdbscan")
    assert kmeans.hash == kmeans.change(noise=0).hash
    assert kmeans.hash == ClusteringSpec.of(kmeans.to_dict()).hash
    assert hdbscan.hash == hdbscan.change(seed=1).hash
    assert hdbscan.hash != hdbscan.change(pca=3).hash != hdbscan.change(pca=3, seed=1).hash
    with pytest.raises(ExplorerError, match="no parameter 'n_neighbors'"):
        kmeans.change(n_neighbors=5)
    changes = [
        {"n_clusters": 9},
        {"n_init": 1},
        {"space": "original"},
        {"scaling": "standard"},
        {"pca": 2},
        {"noise": 0.1},
        {"fit_on": "train"},
        {"seed": 1},
        {"max_iter": 5},
        {"tol": 0.1},
        {"method": "umap_kmeans"},
    ]
    hashes = {kmeans.change(**change).hash for change in changes}
    assert len(hashes | {kmeans.hash}) == len(changes) + 1


# The methods, against scikit-learn run all at once


@pytest.mark.parametrize("scaling", ["none", "normalizer", "standard"])
def test_kmeans_is_scikit_learns(scaling):
    spec = default_spec("kmeans", n_init=4, scaling=scaling, pca=5, seed=3)
    steps = {"none": [], "normalizer": [Normalizer()], "standard": [StandardScaler()]}[scaling]
    z = DIGITS
    for step in [*steps, PCA(5, random_state=3)]:
        z = step.fit_transform(z)
    reference = KMeans(10, n_init=4, random_state=3).fit(z)
    found = fit(DIGITS, spec).clustering
    assert np.array_equal(found.labels, reference.labels_)
    assert found.inertia == pytest.approx(reference.inertia_, rel=1e-5)
    assert found.probabilities is None
    assert found.bic is None


def test_minibatch_is_scikit_learns():
    spec = default_spec("minibatch", n_clusters=12, n_init=5, batch_size=100, seed=1)
    reference = sk.MiniBatchKMeans(12, n_init=5, batch_size=100, random_state=1).fit(DIGITS)
    assert np.array_equal(fit(DIGITS, spec).clustering.labels, reference.labels_)


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
def test_mixture_is_scikit_learns(covariance_type):
    spec = default_spec("gmm", n_clusters=5, n_init=3, covariance_type=covariance_type, seed=2)
    z = PLANE.astype(np.float64)
    reference = GaussianMixture(
        5, n_init=3, covariance_type=covariance_type, random_state=2, max_iter=100
    ).fit(z)
    found = fit(PLANE, spec).clustering
    assert np.array_equal(found.labels, reference.predict(z))
    assert found.probabilities == pytest.approx(reference.predict_proba(z), abs=1e-6)
    assert found.confidence == pytest.approx(found.probabilities.max(axis=1))
    assert found.bic == pytest.approx(reference.bic(z))
    assert found.aic == pytest.approx(reference.aic(z))
    assert found.converged
    # The ellipses that a picture would draw: EM's last step made the means from the weights.
    assert found.centers == pytest.approx(reference.means_, abs=0.02)
    assert found.covariances.shape == (5, 2, 2)
    full = {
        "full": lambda c: c[3],
        "tied": lambda c: c,
        "diag": lambda c: np.diag(c[3]),
        "spherical": lambda c: c[3] * np.eye(2),
    }[covariance_type]
    assert found.covariances[3] == pytest.approx(full(reference.covariances_))


def test_mixture_that_runs_out_of_iterations_says_so():
    spec = default_spec("gmm", n_clusters=8, max_iter=13, tol=0.0)
    found = fit(PLANE, spec).clustering
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = GaussianMixture(8, max_iter=13, tol=0.0, random_state=0).fit(PLANE.astype("d"))
    assert not found.converged
    assert found.bic == pytest.approx(reference.bic(PLANE.astype("d")))


def test_covariances_are_in_the_space_of_the_points():
    stretched = PLANE * np.float32([1.0, 50.0])
    plain = fit(PLANE, default_spec("gmm", n_clusters=3, scaling="standard")).clustering
    found = fit(stretched, default_spec("gmm", n_clusters=3, scaling="standard")).clustering
    stretch = np.array([1.0, 50.0])
    expected = plain.covariances * stretch[:, None] * stretch
    assert found.covariances == pytest.approx(expected, rel=1e-3)
    assert fit(PLANE, default_spec("gmm", scaling="normalizer")).clustering.covariances is None


def test_hdbscan_is_scikit_learns_and_new_points_follow_their_neighbour():
    reference = HDBSCAN(min_cluster_size=20, copy=True).fit(PLANE)
    fitted = fit(PLANE, default_spec("hdbscan", min_cluster_size=20))
    found = fitted.clustering
    assert np.array_equal(found.labels, reference.labels_)
    assert np.count_nonzero(found.sizes) == len(set(reference.labels_.tolist()) - {NOISE})
    assert found.noise_share == np.mean(reference.labels_ == NOISE)
    assert found.sizes.sum() == np.count_nonzero(reference.labels_ != NOISE)
    moved = fitted.apply(PLANE + np.float32(1e-7))
    assert np.mean(moved.labels == found.labels) > 0.99


def test_hdbscan_may_find_nothing():
    found = fit(PLANE[:30], default_spec("hdbscan", min_cluster_size=30)).clustering
    assert found.noise_share == 1
    assert found.centers.shape == (0, 2)


@pytest.mark.slow
def test_umap_methods_are_umap_then_the_method():
    from explorer.projection.umap import import_umap

    points = DIGITS[:300]
    embedding = (
        import_umap()
        .UMAP(n_neighbors=20, min_dist=0.0, n_components=10, random_state=0, n_jobs=1)
        .fit_transform(points)
    )
    mixture = GaussianMixture(10, random_state=0).fit(embedding.astype(np.float64))
    told: list[Progress] = []
    fitted = fit(points, default_spec("umap_gmm"), lambda p: told.append(p) or True)
    assert np.array_equal(fitted.clustering.labels, mixture.predict(embedding.astype("d")))
    assert fitted.clustering.centers.shape == (10, 64)
    fractions = [p.fraction for p in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert any("epoch" in p.message for p in told)
    number = len(told)
    applied = fitted.apply(DIGITS[300:400])
    accuracy = np.mean(
        [np.bincount(CLASSES[:300][fitted.clustering.labels == c]).argmax() for c in applied.labels]
        == CLASSES[300:400]
    )
    assert accuracy > 0.7
    assert len(told) == number
    with pytest.raises(ExplorerError, match="stopped"):
        fit(points, default_spec("umap_kmeans"), lambda p: "epoch 5 " not in p.message)


# Centres, members, other data


def test_centers_are_the_means_of_the_members_in_the_space_of_the_points():
    found = fit(DIGITS, default_spec("kmeans", scaling="normalizer", pca=10)).clustering
    for cluster in range(10):
        mean = DIGITS[found.labels == cluster].mean(axis=0)
        assert found.centers[cluster] == pytest.approx(mean, abs=1e-6)
    plain = fit(DIGITS, default_spec("kmeans", n_init=1))
    assert plain.clustering.centers == pytest.approx(
        KMeans(10, n_init=1, random_state=0).fit(DIGITS).cluster_centers_, abs=1e-5
    )


def test_members_go_from_typical_to_strange():
    found = fit(DIGITS, default_spec("kmeans", n_init=1)).clustering
    inside = members(DIGITS, found, 4)
    distances = np.linalg.norm(DIGITS[inside] - found.centers[4], axis=1)
    assert sorted(inside) == np.flatnonzero(found.labels == 4).tolist()
    assert np.all(np.diff(distances) >= -1e-5)
    with pytest.raises(ExplorerError, match="Received: 10"):
        members(DIGITS, found, 10)


@pytest.mark.parametrize("method", ["kmeans", "minibatch", "gmm", "hdbscan"])
def test_the_fit_applies_to_its_own_points_as_it_labelled_them(method):
    fitted = fit(PLANE, _usual(method, scaling="standard"))
    assert np.array_equal(fitted.apply(PLANE).labels, fitted.clustering.labels)


def test_fit_on_train_applied_to_test():
    train, test = DIGITS[:1200], DIGITS[1200:]
    spec = default_spec("kmeans", scaling="standard", fit_on="train", n_init=2)
    scaler = StandardScaler().fit(train)
    reference = KMeans(10, n_init=2, random_state=0).fit(scaler.transform(train))
    found = fit(train, spec).apply(test)
    assert np.array_equal(found.labels, reference.predict(scaler.transform(test)))
    assert found.inertia == pytest.approx(-reference.score(scaler.transform(test)), rel=1e-5)
    inside = train[reference.labels_ == 7]
    assert found.centers[7] == pytest.approx(inside.mean(axis=0), abs=1e-6)


def test_images_are_flattened():
    images, spec = DIGITS.reshape(-1, 8, 8), default_spec("kmeans", n_init=1)
    found, expected = fit(images, spec).clustering, fit(DIGITS, spec).clustering
    assert np.array_equal(found.labels, expected.labels)
    assert np.array_equal(members(images, found, 0), members(DIGITS, expected, 0))


@pytest.mark.parametrize("method", ["kmeans", "minibatch", "gmm"])
def test_the_seed_decides(method):
    spec = default_spec(method, n_init=1, n_clusters=20)
    first, second = fit(PLANE, spec).clustering, fit(PLANE, spec).clustering
    other = fit(PLANE, spec.change(seed=1)).clustering
    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.centers, second.centers)
    assert not same_partition(first.labels, other.labels)


def test_noise_is_seeded_and_stays_in_range():
    noisy = add_noise(DIGITS, 0.3, seed=5)
    assert np.array_equal(noisy, add_noise(DIGITS, 0.3, seed=5))
    assert not np.array_equal(noisy, add_noise(DIGITS, 0.3, seed=6))
    assert noisy.min() == 0
    assert noisy.max() == 1
    grey = np.full((100, 100), 0.5)
    assert np.std(add_noise(grey, 0.1, 0)) == pytest.approx(0.1, rel=0.05)
    assert np.array_equal(add_noise(DIGITS, 0, 0), DIGITS)
    for images, sigma in (
        (DIGITS * 255, 0.1),
        (DIGITS, -1),
        (DIGITS, np.nan),
        (DIGITS * np.nan, 1),
    ):
        with pytest.raises(ExplorerError, match="Received"):
            add_noise(images, sigma, 0)


# What cannot be clustered, and what can although it is odd


def broken(value: float) -> np.ndarray:
    points = PLANE.copy()
    points[17, 1] = value
    return points


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_points_must_be_finite(value):
    with pytest.raises(ExplorerError, match="1 such rows, the first is row 17"):
        fit(broken(value), ClusteringSpec())
    fitted = fit(PLANE, default_spec("kmeans", n_init=1))
    with pytest.raises(ExplorerError, match="row 17"):
        fitted.apply(broken(value))


@pytest.mark.parametrize("bad", [np.zeros(5), np.zeros((0, 3)), np.array([["a", "b"]])])
def test_points_must_be_points(bad):
    with pytest.raises(ExplorerError, match="Received: shape"):
        fit(bad, ClusteringSpec())


@pytest.mark.parametrize("method", ["kmeans", "minibatch", "gmm"])
def test_more_clusters_than_points(method):
    with pytest.raises(ExplorerError, match=r"n_clusters = 10.* Received: 9"):
        fit(PLANE[:9], default_spec(method))


def test_too_few_points_for_the_rest():
    with pytest.raises(ExplorerError, match=r"min_cluster_size = 50.* Received: 9"):
        fit(PLANE[:9], default_spec("hdbscan"))
    with pytest.raises(ExplorerError, match="UMAP needs more than 20 points"):
        fit(PLANE[:20], default_spec("umap_gmm"))
    with pytest.raises(ExplorerError, match="PCA can keep at most 2"):
        fit(PLANE, default_spec("kmeans", pca=3))
    with pytest.raises(ExplorerError, match="points of 2 values"):
        fit(PLANE, default_spec("kmeans", n_init=1)).apply(DIGITS)


def test_fewer_distinct_points_than_clusters_leave_clusters_empty():
    points = np.repeat(PLANE[:3], 10, axis=0)
    found = fit(points, default_spec("kmeans", n_clusters=5)).clustering
    assert sorted(found.sizes) == [0, 0, 10, 10, 10]
    assert np.array_equal(np.isnan(found.centers).all(axis=1), found.sizes == 0)


def test_one_cluster_and_degenerate_mixtures():
    assert set(fit(PLANE, default_spec("kmeans", n_clusters=1)).clustering.labels) == {0}
    with pytest.raises(ExplorerError, match="raise reg_covar"):
        fit(np.repeat(PLANE[:3], 10, axis=0), default_spec("gmm", n_clusters=3, reg_covar=0.0))


# Progress and stop


@pytest.mark.parametrize("method", ["kmeans", "gmm"])
def test_stopping_keeps_the_best_so_far(method):
    told: list[float] = []

    def stop_at_second(progress: Progress) -> bool:
        told.append(progress.fraction)
        return len(told) < 2

    spec = default_spec(method, n_init=5, n_clusters=5)
    stopped = fit(PLANE, spec, stop_at_second).clustering
    assert not stopped.finished
    assert len(told) == 2
    assert np.count_nonzero(stopped.sizes) == 5
    told.clear()
    whole = fit(PLANE, spec, lambda p: told.append(p.fraction) or True).clustering
    assert whole.finished
    assert told == sorted(told)
    assert told[-1] == 1


# The cache


@pytest.mark.parametrize("method", ["kmeans", "gmm", "hdbscan"])
def test_cache_gives_back_what_was_kept(method, tmp_path):
    found = fit(PLANE, _usual(method)).clustering
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


# The classifier


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


# Sweeps


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


# Imports


def test_clustering_imports_neither_web_nor_deep_learning():
    code = (
        "import sys, explorer.clustering.metrics\n"
        "import explorer.clustering.majority_vote, explorer.clustering.sweep\n"
        "bad = {'tensorflow', 'keras', 'streamlit', 'plotly', 'umap'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
