"""Leave out of a model what does nothing to a code: dropout, noise, the sampling of a VAE."""

import math
import re
from dataclasses import dataclass, field
from typing import Protocol

from explorer.checkpoints.keras_import.graph import Graph, Layer, Node, Shape, Tensor
from explorer.checkpoints.keras_import.layers import LAYERS
from explorer.checkpoints.keras_import.operations import NOISE
from explorer.core.errors import ExplorerError


class LayerBuilder(Protocol):
    """Knows what layers can be built."""

    def shape_of(self, layer: Layer, shapes: list[Shape]) -> Shape:
        """Return the shape of what a layer makes; refuse one that cannot be built."""

    def has(self, layer: Layer) -> bool:
        """Whether its owner's code defines a layer."""


_SPREAD = re.compile(r"var|sig|std|dev|spread|scale")
_LOG_SIGMA = re.compile(r"log_?(sig|std|dev)")


@dataclass
class Plain:
    """A model of known layers alone.

    Attributes:
        graph: Its calls, with all shapes.
        spreads: For each mean from which a code was drawn the tensor that tells how wide, and the
            number by which that is the logarithm of the variance.
        notes: What was left out and is worth telling.
        missing: Layers that nobody here knows, on which other outputs depend.
    """

    graph: Graph
    spreads: dict[Tensor, tuple[Tensor, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[Layer] = field(default_factory=list)


class _Reader:
    """One pass over the calls of a model."""

    def __init__(self, graph: Graph, shapes: dict[Tensor, Shape], builder: LayerBuilder) -> None:
        self.shapes = shapes
        self._builder = builder
        self.same: dict[Tensor, Tensor] = {}  # tensors that are another one
        self.nodes: list[Node] = []
        self._made: dict[Tensor, Node] = {}
        self._noise: dict[Tensor, Tensor | None] = {}  # 0 without noise; what multiplies the noise
        self.unknown: dict[Tensor, list[Layer]] = {}  # what depends on layers nobody knows
        self.plain = Plain(graph)
        for node in graph.nodes:
            self._read(node)

    def _read(self, node: Node) -> None:
        layer, inputs = node.layer, [self.same.get(tensor, tensor) for tensor in node.inputs]
        if layer.kind == NOISE:
            self._noise.update(dict.fromkeys(node.outputs))
        elif missing := [found for tensor in inputs for found in self.unknown.get(tensor, [])]:
            self.unknown.update(dict.fromkeys(node.outputs, missing))
        elif any(tensor in self._noise for tensor in inputs):
            self._read_noisy(node, inputs)
        elif not layer.known:
            self._read_unknown(node, inputs)
        elif LAYERS[layer.kind].idle and len(inputs) == 1:
            self.same.update(dict.fromkeys(node.outputs, inputs[0]))
        else:
            self._keep(node, inputs)

    def _keep(self, node: Node, inputs: list[Tensor]) -> None:
        shape = self._builder.shape_of(node.layer, [self.shapes[tensor] for tensor in inputs])
        self.shapes.update(dict.fromkeys(node.outputs, shape))
        own = Node(node.layer, tuple(inputs), node.outputs)
        self._made.update(dict.fromkeys(node.outputs, own))
        self.nodes.append(own)

    def _read_noisy(self, node: Node, inputs: list[Tensor]) -> None:
        """Read a call on noise as if the noise were 0."""
        quiet = [tensor for tensor in inputs if tensor not in self._noise]
        kind, out = node.layer.kind, node.outputs[0]
        if kind == "Multiply" and len(inputs) == 2:
            self._noise[out] = quiet[0] if quiet else None
        elif kind in ("Add", "Subtract") and len(inputs) == 2 and len(quiet) == 1:
            mean = self.same[out] = quiet[0]
            noise = next(tensor for tensor in inputs if tensor in self._noise)
            width = self._noise[noise]
            if width is not None and (spread := self._log_var(width)) is not None:
                self.plain.spreads[mean] = spread
            self._note_sampling(node.layer, mean)
        elif not quiet and kind in ("Rescaling", "Identity"):
            self._noise[out] = None
        else:
            self.unknown.update({tensor: [node.layer] for tensor in node.outputs})

    def _log_var(self, width: Tensor) -> tuple[Tensor, float] | None:
        """Return of which tensor a standard deviation is the exponential, and 2 × its factor."""
        node = self._made.get(width)
        if node is None or node.layer.config.get("activation") != "exponential":
            return None
        half = self._made.get(node.inputs[0])
        if half is not None and half.layer.kind == "Rescaling":
            return half.inputs[0], 2 * float(half.layer.config["scale"])
        return node.inputs[0], 2.0

    def _read_unknown(self, node: Node, inputs: list[Tensor]) -> None:
        """Read a layer whose code nobody here knows by what it takes and gives."""
        layer, shapes = node.layer, [self.shapes.get(tensor) for tensor in inputs]
        alike = len(inputs) >= 2 and None not in shapes and len(set(shapes[:2])) == 1
        if layer.kind.lower().endswith(("shape", "shapev2")) and len(inputs) == 1:
            self._noise.update(dict.fromkeys(node.outputs))  # only noise is made to its measure
        elif alike and len(node.outputs) == 1 and not _has_weights(layer) and len(inputs) == 2:
            mean, log_var = self._ordered(inputs[0], inputs[1])
            factor = 2.0 if _LOG_SIGMA.search(self._name(log_var)) else 1.0
            self.same[node.outputs[0]] = mean
            self.plain.spreads[mean] = log_var, factor
            self._note_sampling(layer, mean)
        elif alike and len(node.outputs) == len(inputs) and not _has_weights(layer):
            self.same.update(zip(node.outputs, inputs, strict=True))
            self.plain.notes.append(
                f"{layer.name!r} ({layer.kind}) gives as many numbers as it takes and has no "
                "weights: it is taken to pass them on, as layers that add a loss do."
            )
        elif self._builder.has(layer) and len(node.outputs) == 1 and None not in shapes:
            self._keep(node, inputs)
        else:
            self.unknown.update({tensor: [layer] for tensor in node.outputs})

    def _ordered(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and logarithm of the variance: in this order, unless their names differ."""
        first, second = self._name(a), self._name(b)
        if _SPREAD.search(first) and not _SPREAD.search(second):
            return b, a
        return a, b

    def _name(self, tensor: Tensor) -> str:
        node = self._made.get(tensor)
        return node.layer.name.rsplit("/", 1)[-1].lower() if node is not None else ""

    def _note_sampling(self, layer: Layer, mean: Tensor) -> None:
        self.plain.notes.append(
            f"{layer.name!r} ({layer.kind.removeprefix('ops.')}) draws the code at random: it is "
            f"left out, and the code is {self._name(mean) or 'the mean'!r}."
        )


def simplify(graph: Graph, shapes: dict[Tensor, Shape], builder: LayerBuilder) -> Plain:
    """Return a model of known layers alone, with the shapes of all tensors.

    A layer whose code nobody here knows is a VAE's sampling if it makes one tensor of two of the
    same shape, without weights: what it gives is then its mean.

    Args:
        graph: The model.
        shapes: Of its inputs.
        builder: Tells the shape of what a layer makes, and which layers of its owner's there are.

    Raises:
        ExplorerError: If an output depends on layers that nobody here knows.
    """
    reader = _Reader(graph, dict(shapes), builder)
    outputs = [reader.same.get(tensor, tensor) for tensor in graph.outputs]
    known = dict.fromkeys(tensor for tensor in outputs if tensor in reader.shapes)
    plain = reader.plain
    plain.missing = [layer for tensor in outputs for layer in reader.unknown.get(tensor, [])]
    if not known:
        raise unknown(plain.missing)
    plain.graph = Graph(tuple(reader.nodes), graph.inputs, tuple(known), reader.shapes)
    return plain


def unknown(missing: list[Layer]) -> ExplorerError:
    """Return the error that names the layers that are not known."""
    if not missing:
        return ExplorerError("The model gives nothing but noise.")
    first = missing[0]
    kinds = ", ".join(sorted({layer.kind.removeprefix("ops.") for layer in missing})[:5])
    if first.kind == "Lambda":
        return ExplorerError(
            f"{first.name!r} is a Lambda, whose code in the file is never run: put a layer of "
            "Keras in its place (Rescaling, Reshape, Activation …) and save the model anew."
        )
    return ExplorerError(
        f"The model has layers that are not among those that can be built here: {kinds} "
        f"(first {first.name!r}). Save encoder and decoder without them, export both to ONNX, or "
        "give the Python file that defines them, where the server allows it."
    )


def _has_weights(layer: Layer) -> bool:
    return bool(layer.weights or layer.inner)


def size(shape: Shape) -> int:
    """Return how many numbers a tensor has for one image."""
    return math.prod(shape)
