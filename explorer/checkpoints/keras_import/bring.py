"""Look at somebody's model: read it, part it, find its scale of pixels, reconstruct images."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer import datasets
from explorer.checkpoints.keras_import import scale as scales
from explorer.checkpoints.keras_import.build import Builder
from explorer.checkpoints.keras_import.graph import Graph, Net, Shape, inline
from explorer.checkpoints.keras_import.read import Brought
from explorer.checkpoints.keras_import.scale import Trial
from explorer.checkpoints.keras_import.simplify import Plain, simplify
from explorer.checkpoints.keras_import.split import Split, of_one, of_two
from explorer.core.errors import ExplorerError
from explorer.datasets.base import Dataset

_TRIED = 200  # images on which the scales are tried
SHOWN = 10
_ARRANGE = ("Cropping2D", "Flatten", "Permute", "Reshape", "ZeroPadding2D")


@dataclass(frozen=True, eq=False)
class Look:
    """A model as it would be imported.

    Attributes:
        brought: What the files hold.
        split: Encoder and decoder.
        encoder, decoder: Built with Keras; images (n, h, w, c) in [0, 1] go in and come out.
        trials: How well each scale of pixels gives images back, the one that is taken first.
        notes: What is worth telling.
    """

    brought: Brought
    split: Split
    encoder: Any
    decoder: Any
    trials: list[Trial]
    notes: list[str]

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Return the reconstructions of images in [0, 1], decoded from the mean of a VAE."""
        return _decoded(self.encoder, self.decoder, images)

    @property
    def loss(self) -> str:
        """The pixel loss: as the file tells, else by what the decoder gives."""
        if "crossentropy" in self.brought.loss.replace("_", "").lower():
            return "bce" if self.is_bounded else "mse"
        if self.brought.loss in ("mse", "mean_squared_error", "MeanSquaredError"):
            return "mse"
        return "bce" if self.is_bounded else "mse"

    @property
    def is_bounded(self) -> bool:
        """Whether pixels are in [0, 1], because the decoder ends in a sigmoid."""
        gives = self.trials[0].gives
        return gives.logits or (gives.is_plain and _ends_in_sigmoid(self.split.decoder))

    def to_dict(self) -> dict[str, Any]:
        """Return what a page or a command tells of it, as JSON values."""
        best = self.trials[0]
        return {
            "formats": self.brought.formats,
            "keras_version": self.brought.version,
            "kind": self.split.kind,
            "z_dim": self.split.z_dim,
            "bottleneck": self.split.place.layer,
            "bottlenecks": [
                {"layer": place.layer, "shape": list(place.shape)} for place in self.split.places
            ],
            "takes": list(self.split.encoder.shapes[self.split.encoder.inputs[0]]),
            "gives": list(self.split.decoder.shapes[self.split.decoder.outputs[0]]),
            "pixel_scale": best.takes.name,
            "output_scale": best.gives.name,
            "error": best.error,
            "scales": [
                {"takes": t.takes.name, "gives": t.gives.name, "error": t.error}
                for t in self.trials[:8]
            ],
            "loss": self.loss,
            "parameters": _parameters(self.encoder) + _parameters(self.decoder),
            "encoder": _rows(self.split.encoder),
            "decoder": _rows(self.split.decoder),
            "notes": self.notes,
        }


