"""Residual blocks: what an untrained one does, what is counted, and what is exported."""

from pathlib import Path

import keras
import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints.export import MAX_ONNX_DIFFERENCE
from explorer.cli import main
from explorer.core.errors import ExplorerError
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.spec import ModelSpec
from tests.models.test_sizes import multiplications


def test_an_untrained_block_hands_on_its_input_alone() -> None:
    keras.utils.set_random_seed(0)
    spec = ModelSpec("ae", "resnet", (8, 8, 1), 2, (4,), activation="relu")
    encoder = build_encoder(spec)
    kernels = {layer.kernel.shape[0]: layer for layer in encoder.layers if "conv" in layer.name}
    skip = next(layer for size, layer in kernels.items() if size == 1)
    images = np.random.default_rng(0).random((3, 8, 8, 1), np.float32)
    before_code = keras.Model(encoder.input, encoder.get_layer("z_mean").input)
    expected = keras.ops.relu(skip(images))
    np.testing.assert_allclose(before_code(images), keras.ops.reshape(expected, (3, -1)), atol=1e-6)


@pytest.mark.parametrize("shape", [(8, 9, 1), (33, 17, 3), (128, 127, 3)])
def test_odd_sizes_are_counted_exactly(shape: tuple[int, int, int]) -> None:
    spec = ModelSpec("vae", "resnet", shape, 3, (4, 6, 8))
    models = build_encoder(spec), build_decoder(spec)
    assert models[1].output_shape[1:] == shape
    assert sum(model.count_params() for model in models) == spec.parameters
    assert multiplications(*models) == spec.multiplications


def test_blocks_that_halve_too_often_are_refused() -> None:
    with pytest.raises(ExplorerError, match="5 residual blocks halve the image 4 times"):
        ModelSpec("ae", "resnet", (8, 8, 1), 2, (4, 4, 4, 4, 4))


def test_the_command_trains_it_and_onnx_agrees(checkpoint_folder: Path) -> None:
    words = "--dataset digits --kind vae --architecture resnet --widths 4 8 --z-dim 2 --epochs 3"
    assert main.main(["train", *words.split(), "--name", "mine"]) == 0
    checkpoint = checkpoints.get("mine")
    assert checkpoint.metrics["encoder_onnx_difference"] <= MAX_ONNX_DIFFERENCE
    assert checkpoint.metrics["decoder_onnx_difference"] <= MAX_ONNX_DIFFERENCE
    losses = checkpoint.history()["total_loss"]
    assert losses.is_monotonic_decreasing
