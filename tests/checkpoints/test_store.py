"""Checkpoints: complete or absent, listed cheaply, and never trusted."""

import errno
import json
import math
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import pandas as pd
import pytest

from explorer import checkpoints
from explorer.checkpoints import BrokenCheckpoint, Checkpoint, export
from explorer.checkpoints.onnx import Decoder, Encoder
from explorer.clustering.spec import default_spec
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.spec import ModelSpec
from explorer.projection.spec import ProjectionSpec
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.training.presets import RECIPES
from tests.conftest import SHIPPED

NAMES = sorted(RECIPES)


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    """A copy of a shipped checkpoint, alone in its folder."""
    return Path(shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine"))


def _broken(name: str = "mine") -> str:
    (found,) = [item for item in checkpoints.list_checkpoints() if item.name == name]
    assert isinstance(found, BrokenCheckpoint)
    with pytest.raises(ExplorerError, match="mine"):
        checkpoints.get(name)
    return found.reason


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_checkpoint_is_whole_and_tells_how_it_was_made(name: str) -> None:
    checkpoint = checkpoints.get(name)
    codes = checkpoint.codes()
    assert codes.latent.z_mean.shape == (len(codes.labels), checkpoint.z_dim)
    assert (codes.latent.z_log_var is None) == (checkpoint.model.kind == "ae")
    assert np.isfinite(codes.reconstruction_error).all()
    history = checkpoint.history()
    assert history["epoch"].tolist() == list(range(1, checkpoint.training["epochs"] + 1))
    assert checkpoint.training["command"].startswith("python -m explorer train --dataset")
    assert checkpoint.training["seconds"] > 0


@pytest.mark.parametrize("name", NAMES)
def test_onnx_decodes_as_keras_does(name: str) -> None:
    checkpoint = checkpoints.get(name)
    z = checkpoint.codes().latent.z_mean[:100]
    decoder = keras.models.load_model(checkpoint.path / "decoder.keras")
    expected = keras.ops.convert_to_numpy(decoder(z))
    decoded = Decoder(checkpoint.decoder_file).decode(z)
    assert np.abs(decoded - expected).max() <= export.MAX_ONNX_DIFFERENCE


def test_the_shipped_checkpoints_are_small_enough() -> None:
    files = [path for name in NAMES for path in (SHIPPED / name).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 60e6


def test_listing_reads_nothing_but_config_files(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(199):
        shutil.copytree(mine, mine.parent / f"copy-{i}", copy_function=_link)
    read: list[str] = []
    original = os.open

    def watched(path: Path, *args: Any, **kwargs: Any) -> Any:
        read.append(path.name)
        return original(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", watched)
    monkeypatch.setattr(np, "load", None)
    monkeypatch.setattr(pd, "read_csv", None)
    assert len(checkpoints.list_checkpoints()) == 200
    assert read == ["config.json"] * 200


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def test_a_broken_folder_does_not_hide_the_others(mine: Path) -> None:
    (mine.parent / "empty").mkdir()
    (mine.parent / ".writing-x").mkdir()
    kinds = {item.name: type(item) for item in checkpoints.list_checkpoints()}
    assert kinds == {"empty": BrokenCheckpoint, "mine": Checkpoint}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "cannot be read"),
        (b"[]", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"{}", "lacks 'schema'"),
        (b'{"schema": 1e999}', "not finite"),
        (b'{"schema": ' + b"9" * 400 + b"}", "too large"),
        (b"[" * 100_000, "cannot be read"),
        (b" " * 2_000_000, "1,000,000 are allowed"),
    ],
)
def test_a_config_that_is_none_is_told(mine: Path, content: bytes, reason: str) -> None:
    (mine / "config.json").write_bytes(content)
    assert reason in _broken()


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("schema",), 99, "schema is 99"),
        (("model", "z_dim"), 0, "z_dim must be a whole number"),
        (("model", "z_dim"), "two", "z_dim must be a whole number"),
        (("model", "z_dim"), 2.5, "z_dim must be a whole number"),
        (("model", "image_shape"), [8, 8], "8 × 8"),
        (("model", "image_shape"), [28, 28, 1], "Digits (8 × 8) has images of (8, 8, 1)"),
        (("model", "image_shape"), [math.inf, 8, 1], "not finite"),
        pytest.param(("model", "beta"), 10**400, "too large", id="large beta"),
        (("model", "kind"), "x" * 9999, "kind must be one of ae, vae. Received: [...]"),
        (("dataset",), "faces", "There is no data set 'faces'"),
        (("dataset",), ["digits"], "There is no data set"),
        (("metrics",), {}, "lacks 'test_total_loss'"),
        (("metrics", "test_total_loss"), "low", "test_total_loss must be a number"),
        pytest.param(("metrics", "x"), 10**400, "too large", id="large metric"),
        (("metrics", "x"), math.nan, "not finite"),
        (("training",), None, "cannot be read"),
        (("training",), {}, "lacks 'epochs'"),
        (("training", "epochs"), "<b>many</b>", "epochs of the training has a wrong value"),
        (("training", "epochs"), True, "epochs of the training"),
        (("training", "batch_size"), 64.5, "batch_size of the training"),
        (("training", "images_per_second"), "fast", "images_per_second of the training"),
        (("training", "seconds"), -1, "seconds of the training"),
        (("training", "device"), ["CPU"], "device of the training"),
    ],
)
def test_a_config_with_a_wrong_value_is_told(
    mine: Path, path: tuple[str, ...], value: object, reason: str
) -> None:
    config = json.loads((mine / "config.json").read_text())
    inner = config
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    (mine / "config.json").write_text(json.dumps(config))
    assert reason in (found := _broken())
    assert len(found) < 500