def look(brought: Brought, data: Dataset, bottleneck: str = "", pixel_scale: str = "") -> Look:
    """Read, part and build a model; find the scale of its pixels on a data set's test images.

    Args:
        brought: What the files hold.
        data: The test images.
        bottleneck: Name of the layer that makes the code; "": the narrowest.
        pixel_scale: As `scale.parse` takes it; "": the one that gives images back best.

    Raises:
        ExplorerError: If it cannot be imported; the sentence says why.
    """
    shape, given = data.info.image_shape, scales.parse(pixel_scale) if pixel_scale else None
    builder = Builder(brought.generation)
    split = _split(brought, shape, builder, bottleneck)
    plain = builder.encoder(split, shape, scales.UNIT), builder.decoder(split, shape, scales.UNIT)
    some = data.images[:: max(1, len(data.images) // _TRIED)][:_TRIED]
    bounded = _ends_in_sigmoid(split.decoder)
    trials = scales.trials(some, lambda images: _decoded(*plain, images), given, bounded)
    takes, gives = trials[0].takes, trials[0].gives
    notes = list(split.notes)
    blank = float(np.mean(np.square(some - some.mean(axis=0))))
    if trials[0].error > blank:
        notes.append(
            f"The reconstructions are worse than one mean image for all (squared error "
            f"{trials[0].error:.3g} a pixel, {blank:.3g}): is {data.info.title} what it was "
            "trained on, and the bottleneck the right one?"
        )
    encoder, decoder = builder.encoder(split, shape, takes), builder.decoder(split, shape, gives)
    return Look(brought, split, encoder, decoder, trials, notes)


def _split(brought: Brought, shape: Shape, builder: Builder, bottleneck: str) -> Split:
    if len(brought.nets) == 1:
        (net,) = brought.nets.values()
        return of_one(_plain(net, builder, shape), math.prod(shape), bottleneck)
    encoder, decoder = _roles(brought.nets, shape)
    if bottleneck:
        raise ExplorerError(
            "Encoder and decoder are two models here, parted already: leave out the bottleneck."
        )
    return of_two(_plain(encoder, builder, shape), _plain(decoder, builder, None))


def _roles(nets: dict[str, Net], shape: Shape) -> tuple[Net, Net]:
    """Return which of several models is the encoder and which the decoder.

    Raises:
        ExplorerError: If that is not to be seen.
    """
    named = [
        [net for name, net in nets.items() if part in f"{name} {net.name}".lower()]
        for part in ("enc", "dec")
    ]
    if all(len(found) == 1 for found in named) and named[0] != named[1]:
        return named[0][0], named[1][0]
    takes = [net for net in nets.values() if net.shapes and _fits(net.shapes[0], shape)]
    others = [net for net in nets.values() if net not in takes]
    if len(takes) == 1 and len(others) == 1:
        return takes[0], others[0]
    raise ExplorerError(
        f"The files hold {len(nets)} models ({', '.join(list(nets)[:6])}), and it is not to be "
        "seen which is the encoder and which the decoder: name the files encoder and decoder, or "
        "give each in its place."
    )


def _plain(net: Net, builder: Builder, image: Shape | None) -> Plain:
    """Return a model of known layers alone; `image` is what it should take, None: a code."""
    graph = inline(net)
    shapes = dict(graph.shapes)
    if len(graph.inputs) != 1:
        raise ExplorerError(
            f"{net.name!r} takes {len(graph.inputs)} things at once (a conditional model takes a "
            "label besides): only models that take an image, or a code, can be explored here."
        )
    (tensor,) = graph.inputs
    if tensor not in shapes:
        if image is None:
            raise ExplorerError(
                f"{net.name!r} does not tell the shape of what it takes: build it with an Input "
                "layer, or call it once, and save it anew."
            )
        shapes[tensor] = image
    if image is not None and not _fits(shapes[tensor], image):
        raise ExplorerError(
            f"The model takes {shapes[tensor]}, the images of the data set have {image}: choose "
            "the data set that it was trained on."
        )
    return simplify(graph, shapes, builder.shape_of)


def _fits(shape: Shape | None, image: Shape) -> bool:
    """Whether images have the shape but for how rows, columns and channels are run together."""
    if shape is None or math.prod(shape) != math.prod(image):
        return False
    products = {math.prod(image[:i]) for i in range(len(image) + 1)}
    return all(math.prod(shape[:i]) in products for i in range(len(shape) + 1))


def _decoded(encoder: Any, decoder: Any, images: np.ndarray) -> np.ndarray:
    parts = []
    for start in range(0, len(images), 100):
        codes = encoder(images[start : start + 100])
        parts.append(np.asarray(decoder(codes[0] if isinstance(codes, list | tuple) else codes)))
    return np.concatenate(parts)


def _ends_in_sigmoid(graph: Graph) -> bool:
    """Whether all that a graph gives is made by a sigmoid, but for how it is arranged."""
    for node in reversed(graph.nodes):
        if node.layer.kind not in _ARRANGE:
            return node.layer.config.get("activation") in ("sigmoid", "hard_sigmoid")
    return False


def _parameters(model: Any) -> int:
    return int(model.count_params())


def _rows(graph: Graph) -> list[dict[str, Any]]:
    return [
        {
            "name": node.layer.name,
            "kind": node.layer.kind,
            "shape": list(graph.shapes[node.outputs[0]]),
            "parameters": sum(value.size for value in node.layer.weights),
        }
        for node in graph.nodes
    ]


def chosen(data: Dataset) -> np.ndarray:
    """Return the rows of the images that are shown: one of each class, then the first others."""
    first = [int(np.argmax(data.labels == label)) for label in np.unique(data.labels)]
    rows = dict.fromkeys([*first[:SHOWN], *range(SHOWN)])
    return np.array(list(rows)[: min(SHOWN, len(data.images))])


def load(name: str) -> Dataset:
    """Load the test images of the data set that a model is looked at with."""
    return datasets.load(name, "test")
