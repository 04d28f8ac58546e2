"""Part a model at its code: encoder before, decoder behind."""

import itertools
import re
from dataclasses import dataclass

from explorer.checkpoints.keras_import.graph import Graph, Node, Shape, Tensor
from explorer.checkpoints.keras_import.simplify import Plain, size, unknown
from explorer.core.errors import ExplorerError

MAX_Z_DIM = 512
# They change each number of a code by itself, or its shape alone: the code is behind them.
_AFTER = (
    *("Activation", "BatchNormalization", "ELU", "Flatten", "LayerNormalization", "LeakyReLU"),
    *("PReLU", "ReLU", "Rescaling", "Softmax", "UnitNormalization"),
)
_PARTS = re.compile(r"enc|dec|inference|generat|bottleneck|latent", re.IGNORECASE)
_SPREAD = re.compile(r"var|sig|std|dev")


@dataclass(frozen=True)
class Place:
    """Where a model can be parted.

    Attributes:
        layer: Name of the layer that makes the code.
        shape: Of the code.
        tensor: The code.
    """

    layer: str
    shape: Shape
    tensor: Tensor


@dataclass(frozen=True, eq=False)
class Split:
    """An encoder and a decoder.

    Attributes:
        encoder: Its outputs are the code or mean, and for a VAE the logarithm of the variance.
        decoder: From the code to the image.
        factor: By which the second output is the logarithm of the variance.
        packed: Whether mean and logarithm of the variance are the halves of one output.
        place: Where it is parted.
        places: Where it could be parted; empty for two models.
        notes: What is worth telling.
    """

    encoder: Graph
    decoder: Graph
    factor: float
    packed: bool
    place: Place
    places: tuple[Place, ...]
    notes: tuple[str, ...]

    @property
    def kind(self) -> str:
        """ "vae" where the encoder tells a variance, else "ae"."""
        return "vae" if self.packed or len(self.encoder.outputs) == 2 else "ae"

    @property
    def z_dim(self) -> int:
        """Number of latent dimensions."""
        return size(self.place.shape)


def of_two(encoder: Plain, decoder: Plain) -> Split:
    """Return the split of a model that was saved as two.

    Raises:
        ExplorerError: If the one does not give what the other takes.
    """
    if len(decoder.graph.inputs) != 1 or len(encoder.graph.inputs) != 1:
        raise ExplorerError(
            "Encoder and decoder must take one thing each, an image and a code. Received: "
            f"{len(encoder.graph.inputs)} and {len(decoder.graph.inputs)} inputs (a conditional "
            "model takes a label besides; such models cannot be explored here)."
        )
    graph, wanted = encoder.graph, decoder.graph.shapes[decoder.graph.inputs[0]]
    means = [tensor for tensor in graph.outputs if tensor in encoder.spreads]
    fitting = [t for t in graph.outputs if size(graph.shapes[t]) == size(wanted)]
    packed, factor = False, 1.0
    if means and means[0] in fitting:
        log_var, factor = encoder.spreads[means[0]]
        outputs: tuple[Tensor, ...] = (means[0], log_var)
    elif len(fitting) >= 2:
        outputs = _ordered(graph, fitting)
    elif fitting:
        outputs = (fitting[0],)
    else:
        packed = any(size(graph.shapes[t]) == 2 * size(wanted) for t in graph.outputs)
        outputs = tuple(t for t in graph.outputs if size(graph.shapes[t]) == 2 * size(wanted))[:1]
    if not outputs:
        raise ExplorerError(
            "The encoder does not give what the decoder takes: it gives "
            f"{_shapes(graph, graph.outputs)}, the decoder takes {wanted}. Give the two of one "
            "model."
        )
    notes = [*encoder.notes, *decoder.notes]
    if packed:
        notes.append(
            f"The encoder gives {2 * size(wanted)} numbers and the decoder takes {size(wanted)}: "
            "the first half is taken as the mean, the second as the logarithm of the variance."
        )
    place = Place(_maker(graph, outputs[0]), wanted, outputs[0])
    cut = graph.part(graph.inputs, outputs)
    return _checked(Split(cut, decoder.graph, factor, packed, place, (), tuple(notes)))


