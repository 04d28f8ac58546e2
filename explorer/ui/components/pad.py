"""The browser decoder: a Streamlit component in which an image follows the hand.

Everything between two releases of a slider happens in the browser. The server sends addresses of
files (weights, codes, labels, the map, the images), which the browser keeps, and hears of a new z
only when it is let go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.core.memory import keep
from explorer.datasets import Drawing
from explorer.latent.geometry import LinearMap
from explorer.latent.stats import LatentStats, Prior
from explorer.ui.components import contract
from explorer.ui.components.frontend import ignore, mount


@dataclass(frozen=True, eq=False)
class PadMap:
    """A picture of the codes that the pad can show beside the image.

    Attributes:
        name: For instance "PCA".
        points: Address of its points (see `explorer.ui.server.files`).
        linear: The formula behind it, if it has one.
    """

    name: str
    points: str
    linear: LinearMap | None


@dataclass(frozen=True)
class NamedCode:
    """A point of latent space with a name, for instance a centroid."""

    name: str
    z: tuple[float, ...]


@dataclass(frozen=True)
class Start:
    """Where the pad begins.

    Attributes:
        token: The pad moves to `z` when this changes, and at no other time.
        index: Index of the image whose code it is, if it is one's.
        z: The code.
        home: The code that *Reset* returns to: where the hand began, on an earlier visit too.
    """

    token: str
    index: int | None
    z: tuple[float, ...]
    home: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class PadData:
    """What the pad needs of a checkpoint.

    Attributes:
        name: Name of the checkpoint.
        kind: "ae" or "vae".
        image_shape: Height, width, channels.
        model: Address of decoder.onnx (see `explorer.ui.server.files`).
        encoder: Address of encoder.onnx, or None if it cannot be used.
        stds: Address of the standard deviations of each q(z|x), or None for an AE.
        loss: "bce" or "mse".
        error_quantiles: Of the test images' reconstruction errors, shape (101,).
        drawing: How the data set places what is drawn, or None.
        codes: Address of the codes.
        labels: Address of the labels.
        stats: How the codes fill the space.
        neighbour_quantiles: From `explorer.latent.neighbour_quantiles`, shape (101,).
        prior: Where new codes are drawn from.
        class_names: Name of each label.
        class_colors: Colour of each label, "#rrggbb".
        start: Where to begin.
        images: Address of the real images, or None.
        maps: Pictures of the codes, the one to show first at the front.
        centroids: Centroids of the clustering in use, if there is one.
        importance_help: What a dimension's importance is, in a sentence or two.
        terms: What words of the captions mean.
        selection: Number of the image that is selected on the map page, or None.
    """

    name: str
    kind: str
    image_shape: tuple[int, int, int]
    model: str
    encoder: str | None
    stds: str | None
    loss: str
    error_quantiles: np.ndarray
    drawing: Drawing | None
    codes: str
    labels: str
    stats: LatentStats
    neighbour_quantiles: np.ndarray
    prior: Prior
    class_names: tuple[str, ...]
    class_colors: tuple[str, ...]
    start: Start
    images: str | None = None
    maps: tuple[PadMap, ...] = ()
    centroids: tuple[NamedCode, ...] = ()
    importance_help: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)
    selection: int | None = None


def latent_pad(data: PadData, *, key: str) -> tuple[float, ...] | None:
    """Draw the pad.

    Args:
        data: The checkpoint and where to begin. What changes here is loaded anew, except `start`.
        key: Names this pad among the widgets of the page.

    Returns:
        The z where the user last let go; None while the start is untouched.
    """
    result = mount(message(data, key), key=key, on_place_change=ignore)
    return _released(result.get("place"), data)


def _released(place: Any, data: PadData) -> tuple[float, ...] | None:
    """Return the z that the browser sent, if it belongs to this start and is one at all."""
    if not isinstance(place, Mapping) or place.get("token") != data.start.token:
        return None
    z = place.get("z")
    if not isinstance(z, list) or len(z) != len(data.stats.mean):
        return None
    if not all(isinstance(value, int | float) and np.isfinite(value) for value in z):
        return None
    return tuple(float(value) for value in z)


def message(data: PadData, key: str) -> contract.PadData:
    """Return what the browser needs to draw the pad, for `latent_pad`."""
    stats = data.stats
    return {
        "role": "pad",
        "key": key,
        "name": data.name,
        "kind": data.kind,
        "z_dim": len(stats.mean),
        "image_shape": data.image_shape,
        "model": data.model,
        "encoder": data.encoder,
        "stds": data.stds,
        "loss": data.loss,
        "errors": _shorts(data.error_quantiles),
        "drawing": None
        if data.drawing is None
        else {"fill": data.drawing.fill, "centre": data.drawing.centre},
        "codes": data.codes,
        "labels": data.labels,
        "images": data.images,
        "dimensions": _dimensions(stats),
        "importance_name": stats.importance_name,
        "importance_help": data.importance_help,
        "terms": dict(data.terms),
        "neighbour_quantiles": _shorts(data.neighbour_quantiles),
        "prior": _prior(data.prior),
        "maps": [_map(shown) for shown in data.maps],
        "classes": [
            {"name": name, "color": color}
            for name, color in zip(data.class_names, data.class_colors, strict=True)
        ],
        "centroids": [{"name": code.name, "z": list(code.z)} for code in data.centroids],
        "selection": data.selection,
        "start": _start(data.start),
    }


def _start(start: Start) -> contract.StartData:
    return {
        "token": start.token,
        "index": start.index,
        "z": list(start.z),
        "home": list(start.home),
    }


@keep(16)
def _dimensions(stats: LatentStats) -> list[contract.DimensionData]:
    return [
        {
            "mean": _short(stats.mean[i]),
            "std": _short(stats.std[i]),
            "low": _short(stats.low[i]),
            "high": _short(stats.high[i]),
            "importance": _short(stats.importance[i]),
            "active": bool(stats.active[i]),
            "density": [round(float(height), 3) for height in stats.density[i]],
        }
        for i in range(len(stats.mean))
    ]


@keep(16)
def _prior(prior: Prior) -> contract.PriorData:
    factor = prior.factor
    rows = None if factor is None else [_shorts(row[: i + 1]) for i, row in enumerate(factor)]
    return {"name": prior.name, "mean": _shorts(prior.mean), "factor": rows}


@keep(32)
def _linear(linear: LinearMap) -> contract.LinearData:
    x, y = linear.axes
    return {"origin": _shorts(linear.origin), "axes": (_shorts(x), _shorts(y))}


def _map(shown: PadMap) -> contract.MapData:
    linear = shown.linear
    return {
        "name": shown.name,
        "points": shown.points,
        "linear": None if linear is None else _linear(linear),
    }


def _short(value: float) -> float:
    """Return a number as float32 needs it: shorter to send, the same to the browser."""
    return float(f"{float(value):.8g}")


def _shorts(values: np.ndarray) -> list[float]:
    return [_short(value) for value in values]
