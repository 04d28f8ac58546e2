"""Checkpoints: complete or absent, listed cheaply, and never trusted."""

import errno
import json
import math
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from explorer import checkpoints
from explorer.checkpoints import BrokenCheckpoint, Checkpoint, store
from explorer.clustering.spec import default_spec
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.projection.spec import ProjectionSpec
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.training.presets import FAMILY, RECIPES
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


def test_the_shipped_checkpoints_are_small_enough() -> None:
    names = [*RECIPES, *FAMILY]
    files = [path for name in names for path in (SHIPPED / name).rglob("*") if path.is_file()]
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
        "z_log_var": np.full((5, 2), -500, np.float32),  # as without a KL loss
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


def test_a_checkpoint_that_has_not_changed_is_not_read_again(mine: Path) -> None:
    settled = time.time() - 10
    for path in (mine / "config.json", mine):
        os.utime(path, (settled, settled))
    assert store.read(mine) is store.read(mine)
    (mine / "encoder.onnx").unlink()
    with pytest.raises(ExplorerError, match=r"encoder.onnx missing"):
        store.read(mine)
