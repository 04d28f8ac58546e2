"""Rows of originals over their reconstructions, as papers show them."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.ui.components import gallery as galleries
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, state

GALLERY = "paper"
_WHICH = {"first": "the first", "median": "of median error", "worst": "of largest error"}


def draw(checkpoint: Checkpoint, n: int = 16) -> None:
    """Draw n test images over their reconstructions, and the choice of which ones."""
    try:
        originals = cached.originals(checkpoint)
    except ExplorerError:
        originals = None
    title = "Reconstructions" if originals is None else "Originals over reconstructions"
    st.header(title, anchor=False)
    test = cached.codes(cached.key(checkpoint))
    which = st.segmented_control(
        "Which images",
        list(_WHICH),
        default="first",
        required=True,
        format_func=_WHICH.__getitem__,
        label_visibility="collapsed",
    )
    order = np.argsort(test.reconstruction_error)
    n = min(n, len(order))
    middle = len(order) // 2 - n // 2
    rows = {
        "first": np.arange(n),
        "median": order[middle : middle + n],
        "worst": order[: -n - 1 : -1],
    }
    shown = rows[str(which or "first")]
    reconstructions = cached.decode(checkpoint, test.latent.z_mean[shown])
    tiles = [
        Tile(image, alt="reconstruction", index=int(row))
        for image, row in zip(reconstructions, shown, strict=True)
    ]
    if originals is None:
        st.caption("The original images are not on this machine.")
    else:
        tiles = [
            Tile(image, alt="original", index=int(row))
            for image, row in zip(originals[shown], shown, strict=True)
        ] + tiles
    gallery(tiles, key=GALLERY, columns=n, on_click=_choose)


def _choose() -> None:
    state.choose_point(galleries.clicked(GALLERY))
