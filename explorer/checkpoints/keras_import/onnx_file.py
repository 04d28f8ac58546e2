"""An ONNX file of somebody else, read as data: its graph is run apart, never here."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from explorer.checkpoints.apart import MAX_BYTES
from explorer.checkpoints.keras_import.files import Source
from explorer.core import storage
from explorer.core.errors import ExplorerError

_MAX_NODES = 5000
_LOOPS = ("Loop", "Scan", "If", "SequenceMap")
NOISE = ("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike")


def read(source: Source) -> Any:
    """Return the model in a file.

    Raises:
        ExplorerError: If it is none, keeps numbers in other files, has loops or layers of its
            owner's, or weights that are no finite numbers.
    """
    import onnx

    try:
        with storage.open_file(source.path, MAX_BYTES) as file:
            content = file.read(MAX_BYTES)
        model = onnx.load_model_from_string(content)
    except Exception as error:  # what a hostile file makes its reader raise shares no base class
        raise ExplorerError(
            f"{source.name} is no ONNX file, cut short, or larger than {MAX_BYTES / 1e6:.0f} MB."
        ) from error
    graph = model.graph
    if not graph.node or not graph.output:
        raise ExplorerError(f"{source.name} is no ONNX file: it holds no graph.")
    if len(graph.node) > _MAX_NODES:
        raise ExplorerError(f"{source.name} has more than {_MAX_NODES:,} nodes.")
    _check_nodes(model, source.name)
    for tensor in _tensors(graph):
        _check_tensor(tensor, source.name)
    return model


def _check_nodes(model: Any, name: str) -> None:
    known = ("", "ai.onnx")
    for node in model.graph.node:
        if node.domain not in known or len(model.functions):
            raise ExplorerError(
                f"{name} has operations that are not ONNX's own (such as {node.op_type[:40]!r} of "
                f"{node.domain[:40]!r}): export it with the standard operations."
            )
        if node.op_type in _LOOPS or any(a.HasField("g") or a.graphs for a in node.attribute):
            raise ExplorerError(
                f"{name} has loops or branches ({node.op_type[:40]}): export it without them, as "
                "models of dense and convolutional layers are."
            )


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield sparse.values
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _check_tensor(tensor: Any, name: str) -> None:
    import onnx
    from onnx import numpy_helper

    if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise ExplorerError(
            f"{name} keeps its weights in other files, which are never opened: export it into one "
            "file (in PyTorch with external_data=False)."
        )
    if tensor.data_type not in (1, 10, 11):  # float32, float16, float64
        return
    try:
        values = numpy_helper.to_array(tensor)
    except Exception as error:  # as above
        raise ExplorerError(f"{name}: its weights {tensor.name[:60]!r} are damaged.") from error
    if not np.isfinite(values).all() and values.size > 1:
        raise ExplorerError(
            f"{name} holds weights that are NaN or infinite ({tensor.name[:60]!r}): the training "
            "diverged, or the file is damaged."
        )


def input_of(model: Any) -> tuple[str, tuple[int, ...]]:
    """Return the name of a model's one input and its shape without the batch."""
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise ExplorerError(
            f"An encoder or decoder takes one thing. Received: an ONNX file with {len(inputs)} "
            "inputs (a conditional model takes a label besides)."
        )
    sizes = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim][1:]
    if not sizes or not all(0 < size <= 10**6 for size in sizes):
        raise ExplorerError(
            f"The input {inputs[0].name[:60]!r} of an ONNX file has no fixed size but for the "
            "batch: export it for images of one size."
        )
    return inputs[0].name, tuple(sizes)
