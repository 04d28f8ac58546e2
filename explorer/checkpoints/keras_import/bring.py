"""Look at somebody's Keras model: part it, build it anew, find its scale of pixels."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.checkpoints import export
from explorer.checkpoints.keras_import import look, scale
from explorer.checkpoints.keras_import.build import Builder
from explorer.checkpoints.keras_import.graph import Graph, Net, Shape, fits, inline
from explorer.checkpoints.keras_import.look import Look
from explorer.checkpoints.keras_import.read import Brought
from explorer.checkpoints.keras_import.simplify import Plain, simplify
from explorer.checkpoints.keras_import.split import Split, of_one, of_two
from explorer.core.errors import ExplorerError
from explorer.datasets.base import Dataset

_ARRANGE = ("Cropping2D", "Flatten", "Permute", "Reshape", "ZeroPadding2D")


def look_at(
    brought: Brought,
    data: Dataset,
    bottleneck: str = "",
    pixel_scale: str = "",
    custom: Mapping[str, Any] | None = None,
) -> tuple[Look, Any, Any]:
    """Read, part and build a model; find the scale of its pixels on a data set's test images.

    Args:
        brought: What the files hold.
        data: The test images.
        bottleneck: Name of the layer that makes the code; "": the narrowest.
        pixel_scale: As `scale.parse` takes it; "": the one that gives images back best.
        custom: Layers of its owner's, by their names, see `code.classes`.

    Returns:
        What is known of it, its encoder and its decoder, built with Keras: images (n, h, w, c) in
        [0, 1] go in and come out.

    Raises:
        ExplorerError: If it cannot be imported; the sentence says why.
    """
    shape, given = data.info.image_shape, scale.parse(pixel_scale) if pixel_scale else None
    builder = Builder(brought.generation, custom)
    split = _split(brought, shape, builder, bottleneck)
    plain = builder.encoder(split, shape, scale.UNIT), builder.decoder(split, shape, scale.UNIT)
    sigmoid = _ends_in_sigmoid(split.decoder)
    trials, notes = look.find_scale(data, lambda x: _decoded(*plain, x), given, sigmoid)
    takes, gives = trials[0].takes, trials[0].gives
    encoder, decoder = plain
    if not (takes.is_plain and gives.is_plain):
        encoder = builder.encoder(split, shape, takes)
        decoder = builder.decoder(split, shape, gives)
    bounded = gives.logits or (gives.is_plain and sigmoid)
    looked = Look(
        kind=split.kind,
        z_dim=split.z_dim,
        architecture="imported",
        loss=_loss(brought.loss, bounded),
        bounded=bounded,
        trials=trials,
        reconstruct=lambda images: _decoded(encoder, decoder, images),
        write=lambda folder: export.keras_files(folder, encoder, decoder, data.images),
        parameters=int(encoder.count_params() + decoder.count_params()),
        about=_about(brought, split),
        notes=[*split.notes, *notes],
    )
    return looked, encoder, decoder


def _about(brought: Brought, split: Split) -> dict[str, Any]:
    return {
        "formats": brought.formats,
        "keras_version": brought.version,
        "bottleneck": split.place.layer,
        "bottlenecks": [
            {"layer": place.layer, "shape": list(place.shape)} for place in split.places
        ],
        "takes": list(split.encoder.shapes[split.encoder.inputs[0]]),
        "gives": list(split.decoder.shapes[split.decoder.outputs[0]]),
        "encoder": _rows(split.encoder),
        "decoder": _rows(split.decoder),
    }


def _loss(name: str, bounded: bool) -> str:
    """Return the pixel loss: as the file names it, else by what the decoder gives."""
    squared = name in ("mse", "mean_squared_error", "MeanSquaredError")
    return "bce" if bounded and not squared else "mse"


def _split(brought: Brought, shape: Shape, builder: Builder, bottleneck: str) -> Split:
    if len(brought.nets) == 1:
        (net,) = brought.nets.values()
        return of_one(_plain(net, builder, shape), math.prod(shape), bottleneck)
    encoder, decoder = look.roles(
        {
            name: (net, bool(net.shapes) and fits(net.shapes[0], shape))
            for name, net in brought.nets.items()
        }
    )
    if bottleneck:
        raise look.parted()
    return of_two(_plain(encoder, builder, shape), _plain(decoder, builder, None))


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
    if image is not None and not fits(shapes[tensor], image):
        raise look.other_images([shapes[tensor]], image)
    return simplify(graph, shapes, builder)


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
