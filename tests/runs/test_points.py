"""The points that a clustering is asked for, of test and training images."""

from pathlib import Path

import numpy as np
import pytest
from skimage.feature import hog

from explorer import checkpoints, datasets
from explorer.checkpoints import edges, spaces
from explorer.checkpoints.onnx import Encoder
from explorer.clustering import add_noise, default_spec
from explorer.runs import points as cluster_points
from tests.conftest import SHIPPED
from tests.mine import NAME

pytestmark = pytest.mark.usefixtures("mine")


def test_the_points_of_the_test_images_are_those_of_the_spaces() -> None:
    checkpoint = checkpoints.get(NAME)
    for space in spaces.SPACES:
        points = cluster_points.test_points(checkpoint, default_spec("kmeans", space=space))
        np.testing.assert_array_equal(points.x, spaces.points(checkpoint, space))
        assert points.labels.shape == (599,)
        assert points.x.shape == (599, spaces.width(checkpoint, space))


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
    again = cluster_points.train_points(checkpoint, default_spec("kmeans"))
    np.testing.assert_array_equal(again.x, points.x)


def test_sampled_codes_lie_about_their_means_as_far_as_the_model_says() -> None:
    checkpoint = checkpoints.get(NAME)
    spec = default_spec("kmeans", code="sampled", fit_on="all", seed=3)
    sampled = cluster_points.fitted_points(checkpoint, spec)
    means = cluster_points.fitted_points(checkpoint, spec.change(code="mean"))
    assert sampled.x.shape == (1198 + 599, checkpoint.z_dim)
    np.testing.assert_array_equal(sampled.labels[1198:], checkpoint.codes().labels)
    np.testing.assert_array_equal(means.x[1198:], checkpoint.codes().latent.z_mean)
    deviation = np.exp(checkpoint.codes().latent.z_log_var / 2)
    error = (sampled.x - means.x)[1198:] / deviation
    assert error.std() == pytest.approx(1, abs=0.1)
    again = cluster_points.fitted_points(checkpoint, spec)
    np.testing.assert_array_equal(again.x, sampled.x)
    assert not np.array_equal(
        cluster_points.fitted_points(checkpoint, spec.change(seed=4)).x, sampled.x
    )


def test_edges_are_scikit_images_histograms_and_turn_with_the_image() -> None:
    checkpoint = checkpoints.get(NAME)
    noisy = default_spec("kmeans", space="edges", noise=0.1)
    clean = cluster_points.test_points(checkpoint, noisy.change(noise=0)).x
    assert not np.array_equal(cluster_points.test_points(checkpoint, noisy).x, clean)
    image = spaces.originals(checkpoint)[5]
    expected = hog(
        image[..., 0], 8, (2, 2), (2, 2), block_norm="L2", transform_sqrt=True, feature_vector=True
    )
    np.testing.assert_allclose(clean[5], expected, rtol=1e-5, atol=1e-6)
    bars = np.zeros((1, 28, 28, 1), np.float32)
    bars[:, :, 10:18] = 1
    upright, lying = edges.histograms(bars), edges.histograms(bars.transpose(0, 2, 1, 3))
    directions = [x.reshape(-1, 8).sum(axis=0) for x in (upright, lying)]
    assert directions[0].argmax() != directions[1].argmax()
    assert upright.shape == (1, edges.width((28, 28, 1))) == (1, 6 * 6 * 4 * 8)


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
