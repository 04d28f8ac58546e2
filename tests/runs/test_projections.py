"""A checkpoint's three spaces, and figures of them."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints
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
