"""Graphs that this project did not write: run in a process of their own, within limits."""

import time
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
from onnx import TensorProto, helper

from explorer.checkpoints import apart, verdicts
from explorer.checkpoints.onnx import Decoder
from explorer.core.errors import ExplorerError
from tests.conftest import SHIPPED

DECODER = SHIPPED / "digits-vae-z2" / "decoder.onnx"


def _foreign(path: Path) -> Path:
    """A decoder that gives the same images as a shipped one, written by somebody else."""
    model = onnx.load(DECODER)
    model.doc_string = "somebody else's"
    onnx.save(model, path)
    return path


def _graph(path: Path, node: onnx.NodeProto, *constants: onnx.TensorProto) -> Path:
    given = helper.make_tensor_value_info("z", TensorProto.FLOAT, ["n", 2])
    taken = helper.make_empty_tensor_value_info("y")
    graph = helper.make_graph([node], "g", [given], [taken], constants)
    model = helper.make_model(graph, ir_version=9)
    model.opset_import[0].version = 17
    onnx.save(model, path)
    return path


def _constant(name: str, *values: int) -> onnx.TensorProto:
    return helper.make_tensor(name, TensorProto.INT64, [len(values)], values)


def _endless(path: Path) -> Path:
    """A loop of 2^62 rounds."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Sin", ["v"], ["w"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, None),
        ],
    )
    rounds = helper.make_tensor("rounds", TensorProto.INT64, [], [2**62])
    loop = helper.make_node("Loop", ["rounds", "", "z"], ["y"], body=body)
    return _graph(path, loop, rounds)


def _greedy(path: Path) -> Path:
    """16 GB of zeros."""
    node = helper.make_node("Expand", ["z", "shape"], ["y"])
    return _graph(path, node, _constant("shape", 2_000_000_000, 1, 2))


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if any("graph_process" in word for word in child.cmdline())
    ]


def test_the_shipped_graphs_are_known() -> None:
    graphs = {verdicts.digest(path.read_bytes()) for path in SHIPPED.glob("*/*.onnx")}
    assert graphs == verdicts.SHIPPED  # trained anew? then list the new ones in verdicts.py


def test_our_own_graph_runs_here_and_a_foreign_one_apart(tmp_path: Path) -> None:
    z = np.random.default_rng(0).normal(size=(1001, 2)).astype(np.float32)
    own = Decoder(DECODER)
    assert not _children()
    foreign = Decoder(_foreign(tmp_path / "decoder.onnx"))
    (child,) = _children()
    np.testing.assert_allclose(foreign.decode(z), own.decode(z), atol=1e-6)
    if Path("/proc").exists():
        assert not {name for name in child.environ() if "EXPLORER" in name or "TOKEN" in name}
    child.kill()
    with pytest.raises(ExplorerError, match="process ended"):
        foreign.decode(z)
    assert foreign.decode(z).shape == (1001, 8, 8, 1)  # in another process
    del foreign
    assert not _children()


def test_what_the_export_wrote_runs_here(tmp_path: Path) -> None:
    verdicts.trust(_foreign(tmp_path / "decoder.onnx"))
    Decoder(tmp_path / "decoder.onnx")
    assert not _children()


@pytest.mark.parametrize(
    ("make", "reason"), [(_endless, "computes for longer"), (_greedy, "needs more memory")]
)
def test_a_limit_is_one_sentence_and_the_verdict_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: object, reason: str
) -> None:
    monkeypatch.setattr(apart, "CALL_SECONDS", 0.5)
    monkeypatch.setattr(apart, "_PATIENCE", 60.0)  # a busy machine gives it little processor time
    path = make(tmp_path / "decoder.onnx")  # type: ignore[operator]
    with pytest.raises(ExplorerError, match=reason):
        Decoder(path)
    assert not _children()
    began = time.monotonic()
    monkeypatch.setattr(apart, "subprocess", None)  # nothing is started any more
    with pytest.raises(ExplorerError, match=reason):
        Decoder(path)
    assert time.monotonic() - began < 1


def test_a_foreign_graph_opens_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_bytes(np.arange(2, dtype=np.float32).tobytes())
    weight = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2])
    weight.data_location = TensorProto.EXTERNAL
    for place in ("secret", str(tmp_path / "secret"), "../secret"):
        del weight.external_data[:]
        weight.external_data.add(key="location", value=place)
        node = helper.make_node("Add", ["z", "w"], ["y"])
        path = _graph(tmp_path / "decoder.onnx", node, weight)
        with pytest.raises(ExplorerError, match="damaged"):
            Decoder(path)


def test_only_a_few_processes_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_MOST_PROCESSES", 1)
    _foreign(tmp_path / "decoder.onnx")
    decoders = [Decoder(tmp_path / "decoder.onnx") for _ in range(2)]
    assert len(_children()) == 1
    for decoder in decoders:
        assert decoder.decode(np.zeros((1, 2))).shape == (1, 8, 8, 1)
    assert len(_children()) == 1
