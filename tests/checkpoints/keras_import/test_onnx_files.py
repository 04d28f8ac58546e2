"""Pairs in ONNX: refused in a sentence, or imported whole, in a process of their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from explorer import checkpoints, datasets
from explorer.checkpoints import verdicts
from explorer.checkpoints.keras_import import onnx_pair, read, request
from explorer.checkpoints.keras_import.request import Import
from explorer.core import owners
from explorer.core.errors import ExplorerError
from tests.checkpoints.keras_import import shapes

RNG = np.random.default_rng(0)
WEIGHTS = {"k": RNG.normal(0, 0.1, (64, 2)), "b": np.zeros(2)}


def _graph(
    path: Path,
    nodes: list[Any] | None = None,
    weights: Any = None,
    x: Any = ("n", 64),
    y: Any = ("n", 2),
    change: Callable[[Any], None] = lambda model: None,
) -> Path:
    nodes = nodes or [helper.make_node("Gemm", ["x", "k", "b"], ["y"])]
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, y)],
        [
            numpy_helper.from_array(np.asarray(value, np.float32), name)
            for name, value in (WEIGHTS if weights is None else weights).items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    change(model)
    path.write_bytes(model.SerializeToString())
    return path


def _decoder(folder: Path) -> Path:
    nodes = [
        helper.make_node("Gemm", ["x", "k", "b"], ["h"], transB=1),
        helper.make_node("Sigmoid", ["h"], ["y"]),
    ]
    weights = {**WEIGHTS, "b": np.zeros(64)}
    return _graph(folder / "decoder.onnx", nodes, weights, ("n", 2), ("n", 64))


def _external(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")


def _loop(model: Any) -> None:
    body = helper.make_graph([], "body", [], [])
    model.graph.node.append(helper.make_node("Loop", ["", ""], ["z"], body=body))


def _foreign(model: Any) -> None:
    model.graph.node[0].domain = "com.somebody"


def _nan(model: Any) -> None:
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(np.full((64, 2), np.inf), "k"))


def _two_inputs(model: Any) -> None:
    model.graph.input.append(helper.make_tensor_value_info("label", TensorProto.FLOAT, ["n", 10]))


REFUSED: dict[str, tuple[Any, str]] = {
    "no ONNX": ({"content": b"\x08\x07garbage"}, "is no ONNX file"),
    "weights elsewhere": ({"change": _external}, "weights in other files, which are never opened"),
    "loop": ({"change": _loop}, "has loops or branches"),
    "operation of one's own": ({"change": _foreign}, "operations that are not ONNX's own"),
    "infinite": ({"change": _nan}, "weights that are NaN or infinite"),
    "label besides": ({"change": _two_inputs}, "with 2 inputs .a conditional model"),
    "open size": ({"x": ("n", "width")}, "has no fixed size but for the batch"),
    "other images": ({"x": ("n", 63)}, "The model takes 63 or 2, the images of the data set have"),
    "weights that do not fit": (
        {"weights": {**WEIGHTS, "k": np.zeros((3, 2))}},
        "The encoder cannot be used because it is damaged: export it for a batch of any size",
    ),
    "wider than the decoder": (
        {"weights": {"k": np.zeros((64, 3)), "b": np.zeros(3)}, "y": ("n", 3)},
        "does not give what the decoder takes: it gives .3,., the decoder takes 2",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_with_a_graph_is_told_in_a_sentence(name: str, tmp_path: Path) -> None:
    how, sentence = REFUSED[name]
    path = tmp_path / "encoder.onnx"
    if "content" in how:
        path.write_bytes(how["content"])
    else:
        _graph(path, **how)

    def look() -> None:
        brought = read.read([(each, each.name, "") for each in (path, _decoder(tmp_path))])
        onnx_pair.look_at(brought, shapes.data(shapes.some(8, 8, 1)), tmp_path)

    with pytest.raises(ExplorerError, match=sentence):
        look()


def _pair(folder: Path) -> tuple[tuple[str, str, str], ...]:
    """A VAE that draws its code, of which the mean and the spread are given too."""
    nodes = [
        helper.make_node("Flatten", ["x"], ["f"]),
        helper.make_node("Gemm", ["f", "k", "b"], ["z_mean"]),
        helper.make_node("Tanh", ["z_mean"], ["z_log_var"]),
        helper.make_node("RandomNormalLike", ["z_mean"], ["noise"]),
        helper.make_node("Add", ["z_mean", "noise"], ["y"]),
    ]

    def outputs(model: Any) -> None:
        for name in ("z_mean", "z_log_var"):
            value = helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 2])
            model.graph.output.insert(0, value)

    path = _graph(folder / "encoder.onnx", nodes, x=[1, 1, 8, 8], y=[1, 2], change=outputs)
    return tuple((str(each), each.name, "") for each in (path, _decoder(folder)))


def test_a_pair_is_imported_in_a_process_of_its_own(
    tmp_path: Path, checkpoint_folder: Path
) -> None:
    wanted = Import(_pair(tmp_path), name="pair", owner="0123456789abcdef")
    made = request.save(wanted)
    assert (made["dataset"], owners.of(checkpoint_folder / "pair")) == ("digits", wanted.owner)
    assert (made["kind"], made["z_dim"], made["pixel_scale"]) == ("vae", 2, "0-1")
    checkpoint = checkpoints.get("pair")
    assert checkpoint.model.architecture == "onnx"
    assert not verdicts.is_own(verdicts.digest(checkpoint.decoder_file.read_bytes()))
    images = datasets.load("digits").images[:20]
    mean = np.asarray(images).reshape(20, 64) @ WEIGHTS["k"]
    codes = checkpoint.codes().latent
    assert codes.z_log_var is not None
    assert np.abs(codes.z_mean[:20] - mean).max() < 1e-5
    assert np.abs(codes.z_log_var[:20] - np.tanh(mean)).max() < 1e-5
    pixels = 1 / (1 + np.exp(-mean @ WEIGHTS["k"].T))
    assert np.abs(checkpoint.decoder().decode(mean).reshape(20, 64) - pixels).max() < 1e-5
    config = json.loads((checkpoint.path / "config.json").read_text())
    assert config["training"]["imported"]["files"] == ["encoder.onnx", "decoder.onnx"]
    with pytest.raises(ExplorerError, match="'pair' is taken"):
        request.save(wanted)


@pytest.mark.parametrize("name", ["", "../up", "a/b", 'a"b', "<b>", "😀", "x" * 300, ".hidden"])
def test_names_that_are_none_are_refused(name: str, checkpoint_folder: Path) -> None:
    with pytest.raises(ExplorerError, match="cannot be a name"):
        request.save(Import((), "digits", name=name))
    assert list(checkpoint_folder.iterdir()) == []
