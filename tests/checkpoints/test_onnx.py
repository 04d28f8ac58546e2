"""Encoders and decoders on ONNX Runtime."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from explorer.checkpoints.onnx import Decoder, Encoder
from explorer.core.errors import ExplorerError
from explorer.models.spec import ModelSpec
from tests.conftest import SHIPPED

_MODEL = ModelSpec("ae", "mlp", (8, 8, 1), 64)
_SHAPES = {"image": [-1, 8, 8, 1], "one": [1, 8, 8, -1], "wide": [-1, 4, 16, 1], "far": [7]}


def _onnx(path: Path, nodes: list[str], outputs: list[str]) -> Path:
    """Write a model of 64 inputs z from lines like `y = Relu(z)`; `_SHAPES` are constants."""
    made = []
    for node in nodes:
        result, operator, arguments = re.fullmatch(r"(\w+) = (\w+)\((.*)\)", node).groups()
        made.append(onnx.helper.make_node(operator, arguments.split(", "), [result]))
    given = [onnx.helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, ["n", 64])]
    taken = [
        onnx.helper.make_empty_tensor_value_info(output) if output != "z" else given[0]
        for output in outputs
    ]
    constants = [
        onnx.helper.make_tensor(name, onnx.TensorProto.INT64, [len(shape)], shape)
        for name, shape in _SHAPES.items()
    ]
    graph = onnx.helper.make_graph(made, "model", given, taken, constants)
    model = onnx.helper.make_model(graph, ir_version=9)
    model.opset_import[0].version = 17
    onnx.save(model, path)
    return path


class TestInference:
    """Encoders and decoders on ONNX Runtime."""

    decoder = Decoder(SHIPPED / "digits-vae-z2" / "decoder.onnx")
    encoder = Encoder(SHIPPED / "digits-vae-z2" / "encoder.onnx")

    def test_many_codes_are_decoded_in_batches(self) -> None:
        z = np.random.default_rng(0).normal(size=(2345, 2)).astype(np.float32)
        images = self.decoder.decode(z)
        assert images.shape == (2345, 8, 8, 1)
        np.testing.assert_allclose(images[2000:2010], self.decoder.decode(z[2000:2010]), atol=1e-6)

    def test_no_codes_give_no_images(self) -> None:
        assert self.decoder.decode(np.zeros((0, 2))).shape == (0, 8, 8, 1)

    def test_a_vae_gives_mean_and_variance(self) -> None:
        latent = self.encoder.encode(np.zeros((3, 8, 8, 1)))
        assert latent.z_log_var is not None
        assert latent.kl is not None
        assert latent.z_mean.shape == latent.z_log_var.shape == latent.kl.shape == (3, 2)
        assert (latent.kl >= -1e-6).all()

    @pytest.mark.parametrize("shape", [(3, 3), (2,), (1, 2, 1)])
    def test_a_wrong_shape_is_told(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ExplorerError, match="Received"):
            self.decoder.decode(np.zeros(shape))

    def test_nan_is_told(self) -> None:
        with pytest.raises(ExplorerError, match="not finite"):
            self.decoder.decode(np.full((1, 2), np.nan))

    @pytest.mark.parametrize("content", [None, b"", b"not a model" * 100])
    def test_a_damaged_model_is_told(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "decoder.onnx"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ExplorerError, match="missing" if content is None else "damaged"):
            Decoder(path)

    def test_a_file_larger_than_any_model_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "decoder.onnx"
        with path.open("wb") as file:
            file.truncate(2_000_000_000)  # takes no room on the disk
        with pytest.raises(ExplorerError, match="larger than any model"):
            Decoder(path)

    @pytest.mark.parametrize(
        ("nodes", "outputs", "reason"),
        [
            pytest.param(["y = Reshape(z, far)"], ["y"], "fails when it is run", id="fails"),
            pytest.param(["y = Reshape(z, image)"], ["y", "z"], "not the decoder", id="two"),
            pytest.param(["y = Relu(z)"], ["y"], "not the decoder", id="codes"),
            pytest.param(["y = Reshape(z, wide)"], ["y"], "not the decoder", id="other size"),
            pytest.param(["y = Shape(z)"], ["y"], "32-bit numbers", id="whole numbers"),
        ],
    )
    def test_a_decoder_of_no_such_images_is_told(
        self, tmp_path: Path, nodes: list[str], outputs: list[str], reason: str
    ) -> None:
        with pytest.raises(ExplorerError, match=reason):
            Decoder(_onnx(tmp_path / "decoder.onnx", nodes, outputs), _MODEL)

    @pytest.mark.parametrize(
        ("nodes", "reason"),
        [
            pytest.param(["y = Reshape(z, one)"], "one output for each input", id="one image"),
            pytest.param(
                ["a = Sqrt(z)", "y = Reshape(a, image)"], "not finite", id="square root of -1"
            ),
        ],
    )
    def test_a_decoder_that_fails_later_is_told(
        self, tmp_path: Path, nodes: list[str], reason: str
    ) -> None:
        decoder = Decoder(_onnx(tmp_path / "decoder.onnx", nodes, ["y"]), _MODEL)
        with pytest.raises(ExplorerError, match=reason):
            decoder.decode(np.full((2, 64), -1.0))

    @pytest.mark.parametrize("z_dim", [2, 64])
    def test_an_encoder_of_another_model_is_told(self, z_dim: int) -> None:
        model = replace(_MODEL, z_dim=z_dim)
        with pytest.raises(ExplorerError, match="not the encoder"):
            Encoder(SHIPPED / "digits-vae-z2" / "encoder.onnx", model)
