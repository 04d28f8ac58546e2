"""Fitting: centres, members, other data, bad points, progress and stop."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from explorer.clustering import ClusteringSpec, default_spec, fit, members
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from tests.clustering.digits import DIGITS, PLANE, same_partition, usual

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
    fitted = fit(PLANE, usual(method, scaling="standard"))
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


# What cannot be clustered


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
