"""Writing checkpoints: the same numbers in ONNX as in Keras."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from explorer import checkpoints
from explorer.checkpoints import Checkpoint, export, packing
from explorer.checkpoints.onnx import Decoder
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.spec import ModelSpec
from explorer.training.presets import FAMILY, RECIPES
from tests.conftest import SHIPPED

NAMES = sorted(RECIPES)


def _write(name: str, encoder: Any, decoder: Any, spec: ModelSpec) -> Checkpoint:
    rng = np.random.default_rng(0)
    return export.write(
        name,
        dataset="digits",
        model=spec,
        training={"epochs": 1},
        metrics={"test_total_loss": 1.0},
        history=pd.DataFrame({"epoch": [1]}),
        encoder=encoder,
        decoder=decoder,
        images=rng.random((20, 8, 8, 1), np.float32),
        labels=np.arange(20) % 10,
    )


@pytest.mark.parametrize("name", NAMES)
def test_onnx_decodes_as_keras_does(name: str) -> None:
    checkpoint = checkpoints.get(name)
    z = checkpoint.codes().latent.z_mean[:100]
    decoder = keras.models.load_model(checkpoint.path / "decoder.keras")
    expected = keras.ops.convert_to_numpy(decoder(z))
    decoded = Decoder(checkpoint.decoder_file).decode(z)
    assert np.abs(decoded - expected).max() <= export.MAX_ONNX_DIFFERENCE


def test_packing_a_model_changes_no_bit_of_its_weights(tmp_path: Path) -> None:
    model = build_encoder(ModelSpec("vae", "mlp", (8, 8, 1), 3, (512,)))
    file = tmp_path / "encoder.keras"
    model.save(file)
    size, before = file.stat().st_size, keras.saving.load_model(file).get_config()
    packing.pack(file)
    assert file.stat().st_size < size
    packed = keras.saving.load_model(file)
    assert packed.get_config() == before
    for ours, theirs in zip(packed.weights, model.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_what_ships_takes_at_most_60_mb() -> None:
    shipped = [file for name in (*RECIPES, *FAMILY) for file in (SHIPPED / name).glob("*.*")]
    shipped += [file for name in RECIPES for file in (SHIPPED / name / "projections").iterdir()]
    assert sum(file.stat().st_size for file in shipped) < 60_000_000


def test_a_model_that_changes_in_onnx_is_refused(
    checkpoint_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = ModelSpec("ae", "mlp", (8, 8, 1), 2, (8,))
    encoder, decoder = build_encoder(spec), build_decoder(spec)
    other = build_decoder(spec)
    original = export._export_onnx
    monkeypatch.setattr(
        export,
        "_export_onnx",
        lambda model, path: original(other if model is decoder else model, path),
    )
    with pytest.raises(ExplorerError, match="its decoder gives other numbers in ONNX"):
        _write("mine", encoder, decoder, spec)
    assert list(checkpoint_folder.iterdir()) == []


def test_replacing_a_checkpoint_drops_its_old_projections(checkpoint_folder: Path) -> None:
    spec = ModelSpec("ae", "mlp", (8, 8, 1), 2, (8,))
    parts = build_encoder(spec), build_decoder(spec)
    first = _write("mine", *parts, spec)
    storage.write_npz(first.projections / "pca-x.npz", x=np.zeros(1))
    assert not _write("mine", *parts, spec).projections.exists()


def test_the_exact_gelu_is_exported(checkpoint_folder: Path) -> None:
    spec = ModelSpec("ae", "mlp", (8, 8, 1), 2, (8,), activation="gelu", code_activation="gelu")
    written = _write("mine", build_encoder(spec), build_decoder(spec), spec)
    loaded = keras.models.load_model(written.path / "decoder.keras", safe_mode=True)
    z = np.array([[0.5, -2.0]], np.float32)
    assert np.abs(keras.ops.convert_to_numpy(loaded(z)) - written.decoder().decode(z)).max() < 1e-5
