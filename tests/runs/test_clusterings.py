"""Clusterings, sweeps, classifiers and tables of a checkpoint's images, kept in its folder."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from explorer import checkpoints, clustering, datasets
from explorer.checkpoints import spaces
from explorer.checkpoints.onnx import Encoder
from explorer.clustering import NOISE, ClusteringSpec, add_noise, default_spec
from explorer.clustering.confusion import confusion, profile
from explorer.clustering.majority_vote import SOURCE_SPEC
from explorer.clustering.sweep import SweepSpec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.datasets import sources
from explorer.figures import class_color
from explorer.figures import clusters as cluster_figures
from explorer.projection.pca import PCA
from explorer.projection.raw import Raw
from explorer.projection.spec import ProjectionSpec
from explorer.reproduce import tables
from explorer.reproduce.tables import RepresentationsRequest
from explorer.runs import clusterings, request, sweeps
from explorer.runs import points as cluster_points
from explorer.runs.classifiers import ClassifierRequest
from explorer.runs.clusterings import ClusteringRequest, ClusterRun
from explorer.runs.projections import ProjectionRequest
from explorer.runs.sweeps import SweepRequest
from tests.conftest import SHIPPED

NAME = "mine"


@pytest.fixture(autouse=True)
def mine(checkpoint_folder: Path) -> Path:
    target = checkpoint_folder / NAME
    shutil.copytree(SHIPPED / "digits-vae-z2", target)
    shutil.rmtree(target / "clusterings", ignore_errors=True)
    return target


def run(name: str, spec: ClusteringSpec, report: Report = silent) -> ClusterRun:
    return ClusteringRequest(name, spec).get(report)


def find(name: str, spec: ClusteringSpec) -> ClusterRun | None:
    return ClusteringRequest(name, spec).find()


def same(a: ClusterRun, b: ClusterRun) -> None:
    np.testing.assert_array_equal(a.clustering.labels, b.clustering.labels)
    np.testing.assert_array_equal(a.distances, b.distances)
    assert a.scores == b.scores


# Points


def test_the_points_of_the_test_images_are_those_of_the_spaces() -> None:
    checkpoint = checkpoints.get(NAME)
    for space in ("latent", "original", "reconstructed"):
        points = cluster_points.test_points(checkpoint, default_spec("kmeans", space=space))
        np.testing.assert_array_equal(points.x, spaces.points(checkpoint, space))
        assert points.labels.shape == (599,)


def test_noise_is_added_to_the_images_before_they_are_encoded() -> None:
    checkpoint = checkpoints.get(NAME)
    spec = default_spec("kmeans", noise=0.3, seed=4)
    noisy = add_noise(spaces.originals(checkpoint), 0.3, 4)
    expected = Encoder(checkpoint.encoder_file).encode(noisy).z_mean
    np.testing.assert_array_equal(cluster_points.test_points(checkpoint, spec).x, expected)
    pixels = cluster_points.test_points(checkpoint, spec.change(space="original")).x
    np.testing.assert_array_equal(pixels, noisy.reshape(599, 64))


def test_training_points_are_clean_and_their_codes_are_kept(mine: Path) -> None:
    checkpoint = checkpoints.get(NAME)
    points = cluster_points.fitted_points(
        checkpoint, default_spec("kmeans", noise=0.5, fit_on="train")
    )
    images = datasets.load("digits", "train").images
    np.testing.assert_array_equal(points.x, Encoder(checkpoint.encoder_file).encode(images).z_mean)
    file = mine / "clusterings" / "train-codes.npz"
    assert file.is_file()
    file.write_bytes(b"damaged")
    again = cluster_points.train_points(checkpoint, "latent")
    np.testing.assert_array_equal(again.x, points.x)


def test_without_training_images_the_test_images_are_taken_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = default_spec("kmeans", fit_on="train")
    checkpoint = checkpoints.get(NAME)
    assert cluster_points.fitting(checkpoint, asked).spec == asked
    monkeypatch.setattr(datasets, "is_local", lambda name, split: split == "test")
    found = cluster_points.fitting(checkpoint, asked)
    assert found.spec == asked.change(fit_on="test")
    # These come with scikit-learn: there is nothing to download.
    assert "training images of Digits" in found.note
    assert "download" not in found.note


def test_it_is_said_how_training_images_are_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(SHIPPED))
    asked = default_spec("kmeans", fit_on="train")
    found = cluster_points.fitting(checkpoints.get("mnist-vae-cnn-z2"), asked)
    assert "'python -m explorer download mnist' fetches them." in found.note


def test_whether_a_split_is_here_is_told_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "DEBIAN_FILES", tmp_path / "nowhere")
    assert datasets.is_local("fashion_mnist", "test")  # ships with the project
    assert not datasets.is_local("fashion_mnist", "train")
    assert not datasets.is_local("mnist", "test")
    np.savez(tmp_path / "mnist.npz", x_train=np.zeros((2, 28, 28), np.uint8))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert datasets.is_local("mnist", "train")
    assert not datasets.is_local("mnist", "test")


# Runs


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
    fit = clustering.fit(cluster_points.train_points(checkpoint, "latent").x, spec)
    expected = fit.apply(cluster_points.test_points(checkpoint, spec).x)
    np.testing.assert_array_equal(result.clustering.labels, expected.labels)
    assert len(result.clustering.labels) == 599
    assert result.spec == spec


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


# Sweeps


def test_a_sweep_is_kept_and_its_last_frame_is_a_sweep() -> None:
    spec = SweepSpec(default_spec("kmeans", n_init=1), (1, 2, 4), ("inertia", "accuracy"))
    frames: list[np.ndarray] = []

    def watch(progress: Progress) -> bool:
        if progress.partial is not None and len(progress.partial):
            frames.append(progress.partial)
        return True

    assert SweepRequest(NAME, spec).find() is None
    done = SweepRequest(NAME, spec).get(watch)
    assert done.finished
    kept = SweepRequest(NAME, spec).find()
    assert kept is not None
    np.testing.assert_array_equal(kept.table, done.table)
    np.testing.assert_array_equal(sweeps.partial(spec, frames[-1]).table, done.table)
    assert len(sweeps.partial(spec, frames[0]).table) < 3
    for wrong in (None, np.zeros((2, 9)), np.zeros(3)):
        assert sweeps.partial(spec, wrong).ks.size == 0


def test_a_stopped_sweep_is_what_there_was_and_not_kept() -> None:
    spec = SweepSpec(default_spec("kmeans", n_init=1), (1, 2, 3, 4))
    part = SweepRequest(NAME, spec).get(lambda p: p.partial is None or len(p.partial) < 2)
    assert part.ks.tolist() == [1, 2]
    assert SweepRequest(NAME, spec).find() is None


# The classifier


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
    images = (datasets.load("digits", "train").images * 255).round().astype(np.uint8)
    first = result.offender_images[0, 1]
    assert (images == first).all(axis=(1, 2, 3)).any()


def test_without_a_second_split_half_of_the_test_images_is_held_out() -> None:
    spec = SOURCE_SPEC.change(n_clusters=20, n_init=2, fit_on="test", space="latent")
    result = ClassifierRequest(NAME, spec).get()
    assert (result.n_train, result.n_test) == (300, 299)


def test_a_damaged_classifier_is_computed_anew(mine: Path) -> None:
    spec = SOURCE_SPEC.change(n_clusters=10, n_init=1)
    first = ClassifierRequest(NAME, spec).get()
    (file,) = (mine / "clusterings").glob("classifier-*.npz")
    file.write_bytes(b"PK\x03\x04")
    assert ClassifierRequest(NAME, spec).find() is None
    assert ClassifierRequest(NAME, spec).get().test_error == first.test_error


# Tables


def test_the_table_of_representations_has_a_row_for_each_space_and_noise() -> None:
    assert RepresentationsRequest(NAME, 0.3).find() is None
    table = tables.representations(NAME, 0.3)
    assert [(row["space"], row["noise"]) for row in table.rows] == [
        (space, noise) for noise in (0.0, 0.3) for space in ("original", "reconstructed", "latent")
    ]
    assert {row["found on"] for row in table.rows} == {"train"}
    spec = tables.representations_spec("latent").change(noise=0.3)
    scores = run(NAME, spec).scores
    assert table.rows[-1]["davies_bouldin"] == scores["davies_bouldin"]
    # What the source claims: codes are clustered better than pixels, by all three.
    original, _, latent = table.rows[:3]
    assert latent["davies_bouldin"] < original["davies_bouldin"]
    assert latent["silhouette"] > original["silhouette"]
    assert latent["calinski_harabasz"] > original["calinski_harabasz"]
    assert RepresentationsRequest(NAME, 0.3).find() == table
    json.dumps(asdict(table))


def test_the_tables_of_accuracy_and_purity() -> None:
    purities = tables.purities(NAME)
    assert [row["points"] for row in purities.rows] == ["original", "latent"]
    z = checkpoints.get(NAME).codes()
    labels = KMeans(10, n_init=10, random_state=0).fit(z.latent.z_mean).labels_
    expected = np.mean([
        np.bincount(z.labels[labels == c]).max() / (labels == c).sum() for c in range(10)
    ])  # fmt: skip
    assert purities.rows[1]["purity_macro"] == pytest.approx(expected)


def test_a_table_that_is_stopped_says_so() -> None:
    with pytest.raises(ExplorerError, match="stopped"):
        tables.purities(NAME, lambda progress: False)


# Figures


def test_a_cluster_has_the_colour_of_its_most_frequent_class_or_a_shade_of_it() -> None:
    result = run(NAME, default_spec("kmeans", n_clusters=14))
    labels = checkpoints.get(NAME).codes().labels
    about = profile(labels, result.clustering.labels, 14)
    colors = cluster_figures.cluster_colors(about)
    for label in set(about.majority):
        clusters = np.flatnonzero(about.majority == label)
        largest = clusters[np.argmax(about.sizes[clusters])]
        assert colors[largest] == class_color(int(label))
    assert len(set(colors)) == 14


def test_crosses_stand_on_the_centroids_of_raw_axes_and_else_on_an_image() -> None:
    result = run(NAME, default_spec("kmeans"))
    typical = np.array([result.members(c)[0] for c in range(10)])
    raw = ProjectionRequest(NAME, ProjectionSpec(Raw())).get()
    centers = result.clustering.centers
    np.testing.assert_array_equal(cluster_figures.centroid_places(raw, centers, typical), centers)
    picture = ProjectionRequest(NAME, ProjectionSpec(PCA())).get()
    places = cluster_figures.centroid_places(picture, centers, typical)
    np.testing.assert_array_equal(places, picture.embedding[typical])
    typical[3] = -1  # an empty cluster
    assert np.isnan(cluster_figures.centroid_places(picture, centers, typical)[3]).all()


def test_ellipses_hold_the_points_that_they_say() -> None:
    import plotly.graph_objects as go

    rng = np.random.default_rng(0)
    covariance = np.array([[2.0, 0.7], [0.7, 0.5]])
    points = rng.multivariate_normal([1, 2], covariance, 20_000)
    figure = go.Figure()
    cluster_figures.add_ellipses(figure, np.array([[1.0, 2.0]]), covariance[None])
    outline = np.stack([figure.data[0].x, figure.data[0].y], axis=1)
    outline = outline[np.isfinite(outline).all(axis=1)]
    inverse = np.linalg.inv(covariance)
    radius = np.einsum("ni,ij,nj->n", outline - [1, 2], inverse, outline - [1, 2])
    np.testing.assert_allclose(radius, radius[0])
    inside = np.einsum("ni,ij,nj->n", points - [1, 2], inverse, points - [1, 2]) < radius[0]
    assert inside.mean() == pytest.approx(0.95, abs=0.005)


def test_a_cell_of_the_confusion_matrix_knows_its_number_and_share() -> None:
    result = run(NAME, default_spec("kmeans", n_clusters=4))
    labels = checkpoints.get(NAME).codes().labels
    matched = confusion(labels, result.clustering.labels)
    figure = cluster_figures.confusion(matched, "0123456789", list("abcd"), "cluster")
    heat = figure.data[0]
    cells = [cell for row in heat.customdata for cell in row]
    assert [cell[0] for cell in cells] == list(range(40))
    assert sum(cell[1] for cell in cells) == 599
    np.testing.assert_allclose(np.sum(heat.z, axis=1), 1)
