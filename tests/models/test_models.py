"""Models: shapes, sizes, and losses against a second implementation in NumPy."""

import math

import keras
import numpy as np
import pytest

from explorer.checkpoints.onnx import reconstruction_errors
from explorer.core.errors import ExplorerError
from explorer.models.architectures import ARCHITECTURES
from explorer.models.autoencoder import Autoencoder
from explorer.models.layers import Sampling
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.spec import ModelSpec
from explorer.models.vae import KLWarmUp, VariationalAutoencoder
from explorer.training.model import build
from explorer.training.spec import TrainSpec

SHAPES = [(8, 8, 1), (28, 28, 1), (33, 17, 3), (128, 128, 3)]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("kind", ["ae", "vae"])
@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
@pytest.mark.parametrize("shape", SHAPES)
def test_every_architecture_takes_every_shape(
    kind: str, architecture: str, shape: tuple[int, int, int]
) -> None:
    widths = (24, 12, 8)[: len(ARCHITECTURES[architecture].widths)]
    spec = ModelSpec(kind, architecture, shape, 5, widths)
    encoder, decoder = build_encoder(spec), build_decoder(spec)
    images = np.random.default_rng(0).random((3, *shape), np.float32)
    codes = encoder(images)
    z = codes[0] if kind == "vae" else codes
    assert z.shape == (3, 5)
    if kind == "vae":
        assert codes[1].shape == (3, 5)
    decoded = keras.ops.convert_to_numpy(decoder(z))
    assert decoded.shape == images.shape
    assert decoded.min() >= 0
    assert decoded.max() <= 1
    assert encoder.count_params() + decoder.count_params() == spec.parameters


def _sizes(model: keras.Model, kind: type) -> list[tuple[int, ...]]:
    return [layer.output.shape[1:] for layer in model.layers if isinstance(layer, kind)]


def test_the_cnn_is_that_of_source_a() -> None:
    spec = ModelSpec("ae", "cnn", (28, 28, 1), 16)
    encoder, decoder = build_encoder(spec), build_decoder(spec)
    assert _sizes(encoder, keras.layers.Conv2D) == [(28, 28, 32), (14, 14, 64), (7, 7, 128)]
    assert _sizes(decoder, keras.layers.Conv2DTranspose) == [
        (14, 14, 64),
        (28, 28, 32),
        (28, 28, 1),
    ]
    slopes = [x.negative_slope for x in encoder.layers if isinstance(x, keras.layers.LeakyReLU)]
    assert slopes == pytest.approx([0.3] * 3)


def test_the_dense_autoencoder_is_that_of_source_d() -> None:
    spec = ModelSpec("ae", "dense", (28, 28, 1), 3)
    encoder, decoder = build_encoder(spec), build_decoder(spec)
    assert _sizes(encoder, keras.layers.Dense) == [(784,), (64,), (32,), (3,)]
    assert _sizes(decoder, keras.layers.Dense) == [(32,), (64,), (784,)]
    activations = [
        layer.activation.__name__
        for model in (encoder, decoder)
        for layer in model.layers
        if isinstance(layer, keras.layers.Activation)
    ]
    assert set(activations) == {"sigmoid"}
    assert encoder.get_layer("z_mean").activation.__name__ == "sigmoid"


