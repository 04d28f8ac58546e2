"""Clusterings of a checkpoint's images, kept in its folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from explorer import checkpoints, clustering
from explorer.clustering import NOISE, ClusteringSpec, default_spec
from explorer.clustering.confusion import confusion
from explorer.clustering.sweep import SweepSpec
from explorer.core.errors import ExplorerError
from explorer.runs import clusterings, request
from explorer.runs import points as cluster_points
from explorer.runs.clusterings import ClusteringRequest, ClusterRun
from explorer.runs.sweeps import SweepRequest
from tests.mine import NAME, find, run

pytestmark = pytest.mark.usefixtures("mine")


def same(a: ClusterRun, b: ClusterRun) -> None:
    np.testing.assert_array_equal(a.clustering.labels, b.clustering.labels)
    np.testing.assert_array_equal(a.distances, b.distances)
    assert a.scores == b.scores


def test_only_the_scores_are_computed_where_only_they_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = clusterings.ClusteringRequest(NAME, default_spec("gmm", n_clusters=4))
    whole = request.get()
    (kept,) = checkpoints.get(NAME).clusterings.glob(f"{request.key}-scores-*.json")
    before = kept.read_text()
    kept.unlink()
    assert request.find() is None
    monkeypatch.setattr(clustering, "fit", lambda *_: pytest.fail("fitted again"))
    again = request.get()
    assert again.scores == whole.scores
    np.testing.assert_array_equal(again.clustering.labels, whole.clustering.labels)
    assert kept.read_text() == before


def test_a_run_is_scikit_learns_clustering_and_scores() -> None:
    spec = default_spec("kmeans", n_clusters=7, seed=3)
    result = run(NAME, spec)
    z = checkpoints.get(NAME).codes().latent.z_mean
    model = KMeans(7, n_init=10, random_state=3).fit(z)
    assert confusion(model.labels_, result.clustering.labels).accuracy == 1
    assert result.scores["silhouette"] == pytest.approx(
        silhouette_score(z, model.labels_), abs=1e-5
    )
    assert result.scores.silhouette_sample == 599
    nearest = np.linalg.norm(z[:, None] - result.clustering.centers, axis=2)
    np.testing.assert_allclose(
        result.distances, nearest[np.arange(599), result.clustering.labels], rtol=1e-4
    )


def test_found_on_the_training_images_it_is_applied_to_the_test_images() -> None:
    spec = default_spec("kmeans", fit_on="train", noise=0.2)
    result = run(NAME, spec)
    checkpoint = checkpoints.get(NAME)
    fit = clustering.fit(cluster_points.train_points(checkpoint, spec).x, spec)
    expected = fit.apply(cluster_points.test_points(checkpoint, spec).x)
    np.testing.assert_array_equal(result.clustering.labels, expected.labels)
    assert len(result.clustering.labels) == 599
    assert result.spec == spec


def test_found_on_all_images_it_is_scored_on_all_and_shows_the_test_images() -> None:
    spec = default_spec("gmm", fit_on="all", n_init=3)
    result = run(NAME, spec)
    everything = cluster_points.fitted_points(checkpoints.get(NAME), spec)
    expected = clustering.fit(everything.x, spec).clustering
    np.testing.assert_array_equal(result.clustering.labels, expected.labels[1198:])
    assert result.clustering.probabilities is not None
    assert result.clustering.probabilities.shape == (599, 10)
    assert result.scores.n_points == 1797
    accuracy = confusion(everything.labels, expected.labels).accuracy
    assert result.scores["accuracy"] == pytest.approx(accuracy)
    kept = find(NAME, spec)
    assert kept is not None
    same(kept, result)
    assert np.array_equal(kept.clustering.starts, expected.starts)


def test_amounts_of_noise_share_a_fit_and_keep_their_own_results() -> None:
    clean = default_spec("kmeans", fit_on="train")
    noisy = clean.change(noise=0.4)
    together = clusterings.runs(NAME, [clean, noisy])
    np.testing.assert_array_equal(together[0].clustering.centers, together[1].clustering.centers)
    assert together[0].scores["accuracy"] > together[1].scores["accuracy"]
    kept = find(NAME, noisy)
    assert kept is not None
    same(kept, together[1])


@pytest.mark.parametrize("method", ["kmeans", "gmm", "hdbscan"])
def test_a_run_is_read_back_as_it_was(method: str) -> None:
    spec = default_spec(method, **({"min_cluster_size": 10} if method == "hdbscan" else {}))
    assert find(NAME, spec) is None
    result = run(NAME, spec)
    kept = find(NAME, spec)
    assert kept is not None
    same(kept, result)
    assert (kept.cells is None) == (result.cells is None)
    json.dumps(ClusteringRequest(NAME, spec).summary(kept))


@pytest.mark.parametrize("ending", [".npz", "-page.npz", "-scores-10000-0.json"])
def test_a_damaged_file_is_computed_anew(ending: str, mine: Path) -> None:
    spec = default_spec("kmeans")
    result = run(NAME, spec)
    file = mine / "clusterings" / f"kmeans-{spec.hash}{ending}"
    file.write_bytes(file.read_bytes()[:40])
    assert find(NAME, spec) is None
    same(run(NAME, spec), result)
    assert find(NAME, spec) is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("distances", np.zeros(598, np.float32)),
        ("distances", np.full(599, "near")),
        ("x", None),
        ("x", np.full(clusterings.CELLS, np.nan)),
        ("y", np.zeros(3)),
        ("cells", np.zeros((2, 2), np.int16)),
        ("cells", np.full((clusterings.CELLS, clusterings.CELLS), 99, np.int16)),
    ],
)
def test_a_page_that_does_not_fit_is_computed_anew(
    name: str, value: np.ndarray | None, mine: Path
) -> None:
    spec = default_spec("kmeans")
    run(NAME, spec)
    file = mine / "clusterings" / f"kmeans-{spec.hash}-page.npz"
    arrays: dict[str, Any] = dict(np.load(file)) | {name: value}
    np.savez(file, **{key: array for key, array in arrays.items() if array is not None})
    assert find(NAME, spec) is None


def test_what_was_stopped_is_not_kept() -> None:
    spec = default_spec("kmeans")
    result = run(NAME, spec, lambda progress: False)
    assert not result.clustering.finished
    assert find(NAME, spec) is None


@pytest.mark.parametrize("scaling", ["none", "standard", "normalizer"])
@pytest.mark.parametrize("method", ["kmeans", "minibatch", "gmm"])
def test_cells_are_the_clustering_asked_place_by_place(method: str, scaling: str) -> None:
    result = run(NAME, default_spec(method, scaling=scaling, n_clusters=5))
    cells = result.cells
    assert cells is not None
    z = checkpoints.get(NAME).codes().latent.z_mean
    column = np.abs(cells.x[None] - z[:, :1]).argmin(axis=1)
    row = np.abs(cells.y[None] - z[:, 1:]).argmin(axis=1)
    around = np.stack([
        cells.clusters[np.clip(row + i, 0, 239), np.clip(column + j, 0, 239)]
        for i in (-1, 0, 1) for j in (-1, 0, 1)
    ])  # fmt: skip
    # A point in the cell of its own cluster, but for those within a pixel of a border.
    assert (around == result.clustering.labels).any(axis=0).mean() > 0.995
    if (method, scaling) == ("kmeans", "none"):  # then they are the Voronoi cells of the centroids
        places = np.stack(np.meshgrid(cells.x, cells.y), axis=-1)
        distances = np.linalg.norm(places[..., None, :] - result.clustering.centers, axis=-1)
        assert (distances.argmin(axis=-1) == cells.clusters).mean() > 0.999


def test_members_begin_with_the_most_typical() -> None:
    result = run(NAME, default_spec("kmeans"))
    for cluster in range(10):
        members = result.members(cluster)
        assert (np.diff(result.distances[members]) >= 0).all()
        assert len(members) == result.clustering.sizes[cluster]
    assert result.members(99).size == 0


def test_all_points_may_be_noise() -> None:
    result = run(NAME, default_spec("hdbscan", min_cluster_size=300))
    assert (result.clustering.labels == NOISE).all()
    assert np.isnan(result.distances).all()
    assert result.scores["silhouette"] is None
    assert "silhouette" in result.scores.reasons


def test_only_k_means_of_clean_codes_is_quick() -> None:
    def quick(method: str, **changes: object) -> bool:
        return ClusteringRequest(NAME, default_spec(method, **changes)).is_quick()

    assert quick("kmeans")
    assert quick("minibatch", n_clusters=50)
    assert not quick("gmm")
    assert not quick("kmeans", noise=0.1)
    assert not quick("kmeans", space="original")
    assert not quick("kmeans", fit_on="train")
    assert not quick("kmeans", n_init=1000, n_clusters=250)


def test_jobs_answer_in_plain_data() -> None:
    spec = default_spec("kmeans", n_clusters=3)
    answer = request.run(ClusteringRequest(NAME, spec))
    told = json.loads(json.dumps(answer))["spec"]
    assert ClusteringSpec.of(told) == spec
    assert answer["accuracy"] == run(NAME, spec).scores["accuracy"]
    asked = SweepRequest(NAME, SweepSpec(default_spec("gmm"), (1, 2), ("bic", "silhouette")))
    json.dumps(asked.asked())
    told = request.run(asked)
    assert json.loads(json.dumps(told))["k"] == [1, 2]
    assert told["silhouette"][0] is None


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (default_spec("kmeans", n_clusters=600), "at least n_clusters = 600"),
        (default_spec("kmeans", pca=3), "at most 2 components"),
    ],
)
def test_what_cannot_be_clustered_is_one_sentence(spec: ClusteringSpec, sentence: str) -> None:
    with pytest.raises(ExplorerError, match=sentence):
        run(NAME, spec)
