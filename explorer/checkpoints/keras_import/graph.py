"""A model as plain data: layers, and the tensors that go from one to the next."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError

Shape = tuple[int, ...]  # of one image or code, without the batch
Tensor = int  # its number in a graph
Ref = tuple[str, int, int]  # name of a layer, which of its calls, which output of that call

MAX_NODES = 2000


@dataclass(eq=False)
class Layer:
    """A layer as its file tells of it.

    Attributes:
        name: Its path for people: "encoder/dense_1".
        kind: Its class.
        config: Its settings, of any content.
        known: Whether it is one of the allowed layers; else nobody here knows what it does.
        weights: Its arrays, in the order of Keras.
        inner: Of a layer that is not known, the arrays of layers inside of it, by their attributes
            ("attention/query").
    """

    name: str
    kind: str
    config: dict[str, Any]
    known: bool = True
    weights: list[np.ndarray] = field(default_factory=list)
    inner: dict[str, list[np.ndarray]] = field(default_factory=dict)


@dataclass(eq=False)
class Net:
    """A Sequential or Functional model, which may hold others.

    Attributes:
        name: Its path for people.
        kind: "Sequential" or "Functional".
        layers: In the order in which their weights are kept, by their names in the file.
        calls: For each layer the tensors of each of its calls.
        inputs, outputs: What goes in and comes out.
        shapes: Of the inputs, where the file tells them.
    """

    name: str
    kind: str
    layers: "dict[str, Layer | Net]"
    calls: dict[str, list[list[Ref]]]
    inputs: list[Ref]
    outputs: list[Ref]
    shapes: list[Shape | None]


@dataclass(frozen=True, eq=False)
class Node:
    """One call of a layer."""

    layer: Layer
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Graph:
    """Calls of layers in the order in which they can be made.

    Attributes:
        nodes: The calls.
        inputs, outputs: Tensors.
        shapes: Of the tensors that are known: the inputs at first, all after `build.shapes`.
    """

    nodes: tuple[Node, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    shapes: Mapping[Tensor, Shape]

    def needed(self, outputs: Iterable[Tensor], given: Iterable[Tensor] = ()) -> list[Node]:
        """Return the calls that lead to `outputs` if the tensors `given` are there."""
        wanted, given = set(outputs), set(given)
        nodes = []
        for node in reversed(self.nodes):
            if (set(node.outputs) & wanted) - given:
                nodes.append(node)
                wanted |= set(node.inputs)
        return nodes[::-1]

    def part(self, inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]) -> "Graph":
        """Return the graph from some of its tensors to others.

        Raises:
            ExplorerError: If it needs more than these inputs.
        """
        nodes = self.needed(outputs, inputs)
        made = {*inputs, *(tensor for node in nodes for tensor in node.outputs)}
        missing = [node for node in nodes if not made.issuperset(node.inputs)]
        if missing or not made.issuperset(outputs):
            where = missing[0].layer.name if missing else "its output"
            raise ExplorerError(
                f"The model cannot be parted there: {where!r} also needs what comes before the "
                "code (a connection that skips it, as in a U-Net), so a code alone decodes to "
                "nothing."
            )
        return Graph(tuple(nodes), inputs, outputs, self.shapes)


def fits(shape: Shape | None, image: Shape) -> bool:
    """Whether images have a shape but for how rows, columns and channels are run together."""
    if shape is None or math.prod(shape) != math.prod(image):
        return False
    products = {math.prod(image[:i]) for i in range(len(image) + 1)}
    return all(math.prod(shape[:i]) in products for i in range(len(shape) + 1))


def inline(net: Net) -> Graph:
    """Return a model with the models that it holds as one graph.

    Raises:
        ExplorerError: If its calls do not fit together, or are too many.
    """
    count = iter(range(10**9))
    nodes: list[Node] = []
    inputs = [next(count) for _ in net.inputs]
    outputs = _call(net, inputs, nodes, count, 0)
    shapes = {
        tensor: shape for tensor, shape in zip(inputs, net.shapes, strict=True) if shape is not None
    }
    return Graph(tuple(nodes), tuple(inputs), tuple(outputs), shapes)


def _call(
    net: Net, given: list[Tensor], nodes: list[Node], count: Iterator[int], depth: int
) -> list[Tensor]:
    """Add the calls of a model on the tensors `given`; return its outputs."""
    if depth > 20:
        raise ExplorerError(f"{net.name} holds models within models more than 20 deep.")
    if len(given) != len(net.inputs):
        raise ExplorerError(f"{net.name} takes {len(net.inputs)} inputs. Received: {len(given)}.")
    offsets = _offsets(net)
    made: dict[Ref, Tensor] = dict(zip(net.inputs, given, strict=True))
    waiting = [
        (name, index, [_counted(ref, offsets) for ref in refs])
        for name, calls in net.calls.items()
        for index, refs in enumerate(calls)
    ]
    while waiting:
        later = []
        for name, index, refs in waiting:
            if any(ref not in made for ref in refs):
                later.append((name, index, refs))
                continue
            item, tensors = net.layers[name], [made[ref] for ref in refs]
            if isinstance(item, Net):
                outputs = _call(item, tensors, nodes, count, depth + 1)
            else:
                outputs = [next(count) for _ in range(_outputs(net, name))]
                nodes.append(Node(item, tuple(tensors), tuple(outputs)))
                if len(nodes) > MAX_NODES:
                    raise ExplorerError(f"The model has more than {MAX_NODES:,} layers.")
            made.update({(name, index, i): tensor for i, tensor in enumerate(outputs)})
        if len(later) == len(waiting):
            raise ExplorerError(
                f"The layers of {net.name} do not fit together: what {later[0][0]!r} takes is "
                "made by none of them, so the file is damaged."
            )
        waiting = later
    try:
        return [made[_counted(ref, offsets)] for ref in net.outputs]
    except KeyError as error:
        raise ExplorerError(f"The output of {net.name} is made by none of its layers.") from error


def _refs(net: Net) -> Iterator[Ref]:
    yield from net.outputs
    for calls in net.calls.values():
        for refs in calls:
            yield from refs


def _outputs(net: Net, name: str) -> int:
    """Return how many outputs of a layer are used, as far as the file tells."""
    return 1 + min(max((ref[2] for ref in _refs(net) if ref[0] == name), default=0), 64)


def _offsets(net: Net) -> dict[str, int]:
    """Return from which number on the file counts the calls of each layer.

    A Functional model's own definition counts as its call 0, in most versions of Keras.
    """
    used: dict[str, set[int]] = {}
    for name, call, _ in _refs(net):
        used.setdefault(name, set()).add(call)
    offsets = {}
    for name, calls in used.items():
        item = net.layers.get(name)
        functional = isinstance(item, Net) and item.kind == "Functional"
        beyond = max(calls) >= max(1, len(net.calls.get(name, [])))
        offsets[name] = int(isinstance(item, Net) and 0 not in calls and (functional or beyond))
    return offsets


def _counted(ref: Ref, offsets: dict[str, int]) -> Ref:
    name, call, output = ref
    return name, call - offsets.get(name, 0), output