def test_a_missing_file_is_told(mine: Path) -> None:
    (mine / "decoder.onnx").unlink()
    assert _broken() == "mine: decoder.onnx missing."


@pytest.mark.parametrize("name", [" ", "a b", "two\nlines", os.fsdecode(b"\xff"), "é"])
def test_a_folder_whose_name_is_none_is_told(mine: Path, name: str) -> None:
    shutil.copytree(mine, mine.with_name(name))
    broken, usable = sorted(checkpoints.list_checkpoints(), key=lambda item: item.path == mine)
    assert isinstance(usable, Checkpoint)
    assert isinstance(broken, BrokenCheckpoint)
    assert "cannot be a name" in broken.reason
    assert (broken.name + broken.reason).isprintable()


@pytest.mark.parametrize("name", ["../mine", "/etc", "", "mine/..", "x" * 200])
def test_a_name_cannot_leave_the_folder(mine: Path, name: str) -> None:
    with pytest.raises(ExplorerError, match="cannot be a name"):
        checkpoints.get(name)


@pytest.mark.parametrize(
    ("arrays", "name"),
    [
        ({"z_mean": np.zeros((5, 3), np.float32)}, "z_mean"),
        ({"z_mean": np.full((5, 2), np.nan, np.float32)}, "z_mean"),
        ({"z_mean": np.full((5, 2), 1e30, np.float32)}, "z_mean"),
        ({"z_mean": np.zeros((4, 2), np.float32)}, "z_mean"),
        ({"z_mean": np.full((5, 2), "x")}, "z_mean"),
        ({"z_mean": np.zeros((5, 2), complex)}, "z_mean"),
        ({"z_log_var": np.zeros((5, 1), np.float32)}, "z_log_var"),
        ({"z_log_var": np.full((5, 2), -np.inf, np.float32)}, "z_log_var"),
        ({"z_log_var": np.full((5, 2), 100, np.float32)}, "z_log_var"),
        ({"labels": np.array([print] * 5, object)}, "never loaded"),
        ({"labels": np.array(3)}, "labels"),
        ({"labels": np.full(5, 10)}, "labels in codes.npz must be whole numbers from 0 to 9"),
        ({"labels": np.full(5, -1)}, "labels"),
        ({"labels": np.zeros(5)}, "labels"),
        ({"labels": np.full(5, "0")}, "labels"),
        ({"labels": np.zeros((5, 1), int)}, "labels"),
        ({"labels": np.zeros(4, int)}, "z_mean"),
        ({"labels": np.zeros(0, int), "z_mean": np.zeros((0, 2), np.float32)}, "labels"),
        ({"reconstruction_error": np.full(5, np.inf, np.float32)}, "reconstruction_error"),
        ({"reconstruction_error": np.zeros(6, np.float32)}, "reconstruction_error"),
        ({"reconstruction_error": np.zeros(5, "M8[s]")}, "reconstruction_error"),
    ],
)
def test_codes_that_do_not_fit_are_told(
    mine: Path, arrays: dict[str, np.ndarray], name: str
) -> None:
    good = {
        "z_mean": np.zeros((5, 2), np.float32),
        "z_log_var": np.zeros((5, 2), np.float32),
        "labels": np.zeros(5, int),
        "reconstruction_error": np.zeros(5, np.float32),
    }
    np.savez(mine / "codes.npz", **good)
    assert len(checkpoints.get("mine").codes().labels) == 5
    np.savez(mine / "codes.npz", **(good | arrays))
    with pytest.raises(ExplorerError, match=r"codes\.npz") as error:
        checkpoints.get("mine").codes()
    assert name in str(error.value)


