"""Models as users save them import, and decode to the users' own numbers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.checkpoints import export
from explorer.checkpoints.keras_import import bring, read
from explorer.checkpoints.onnx import Decoder
from tests.checkpoints.keras_import import shapes
from tests.checkpoints.keras_import.shapes import Shape


@pytest.mark.parametrize("make", shapes.ALL, ids=lambda make: make.__name__)
def test_a_model_decodes_to_its_owners_numbers(
    make: Callable[[Path], Shape], tmp_path: Path
) -> None:
    shape = make(tmp_path)
    brought = read.read(shape.paths)
    looked = bring.look(brought, shapes.data(shape.images), shape.bottleneck, shape.scale)
    assert (looked.split.kind, looked.split.z_dim) == (shape.kind, shape.z.shape[1])
    codes = looked.encoder(shape.images)
    z = np.asarray(codes[0] if shape.kind == "vae" else codes)
    assert np.abs(z - shape.z).max() <= 1e-4 * max(1, np.abs(shape.z).max())
    export._export_onnx(looked.decoder, tmp_path / "decoder.onnx")
    pixels = Decoder(tmp_path / "decoder.onnx").decode(shape.z)
    assert np.abs(pixels - shape.pixels.reshape(pixels.shape)).max() <= 1e-4