def of_one(model: Plain, image_size: int, bottleneck: str = "") -> Split:
    """Return the split of a whole model.

    Args:
        model: From image to image.
        image_size: Of one image, in numbers.
        bottleneck: Name of the layer that makes the code; "": the narrowest.

    Raises:
        ExplorerError: If it is no autoencoder, or cannot be parted there.
    """
    graph = model.graph
    images = [t for t in graph.outputs if size(graph.shapes[t]) == image_size]
    if not images and model.missing:
        raise unknown(model.missing)
    if len(graph.inputs) != 1 or not images:
        raise ExplorerError(
            "The model is no autoencoder of these images: it takes "
            f"{_shapes(graph, graph.inputs)} and gives {_shapes(graph, graph.outputs)}. Give a "
            "model that gives back what it takes, or encoder and decoder as two files."
        )
    image = images[0]
    places = _places(graph, image)
    if not places:
        raise ExplorerError(
            "The model has no place where it could be parted into encoder and decoder: every layer "
            "is skipped by a connection (as in a U-Net), or there is none between its ends."
        )
    place = _named(places, bottleneck) if bottleneck else _narrowest(graph, model, places)
    outputs: tuple[Tensor, ...] = (place.tensor,)
    factor = 1.0
    if place.tensor in model.spreads:
        log_var, factor = model.spreads[place.tensor]
        outputs = (place.tensor, log_var)
    notes = list(model.notes)
    if len(place.shape) > 1:
        text = " × ".join(map(str, place.shape))
        notes.append(
            f"The code is an image of {text}: it is flattened to {size(place.shape)} numbers."
        )
    if size(place.shape) >= image_size:
        notes.append(
            f"The code has {size(place.shape)} numbers, as many as an image or more: narrower "
            "layers are skipped by connections, or there are none."
        )
    return _checked(
        Split(
            graph.part(graph.inputs, outputs),
            graph.part((place.tensor,), (image,)),
            factor,
            False,
            place,
            tuple(places),
            tuple(notes),
        )
    )


def _checked(split: Split) -> Split:
    if not 1 <= split.z_dim <= MAX_Z_DIM:
        raise ExplorerError(
            f"The code, made by {split.place.layer!r}, would have {split.z_dim:,} numbers; at most "
            f"{MAX_Z_DIM} can be explored. Train a model with a smaller code; a narrower layer "
            "that connections skip (as in a U-Net) is no code."
        )
    return split


def _places(graph: Graph, image: Tensor) -> list[Place]:
    """Return the tensors through which all that leads to the image goes."""
    nodes = graph.needed([image])
    last_use = {tensor: i for i, node in enumerate(nodes) for tensor in node.inputs}
    last_use[image] = len(nodes)
    alive = set(graph.inputs)
    places = []
    for i, node in enumerate(nodes):
        alive |= set(node.outputs)
        alive = {tensor for tensor in alive if last_use.get(tensor, -1) > i}
        if len(alive) == 1 and (tensor := next(iter(alive))) in node.outputs and tensor != image:
            places.append(Place(node.layer.name, graph.shapes[tensor], tensor))
    return places


def _narrowest(graph: Graph, model: Plain, places: list[Place]) -> Place:
    """Return the likeliest place of the code."""
    drawn = [place for place in places if place.tensor in model.spreads]
    if drawn:
        return min(drawn, key=lambda place: size(place.shape))
    least = min(size(place.shape) for place in places)
    joints = [
        place
        for place, behind in itertools.pairwise(places)
        if (a := _model(place.layer)) != (b := _model(behind.layer))
        and (size(place.shape) == least or _PARTS.search(a + b))
    ]
    if joints:
        return min(joints, key=lambda place: size(place.shape))
    index = next(i for i, place in enumerate(places) if size(place.shape) == least)
    kinds = {tensor: node.layer.kind for node in graph.nodes for tensor in node.outputs}
    while (
        index + 1 < len(places)
        and size(places[index + 1].shape) == least
        and kinds[places[index + 1].tensor] in _AFTER
    ):
        index += 1
    return places[index]


def _model(layer: str) -> str:
    """Return the name of the outermost model that holds a layer; "" for none."""
    return layer.split("/")[0] if "/" in layer else ""


def _named(places: list[Place], name: str) -> Place:
    for place in places:
        if name in (place.layer, place.layer.rsplit("/", 1)[-1]):
            return place
    names = ", ".join(f"{place.layer.rsplit('/', 1)[-1]} ({size(place.shape)})" for place in places)
    raise ExplorerError(
        f"The model cannot be parted at {name[:80]!r}: choose one of {names[:600]}."
    )


def _ordered(graph: Graph, outputs: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Return mean and logarithm of the variance of a VAE's outputs."""
    first, second = outputs[:2]
    if _SPREAD.search(_maker(graph, first).lower()) and not _SPREAD.search(
        _maker(graph, second).lower()
    ):
        return second, first
    return first, second


def _maker(graph: Graph, tensor: Tensor) -> str:
    makers: list[Node] = [node for node in graph.nodes if tensor in node.outputs]
    return makers[0].layer.name if makers else "the input"


def _shapes(graph: Graph, tensors: tuple[Tensor, ...]) -> str:
    return " and ".join(str(graph.shapes[tensor]) for tensor in tensors) or "nothing"