def test_a_vae_without_variances_is_told(mine: Path) -> None:
    arrays = dict(np.load(mine / "codes.npz"))
    del arrays["z_log_var"]
    np.savez(mine / "codes.npz", **arrays)
    with pytest.raises(ExplorerError, match="lacks the array 'z_log_var'"):
        checkpoints.get("mine").codes()


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


# What somebody else may have put there


@pytest.mark.parametrize("kind", ["pipe", "device", "link"])
@pytest.mark.parametrize(
    "file", ["config.json", "history.csv", "encoder.onnx", "decoder.onnx", "codes.npz"]
)
def test_what_is_no_file_of_the_folder_is_never_read(mine: Path, file: str, kind: str) -> None:
    kept = mine.parent.parent / file
    (mine / file).rename(kept)  # whole, and yet it is not the folder's own
    if kind == "pipe":
        os.mkfifo(mine / file)
    else:
        (mine / file).symlink_to("/dev/zero" if kind == "device" else kept)
    reason = _broken()
    assert file in reason
    assert str(kept) not in reason


@pytest.mark.parametrize("file", ["history.csv", "decoder.onnx", "codes.npz"])
def test_a_file_that_becomes_a_pipe_while_it_is_open_is_told(mine: Path, file: str) -> None:
    checkpoint = checkpoints.get("mine")
    (mine / file).unlink()
    os.mkfifo(mine / file)
    read = {
        "history.csv": checkpoint.history,
        "decoder.onnx": checkpoint.decoder,
        "codes.npz": checkpoint.codes,
    }
    with pytest.raises(ExplorerError, match=re.escape(file)):
        read[file]()


@pytest.mark.parametrize("folder", ["projections", "clusterings", "frames"])
@pytest.mark.parametrize("kind", ["link", "file"])
def test_nothing_is_read_or_written_through_a_link(mine: Path, folder: str, kind: str) -> None:
    elsewhere = mine.parent.parent / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(mine / folder, ignore_errors=True)
    if kind == "link":
        (mine / folder).symlink_to(elsewhere)
    else:
        (mine / folder).touch()
    assert folder in _broken()
    requests = [
        ClusteringRequest("mine", default_spec("kmeans", n_clusters=3)),
        ProjectionRequest("mine", ProjectionSpec()),
    ]
    for request in requests:
        with pytest.raises(ExplorerError, match=folder):
            request.get()
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize(
    "request_of",
    [
        lambda name: ClusteringRequest(name, default_spec("kmeans", n_clusters=3)),
        lambda name: ProjectionRequest(name, ProjectionSpec()),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_sentence(
    mine: Path, request_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(mine / "projections", ignore_errors=True)

    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(storage.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(ExplorerError, match=r"mine \(Read-only file system\)"):
        request_of("mine").get()
