"""The replay of a training: how the latent space and ten reconstructions came about."""

import base64
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from explorer.training.snapshots import Snapshots
from explorer.ui.components.gallery import data_url

_CSS = """
.explorer-replay { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  gap: 8px 20px; color: var(--st-text-color); font: 13px var(--st-font); container-type: normal; }
.explorer-replay .map { min-width: 0; }
.explorer-replay canvas { display: block; width: 100%; aspect-ratio: 1; border-radius: 8px;
  background: var(--st-secondary-background-color); }
.explorer-replay .side { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.explorer-replay .heading { opacity: 0.75; }
.explorer-replay .tiles { display: grid; grid-template-columns: repeat(5, 1fr); gap: 10px 8px; }
.explorer-replay .pair { display: grid; gap: 2px; }
.explorer-replay .tile { aspect-ratio: 1; background-size: 1000% 100%; border-radius: 4px;
  image-rendering: pixelated; }
.explorer-replay .legend { display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: 12px; }
.explorer-replay .legend i { display: inline-block; width: 9px; height: 9px; border-radius: 50%;
  margin-right: 5px; }
.explorer-replay .controls { grid-column: 1 / -1; display: flex; align-items: center; gap: 12px; }
.explorer-replay input { flex: 1; min-width: 0; accent-color: var(--st-primary-color); }
.explorer-replay .play { width: 34px; height: 34px; border: 0; border-radius: 50%; color: white;
  background: var(--st-primary-color); font-size: 12px; cursor: pointer; }
.explorer-replay .play:disabled { opacity: 0.4; cursor: default; }
.explorer-replay .told { min-width: 8.5em; text-align: right;
  font-variant-numeric: tabular-nums; }
@media (max-width: 640px) { .explorer-replay { grid-template-columns: minmax(0, 1fr); } }
"""


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
    _component()(
        key=key,
        data={
            "name": name,
            "epochs": [item.epoch for item in snapshots.items],
            "of": epochs,
            "points": [
                _text((item.points / scale).round().astype("<i2")) for item in snapshots.items
            ],
            "scale": scale,
            "strips": [_sprite(item.reconstructions) for item in snapshots.items],
            "originals": _sprite(snapshots.originals),
            "labels": _text(snapshots.labels),
            "colors": colors,
            "names": list(class_names),
            "caption": caption,
            "heading": "Ten test images, each over its reconstruction",
        },
    )


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _sprite(images: np.ndarray) -> str:
    """Return images (n, h, w, c), uint8, side by side as a PNG in a data URL."""
    return data_url(np.concatenate(list(images), axis=1).astype(np.float32) / 255)


@cache
def _component() -> Any:
    return st.components.v2.component(
        "explorer.replay", css=_CSS, js="replay.js", isolate_styles=False
    )
