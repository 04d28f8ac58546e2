"""A checkpoint's three spaces, and figures of them."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, figures
from explorer.checkpoints import spaces
from explorer.core.errors import ExplorerError
from explorer.projection.pca import PCA
from explorer.projection.raw import Raw
from explorer.projection.spec import ProjectionSpec
from explorer.runs import projections, request
from explorer.runs.projections import ProjectionRequest
from explorer.training.presets import RECIPES
from tests.conftest import SHIPPED


def test_the_three_spaces_have_a_row_per_test_image() -> None:
    checkpoint = checkpoints.get("digits-vae-z2")
    shapes = {space: spaces.points(checkpoint, space).shape for space in ("latent", "original")}
    assert shapes == {"latent": (599, 2), "original": (599, 64)}
    reconstructed = spaces.points(checkpoint, "reconstructed")
    original = spaces.points(checkpoint, "original")
    assert reconstructed.shape == original.shape
    # A reconstruction is nearer to its own original than to another.
    own = np.linalg.norm(original - reconstructed, axis=1).mean()
    other = np.linalg.norm(original - np.roll(reconstructed, 1, axis=0), axis=1).mean()
    assert own < 0.8 * other


def test_an_unknown_space_is_told() -> None:
    with pytest.raises(ExplorerError, match="space must be one of"):
        spaces.points(checkpoints.get("digits-vae-z2"), "outer")


def test_originals_of_another_size_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = np.zeros((7, 28, 28), np.uint8)
    labels = np.zeros(7, np.uint8)
    np.savez(tmp_path / "fashion_mnist.npz", x_test=images, y_test=labels)
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    with pytest.raises(ExplorerError, match="belongs to another version"):
        spaces.originals(checkpoints.get("fashion-vae-mlp-z10"))


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_shipped_pictures_are_found(name: str) -> None:
    shipped = projections.shipped(checkpoints.get(name).z_dim)
    assert {spec.method.name for spec in shipped} == {"pca", "tsne", "umap"}
    for spec in shipped:
        view = ProjectionRequest(name, spec).find()
        assert view is not None, f"{spec.name}: run make checkpoints"
        assert view.trustworthiness > 0.7
        assert view.knn_accuracy is not None


def test_a_job_answers_in_plain_data(checkpoint_folder: Path) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    asked = ProjectionRequest("mine", ProjectionSpec(Raw(axes=(1, 0))))
    answer = request.run(pickle.loads(pickle.dumps(asked)))  # as it comes to a worker
    json.dumps(answer)
    assert answer["method"] == "raw"
    assert asked.find() is not None


def test_a_picture_of_other_codes_is_computed_again(checkpoint_folder: Path) -> None:
    mine = shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    assert ProjectionRequest("mine", ProjectionSpec(PCA())).find() is not None
    arrays = dict(np.load(mine / "codes.npz"))
    np.savez(mine / "codes.npz", **{key: array[:40] for key, array in arrays.items()})
    assert ProjectionRequest("mine", ProjectionSpec(PCA())).find() is None
    assert len(ProjectionRequest("mine", ProjectionSpec(PCA())).get().indices) == 40


def test_a_class_has_one_colour_everywhere() -> None:
    checkpoint = checkpoints.get("digits-vae-z2")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA())).get()
    names = [str(digit) for digit in range(10)]
    figure = figures.scatter_by_class(view, test.labels, test.reconstruction_error, names)
    drawn = {trace.name: trace.marker.color for trace in figure.data}
    assert drawn == {name: figures.class_color(int(name)) for name in names}
    assert sum(len(trace.x) for trace in figure.data) == 599
    counts = figures.class_counts(np.array([0, 3, 0, 5]), ["a", "b", "c", "d"])
    assert list(counts.data[0].marker.color) == [figures.class_color(3), figures.class_color(1)]


@pytest.mark.parametrize("spec", [ProjectionSpec(PCA()), ProjectionSpec(PCA(), n_components=3)])
def test_a_picture_has_one_frame_whatever_the_colour(spec: ProjectionSpec) -> None:
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, spec).get()
    labels, errors = test.labels[view.indices], test.reconstruction_error[view.indices]
    names = list("0123456789")
    by_class = figures.scatter_by_class(view, labels, errors, names).layout
    by_value = figures.scatter_by_value(view, errors, "error", labels, errors, names).layout
    assert by_class.margin == by_value.margin
    for axis, places in zip(("xaxis", "yaxis", "zaxis"), view.embedding.T, strict=False):
        one, other = (
            (layout.scene if spec.n_components == 3 else layout)[axis].range
            for layout in (by_class, by_value)
        )
        assert one == other
        assert one[0] < places.min() < places.max() < one[1]
    if spec.n_components == 3:
        ratio = by_class.scene.aspectratio
        assert ratio == by_value.scene.aspectratio
        units = [ratio[a] / np.ptp(by_class.scene[f"{a}axis"].range) for a in "xyz"]
        np.testing.assert_allclose(units, units[0])  # equal scale


def test_every_point_carries_its_index() -> None:
    checkpoint = checkpoints.get("digits-vae-z2")
    test = checkpoint.codes()
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA())).get()
    figure = figures.scatter_by_class(view, test.labels, test.reconstruction_error, "0123456789")
    for label, trace in enumerate(figure.data):
        rows = trace.customdata[:, 0].astype(int)
        assert (test.labels[rows] == label).all()
        np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), view.embedding[rows])
        np.testing.assert_allclose(trace.customdata[:, 1], test.reconstruction_error[rows])
