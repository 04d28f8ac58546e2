"""The browser decoder: a Streamlit component in which an image follows the hand.

Everything between two releases of a slider happens in the browser. The server sends addresses of
files (weights, codes, labels, the map, the images), which the browser keeps, and hears of a new z
only when it is let go. On other pages the same decoder shows the images of a click (`preview`)
before the server has answered. `src/` is the TypeScript; `npm ci && npm run build` makes `dist/`.
"""

import gzip
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime import get_instance

from explorer.latent.geometry import LinearMap
from explorer.latent.stats import LatentStats, Prior

DIST = Path(__file__).parents[1] / "frontend" / "dist"
# More than this is not sent; the nearest image is then shown as its reconstruction.
MAX_IMAGE_BYTES = 16_000_000

_ENTRY = "index-*.js"
_NAME = "explorer.latent_pad"


def is_built() -> bool:
    """Tell whether the component's script is there; without it the page decodes on the server."""
    return len(list(DIST.glob(_ENTRY))) == 1


@dataclass(frozen=True)
class Packed:
    """A file for the browser, compressed once for all visitors.

    Attributes:
        content: Its bytes, gzipped.
    """

    content: bytes


def pack(content: bytes) -> Packed:
    """Compress a file for the browser. The same content gives the same bytes."""
    return Packed(gzip.compress(content, compresslevel=6, mtime=0))


def pack_array(array: np.ndarray, dtype: type[np.generic]) -> Packed:
    """Compress an array as a .npy file of `dtype`: float32, int32 or uint8."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array, dtype), allow_pickle=False)
    return pack(buffer.getvalue())


def pack_images(images: np.ndarray) -> Packed | None:
    """Compress images, (n, h, w, c) in [0, 1], as 8-bit; None if that would be too much to send."""
    if images.size > MAX_IMAGE_BYTES:
        return None
    return pack_array(np.rint(np.clip(images, 0, 1) * 255), np.uint8)


@dataclass(frozen=True, eq=False)
class PadMap:
    """A picture of the codes that the pad can show beside the image.

    Attributes:
        name: For instance "PCA".
        points: Shape (n, 2) float32, packed; NaN for codes that are not in the picture.
        linear: The formula behind it, if it has one.
    """

    name: str
    points: Packed
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
        model: decoder.onnx, packed.
        codes: z_mean, shape (n, z_dim) float32, packed.
        labels: Shape (n,) int32, packed.
        stats: How the codes fill the space.
        neighbour_quantiles: From `explorer.latent.neighbour_quantiles`, shape (101,).
        prior: Where new codes are drawn from.
        class_names: Name of each label.
        class_colors: Colour of each label, "#rrggbb".
        start: Where to begin.
        images: The real images, packed, or None.
        maps: Pictures of the codes, the one to show first at the front.
        centroids: Centroids of the clustering in use, if there is one.
        selection: Number of the image that is selected on the map page, or None.
    """

    name: str
    kind: str
    image_shape: tuple[int, int, int]
    model: Packed
    codes: Packed
    labels: Packed
    stats: LatentStats
    neighbour_quantiles: np.ndarray
    prior: Prior
    class_names: tuple[str, ...]
    class_colors: tuple[str, ...]
    start: Start
    images: Packed | None = None
    maps: tuple[PadMap, ...] = ()
    centroids: tuple[NamedCode, ...] = ()
    selection: int | None = None


@dataclass(frozen=True)
class PadState:
    """What the browser has told.

    Attributes:
        z: Where the user last let go, or None while the start is untouched.
        failure: One sentence on why the browser cannot decode, or None if it can.
    """

    z: tuple[float, ...] | None
    failure: str | None


def latent_pad(data: PadData, *, key: str) -> PadState:
    """Draw the pad.

    Args:
        data: The checkpoint and where to begin. What changes here is loaded anew, except `start`.
        key: Names this pad among the widgets of the page.

    Returns:
        What the browser has told so far.
    """
    result = _component()(
        key=key,
        data=_message(data, key),
        on_place_change=_heard,
        on_failure_change=_heard,
    )
    failure = result.get("failure")
    return PadState(
        z=_released(result.get("place"), data), failure=str(failure) if failure else None
    )


def preview(
    places: Sequence[str],
    gallery: str,
    *,
    image_shape: tuple[int, int, int],
    z_dim: int,
    model: Packed,
    codes: Packed,
    images: Packed | None,
) -> None:
    """Show the images of a click before the server answers: the browser decodes them.

    It draws nothing itself. Until it is loaded, the images come with the server's answer.

    Args:
        places: Keys of charts and galleries; what is clicked there is the index of an image.
        gallery: Key of the gallery. Its tiles get new images by their captions: "original",
            "reconstruction", "difference".
        image_shape: Height, width, channels.
        z_dim: Length of a code.
        model: decoder.onnx, packed.
        codes: z_mean, shape (n, z_dim) float32, packed.
        images: The real images, packed, or None; then there is a reconstruction alone.
    """
    key = f"{gallery}-preview"
    data = {
        "role": "preview",
        "places": list(places),
        "gallery": gallery,
        "image_shape": list(image_shape),
        "z_dim": z_dim,
        "model": _address(model, f"{key}-model"),
        "codes": _address(codes, f"{key}-codes"),
        "images": _address(images, f"{key}-images") if images else None,
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


def _message(data: PadData, key: str) -> Mapping[str, Any]:
    """Return `data` as src/types.ts describes it, with addresses in place of the files."""
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
        "model": _address(data.model, f"{key}-model"),
        "codes": _address(data.codes, f"{key}-codes"),
        "labels": _address(data.labels, f"{key}-labels"),
        "images": _address(data.images, f"{key}-images") if data.images else None,
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
        "maps": [_map(shown, f"{key}-map-{i}") for i, shown in enumerate(data.maps)],
        "classes": [
            {"name": name, "color": color}
            for name, color in zip(data.class_names, data.class_colors, strict=True)
        ],
        "centroids": [{"name": code.name, "z": list(code.z)} for code in data.centroids],
        "selection": data.selection,
        "start": {"token": data.start.token, "name": data.start.name, "z": list(data.start.z)},
    }


def _map(shown: PadMap, place: str) -> dict[str, Any]:
    linear = shown.linear
    formula = linear and {
        "origin": _shorts(linear.origin),
        "axes": [_shorts(axis) for axis in linear.axes],
    }
    return {"name": shown.name, "points": _address(shown.points, place), "linear": formula}


def _short(value: float) -> float:
    """Return a number as float32 needs it: shorter to send, the same to the browser."""
    return float(f"{float(value):.8g}")


def _shorts(values: np.ndarray) -> list[float]:
    return [_short(value) for value in values]


def _address(packed: Packed, place: str) -> str:
    """Return the address of a file on this server, named by a hash of its content.

    Of more than 1 MiB Streamlit hashes the length and three samples, in which two compressed files
    hardly agree.
    Its type says that it is compressed, so that the server does not compress it for each visitor.
    """
    return get_instance().media_file_mgr.add(packed.content, "application/gzip", place)
