"""Small images in a row or a grid, which can be buttons."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from explorer.core.png import png
from explorer.ui.components.contract import TileRole
from explorer.ui.components.frontend import ignore, mount


@dataclass(frozen=True)
class Tile:
    """An image of a gallery.

    Attributes:
        image: Shape (h, w, c) in [0, 1]; c is 1 or 3.
        caption: Text below it.
        alt: What it shows, for those who cannot see it.
        index: What a click on it tells; None: it is no button.
        role: What it shows of the chosen image, where a preview may replace it.
    """

    image: np.ndarray
    caption: str = ""
    alt: str = ""
    index: int | None = None
    role: TileRole | None = None

    @cached_property
    def src(self) -> str:
        """The image as `data_url`: who keeps a tile keeps it too."""
        return data_url(self.image)


def gallery(
    tiles: Sequence[Tile],
    *,
    key: str,
    columns: int | None = None,
    width: int = 56,
    on_click: Callable[[], None] | None = None,
    about: int | None = None,
) -> None:
    """Show images, upscaled without smoothing.

    Args:
        tiles: The images.
        key: Key of the widget.
        columns: Images per row, sharing the whole width; None: as many of `width` as fit.
        width: Width of an image in pixels, where `columns` is not given.
        on_click: Called before the rerun that a click causes; `clicked(key)` is its index.
        about: Index of the test image that these are of, if a preview shows images here: those of
            a point that was left since are held back.
    """
    mount(
        {
            "role": "gallery",
            "name": key,
            "tiles": [
                {
                    "src": tile.src,
                    "caption": tile.caption,
                    "alt": tile.alt or tile.caption,
                    "index": tile.index,
                    "role": tile.role,
                }
                for tile in tiles
            ],
            "columns": columns,
            "width": width,
            "about": about,
        },
        key=key,
        on_clicked_change=on_click or ignore,
    )


def clicked(key: str) -> int | None:
    """Return the index clicked in the gallery called `key`, inside its `on_click`."""
    value = st.session_state[key].get("clicked")
    return value if isinstance(value, int) else None


def data_url(image: np.ndarray) -> str:
    """Return an image, (h, w, c) in [0, 1], as a PNG in a data URL."""
    pixels = (np.clip(image, 0, 1) * 255).round().astype(np.uint8)
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode()
