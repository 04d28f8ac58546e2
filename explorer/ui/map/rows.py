"""Rows of originals over their reconstructions, as papers show them."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.datasets.images import Images
from explorer.ui.components import gallery as galleries
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, state
from explorer.ui.shared.cached import Key

GALLERY = "paper"
_WHICH = {"first": "the first", "median": "of median error", "worst": "of largest error"}


def draw(checkpoint: Checkpoint, n: int = 16) -> None:
    """Draw n test images over their reconstructions, and the choice of which ones.

    Without a decoder there is nothing to draw.
    """
    if not checkpoint.model.decodes:
        return
    try:
        originals = cached.originals(checkpoint)
    except ExplorerError:
        originals = None
    title = "Reconstructions" if originals is None else "Originals over reconstructions"
    st.header(title, anchor=False)
    which = st.segmented_control(
        "Which images",
        list(_WHICH),
        default="first",
        required=True,
        format_func=_WHICH.__getitem__,
        label_visibility="collapsed",
    )
    key = cached.key(checkpoint)
    tiles = _tiles(key, str(which or "first"), n, checkpoint)
    columns = len(tiles)
    if originals is None:
        st.caption("The original images are not on this machine.")
    else:
        tiles = [*_original_tiles(key, str(which or "first"), n, originals), *tiles]
    gallery(tiles, key=GALLERY, columns=columns, on_click=_choose)


@keep(32)
def _tiles(key: Key, which: str, n: int, _checkpoint: Checkpoint) -> list[Tile]:
    rows = _rows(key, which, n)
    images = cached.decode(_checkpoint, cached.codes(key).latent.z_mean[rows])
    return [
        Tile(image, alt="reconstruction", index=int(row))
        for image, row in zip(images, rows, strict=True)
    ]


@keep(32)
def _original_tiles(key: Key, which: str, n: int, _originals: Images) -> list[Tile]:
    return [Tile(_originals[row], alt="original", index=int(row)) for row in _rows(key, which, n)]


def _rows(key: Key, which: str, n: int) -> np.ndarray:
    """Return the indices of the test images that are shown, at most n."""
    order = np.argsort(cached.codes(key).reconstruction_error)
    n = min(n, len(order))
    middle = len(order) // 2 - n // 2
    rows = {
        "first": np.arange(n),
        "median": order[middle : middle + n],
        "worst": order[: -n - 1 : -1],
    }
    return rows[which]


def _choose() -> None:
    state.choose_point(galleries.clicked(GALLERY))
