"""The browser decoder: a Streamlit component in which an image follows the hand.

Everything between two releases of a slider happens in the browser. The server sends addresses of
files (weights, codes, labels, the map, the images), which the browser keeps, and hears of a new z
only when it is let go. On other pages the same decoder shows the images of a click (`preview`)
before the server has answered. `../frontend/` is the TypeScript.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import streamlit as st

from explorer.latent.geometry import LinearMap
from explorer.latent.stats import LatentStats, Prior

_ENTRY = "index-*.js"
_NAME = "explorer.latent_pad"


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
        name: What the place is.
        z: The code.
    """

    token: str
    name: str
    z: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class PadData:
    """What the pad needs of a checkpoint.

    Attributes:
        name: Name of the checkpoint.
        kind: "ae" or "vae".
        image_shape: Height, width, channels.
        model: Address of decoder.onnx (see `explorer.ui.server.files`).
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
        selection: Number of the image that is selected on the map page, or None.
    """

    name: str
    kind: str
    image_shape: tuple[int, int, int]
    model: str
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
    selection: int | None = None


def latent_pad(data: PadData, *, key: str) -> tuple[float, ...] | None:
    """Draw the pad.

    Args:
        data: The checkpoint and where to begin. What changes here is loaded anew, except `start`.
        key: Names this pad among the widgets of the page.

    Returns:
        The z where the user last let go; None while the start is untouched.
    """
    result = _component()(
        key=key,
        data=_message(data),
        on_place_change=_heard,
    )
    return _released(result.get("place"), data)


def preview(
    places: Sequence[str],
    gallery: str,
    *,
    image_shape: tuple[int, int, int],
    z_dim: int,
    model: str,
    codes: str,
    images: str | None,
) -> None:
    """Show the images of a click before the server answers: the browser decodes them.

    It draws nothing itself. Until it is loaded, the images come with the server's answer.

    Args:
        places: Keys of charts and galleries; what is clicked there is the index of an image.
        gallery: Key of the gallery. Its tiles get new images by their captions: "original",
            "reconstruction", "difference".
        image_shape: Height, width, channels.
        z_dim: Length of a code.
        model: Address of decoder.onnx (see `explorer.ui.server.files`).
        codes: Address of the codes.
        images: Address of the real images, or None; then there is a reconstruction alone.
    """
    key = f"{gallery}-preview"
    data = {
        "role": "preview",
        "places": list(places),
        "gallery": gallery,
        "image_shape": list(image_shape),
        "z_dim": z_dim,
        "model": model,
        "codes": codes,
        "images": images,
    }
    _component()(key=key, data=data)


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


def _heard() -> None:
    """Make Streamlit keep a state of this name; the page reads it when it is run."""


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(_NAME, js=_ENTRY)


def _message(data: PadData) -> Mapping[str, Any]:
    """Return `data` as src/types.ts describes it."""
    stats = data.stats
    dimensions = [
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
    factor = data.prior.factor
    return {
        "role": "pad",
        "name": data.name,
        "kind": data.kind,
        "z_dim": len(stats.mean),
        "image_shape": list(data.image_shape),
        "model": data.model,
        "codes": data.codes,
        "labels": data.labels,
        "images": data.images,
        "dimensions": dimensions,
        "importance_name": stats.importance_name,
        "neighbour_quantiles": _shorts(data.neighbour_quantiles),
        "prior": {
            "name": data.prior.name,
            "mean": _shorts(data.prior.mean),
            "factor": factor
            if factor is None
            else [_shorts(row[: i + 1]) for i, row in enumerate(factor)],
        },
        "maps": [_map(shown) for shown in data.maps],
        "classes": [
            {"name": name, "color": color}
            for name, color in zip(data.class_names, data.class_colors, strict=True)
        ],
        "centroids": [{"name": code.name, "z": list(code.z)} for code in data.centroids],
        "selection": data.selection,
        "start": {"token": data.start.token, "name": data.start.name, "z": list(data.start.z)},
    }


def _map(shown: PadMap) -> dict[str, Any]:
    linear = shown.linear
    formula = linear and {
        "origin": _shorts(linear.origin),
        "axes": [_shorts(axis) for axis in linear.axes],
    }
    return {"name": shown.name, "points": shown.points, "linear": formula}


def _short(value: float) -> float:
    """Return a number as float32 needs it: shorter to send, the same to the browser."""
    return float(f"{float(value):.8g}")


def _shorts(values: np.ndarray) -> list[float]:
    return [_short(value) for value in values]
