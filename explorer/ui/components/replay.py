"""Trainings in pictures: the film of one, and small maps of several at one scale."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.training.snapshots import Snapshots
from explorer.ui.components.frontend import mount
from explorer.ui.components.gallery import data_url


def replay(
    snapshots: Snapshots,
    *,
    key: str,
    name: str,
    epochs: int,
    class_names: tuple[str, ...],
    colors: list[str],
    caption: str,
    axes: tuple[str, str],
    prior: bool,
) -> None:
    """Show the snapshots of a training, with a slider that plays in the browser.

    Args:
        snapshots: What is shown.
        key: Key of the widget.
        name: Of the training; another name begins another replay.
        epochs: How many the training will have.
        class_names: Name of each class.
        colors: CSS colour of each class.
        caption: What the points are.
        axes: Titles of the axes.
        prior: Whether the prior's rings are drawn.
    """
    scale, points = _packed([item.points for item in snapshots.items])
    mount(
        {
            "role": "replay",
            "name": name,
            "epochs": [item.epoch for item in snapshots.items],
            "total": epochs,
            "points": points,
            "scale": scale,
            "strips": [_sprite(item.reconstructions) for item in snapshots.items],
            "originals": _sprite(snapshots.originals),
            "labels": _base64(snapshots.labels),
            "colors": colors,
            "class_names": list(class_names),
            "caption": caption,
            "heading": "Ten test images, each over its reconstruction",
            "axes": axes,
            "prior": prior,
        },
        key=key,
    )


@dataclass(frozen=True, eq=False)
class SmallMap:
    """The codes of one training.

    Attributes:
        title: Below the map.
        alt: What it shows, in words.
        points: Codes in two dimensions, shape (n, 2).
        labels: Class of each, shape (n,).
    """

    title: str
    alt: str
    points: np.ndarray
    labels: np.ndarray


def small_maps(
    maps: Sequence[SmallMap],
    *,
    key: str,
    name: str,
    columns: int,
    colors: list[str],
    on_click: Callable[[], None],
) -> None:
    """Draw small maps, all at one scale, with the prior's rings.

    Args:
        maps: At least one.
        key: Key of the widget.
        name: Of what they belong to; another name begins other maps.
        columns: Maps in a row.
        colors: CSS colour of each class, as #rrggbb.
        on_click: Called when one is clicked; inside it `gallery.clicked(key)` is its number.
    """
    scale, points = _packed([one.points for one in maps])
    mount(
        {
            "role": "grid",
            "name": name,
            "maps": [
                {"title": one.title, "alt": one.alt, "points": sent, "labels": _base64(one.labels)}
                for one, sent in zip(maps, points, strict=True)
            ],
            "columns": columns,
            "scale": scale,
            "colors": colors,
        },
        key=key,
        on_clicked_change=on_click,
    )


def _packed(points: Sequence[np.ndarray]) -> tuple[float, list[str]]:
    """Return one scale for all points, and these as base64 of int16 in its units."""
    scale = max(1e-6, *(float(np.abs(some).max()) for some in points)) / 32767
    return scale, [_base64((some / scale).round().astype("<i2")) for some in points]


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _sprite(images: np.ndarray) -> str:
    """Return images (n, h, w, c), uint8, side by side as a PNG in a data URL."""
    return data_url(np.concatenate(list(images), axis=1).astype(np.float32) / 255)
