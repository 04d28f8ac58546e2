"""The points that a clustering is asked for, of test and training images."""

from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, datasets
from explorer.checkpoints import spaces
from explorer.checkpoints.onnx import Encoder
from explorer.clustering import add_noise, default_spec
from explorer.runs import points as cluster_points
from tests.conftest import SHIPPED
from tests.mine import NAME

pytestmark = pytest.mark.usefixtures("mine")


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