def _numbers(model: Autoencoder, images: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
    outputs = model(images)
    loss = model.compute_loss(x=images, y_pred=outputs)
    arrays = {key: keras.ops.convert_to_numpy(value) for key, value in outputs.items()}
    return arrays, float(loss)


@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_the_autoencoders_loss_equals_numpys(loss: str) -> None:
    spec = ModelSpec("ae", "mlp", (8, 8, 1), 3, (16,), loss=loss, l1=0.3, l2=0.7)  # type: ignore[arg-type]
    model = build(TrainSpec("digits", spec), seed=0)
    images = np.random.default_rng(0).random((6, 8, 8, 1), np.float32)
    arrays, total = _numbers(model, images)
    x, p, z = images.astype(float), arrays["reconstruction"].astype(float), arrays["z"]
    if loss == "bce":
        pixels = -(x * np.log(p) + (1 - x) * np.log(1 - p))
    else:
        pixels = (x - p) ** 2
    expected = pixels.sum(axis=(1, 2, 3)).mean()
    np.testing.assert_allclose(
        reconstruction_errors(images, arrays["reconstruction"], loss).mean(), expected, rtol=1e-5
    )
    expected += (0.3 * np.abs(z).sum(axis=1) + 0.7 * (z**2).sum(axis=1)).mean()
    assert total == pytest.approx(expected, rel=1e-5)


def test_the_vaes_loss_equals_numpys() -> None:
    spec = ModelSpec("vae", "mlp", (8, 8, 1), 3, (16,), beta=2.5)
    model = build(TrainSpec("digits", spec), seed=0)
    images = np.random.default_rng(0).random((6, 8, 8, 1), np.float32)
    arrays, total = _numbers(model, images)
    mean, log_var = arrays["z_mean"].astype(float), arrays["z_log_var"].astype(float)
    kl = -0.5 * (1 + log_var - mean**2 - np.exp(log_var)).sum(axis=1).mean()
    assert kl > 0
    reconstruction = reconstruction_errors(images, arrays["reconstruction"], "bce").mean()
    assert total == pytest.approx(reconstruction + 2.5 * kl, rel=1e-5)


def test_the_code_of_a_vae_is_drawn_from_its_gaussian() -> None:
    mean = np.tile(np.float32([[1.0, -2.0]]), (20_000, 1))
    log_var = np.tile(np.float32([[math.log(0.25), math.log(4.0)]]), (20_000, 1))
    z = keras.ops.convert_to_numpy(Sampling(seed=1)([mean, log_var]))
    np.testing.assert_allclose(z.mean(axis=0), [1, -2], atol=0.05)
    np.testing.assert_allclose(z.std(axis=0), [0.5, 2.0], rtol=0.02)


def test_noise_is_added_in_training_alone() -> None:
    spec = ModelSpec("ae", "mlp", (8, 8, 1), 3, (16,), noise=0.5)
    model = build(TrainSpec("digits", spec), seed=0)
    images = np.full((4, 8, 8, 1), 0.5, np.float32)
    calm = [keras.ops.convert_to_numpy(model(images)["z"]) for _ in range(2)]
    noisy = keras.ops.convert_to_numpy(model(images, training=True)["z"])
    np.testing.assert_array_equal(*calm)
    assert np.abs(noisy - calm[0]).max() > 1e-3


def test_the_kl_weight_warms_up() -> None:
    spec = ModelSpec("vae", "mlp", (8, 8, 1), 2, (16,), kl_warmup=4)
    model = build(TrainSpec("digits", spec), seed=0)
    assert isinstance(model, VariationalAutoencoder)
    callback = KLWarmUp(4)
    callback.set_model(model)
    weights = []
    for epoch in range(6):
        callback.on_epoch_begin(epoch)
        weights.append(float(model.kl_annealing.numpy()))
    assert weights == [0.25, 0.5, 0.75, 1, 1, 1]


@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_a_model_is_built_again_from_its_config(kind: str) -> None:
    spec = ModelSpec(kind, "mlp", (8, 8, 1), 2, (16,), noise=0.1, l1=0.2)  # type: ignore[arg-type]
    model = build(TrainSpec("digits", spec), seed=3)
    again = type(model).from_config(model.get_config())
    assert again.get_config() == model.get_config()
    images = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)
    again(images)
    again.set_weights(model.get_weights())
    first, second = (keras.ops.convert_to_numpy(m.encoder(images)[0]) for m in (model, again))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"z_dim": 0}, "z_dim must be a whole number from 1 to 512"),
        ({"z_dim": 10**9}, "z_dim must be a whole number from 1 to 512"),
        ({"z_dim": 2.5}, "z_dim must be a whole number"),
        ({"z_dim": True}, "z_dim must be a whole number"),
        ({"kl_warmup": 0.5}, "kl_warmup must be a whole number"),
        ({"image_shape": (8.5, 8, 1)}, "size of an image must be a whole number"),
        ({"widths": ("8",)}, "widths must be a whole number"),
        ({"beta": "1"}, "beta must be a number of 0 or more"),
        ({"kind": "gan"}, "kind must be one of ae, vae"),
        ({"architecture": "vit"}, "architecture must be one of"),
        ({"image_shape": (7, 8, 1)}, "8 × 8 to 128 × 128"),
        ({"image_shape": (8, 8, 2)}, "1 or 3 channels"),
        ({"widths": (0,)}, "whole numbers above 0"),
        ({"widths": (100_000, 100_000)}, "parameters"),
        ({"beta": float("nan")}, "beta must be a number of 0 or more"),
        ({"l1": -1.0}, "l1 must be a number of 0 or more"),
        ({"activation": "__import__('os')"}, "activation must be one of"),
        ({"architecture": "vanilla", "widths": (3,)}, "no hidden layer"),
        ({"architecture": "cnn", "widths": (4, 4, 4, 4, 4)}, "too often"),
    ],
)
def test_a_bad_spec_is_refused(changes: dict[str, object], sentence: str) -> None:
    good: dict[str, object] = {
        "kind": "ae",
        "architecture": "mlp",
        "image_shape": (8, 8, 1),
        "z_dim": 2,
    }
    with pytest.raises(ExplorerError, match=sentence):
        ModelSpec(**{**good, **changes})  # type: ignore[arg-type]
