"""The replay of a training: how the latent space and ten reconstructions came about."""

import base64

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
    """
    largest = max(float(np.abs(item.points).max()) for item in snapshots.items)
    scale = max(largest, 1e-6) / 32767
    points = [(item.points / scale).round().astype("<i2") for item in snapshots.items]
    mount(
        {
            "role": "replay",
            "name": name,
            "epochs": [item.epoch for item in snapshots.items],
            "total": epochs,
            "points": [_base64(array) for array in points],
            "scale": scale,
            "strips": [_sprite(item.reconstructions) for item in snapshots.items],
            "originals": _sprite(snapshots.originals),
            "labels": _base64(snapshots.labels),
            "colors": colors,
            "class_names": list(class_names),
            "caption": caption,
            "heading": "Ten test images, each over its reconstruction",
        },
        key=key,
    )


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _sprite(images: np.ndarray) -> str:
    """Return images (n, h, w, c), uint8, side by side as a PNG in a data URL."""
    return data_url(np.concatenate(list(images), axis=1).astype(np.float32) / 255)
