"""Some test images as buttons: a click on one chooses it on the maps of the page."""

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.components import gallery as galleries
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import naming, sights, state

_CHOSEN = "image chosen below the maps"


def draw(checkpoint: Checkpoint, index: np.ndarray, key: str, n: int) -> None:
    """Draw the first n of some test images; a click on one chooses it on the maps."""
    shown = index[:n]
    tiles = [
        Tile(image, alt=naming.alt(checkpoint, int(row)), index=int(row))
        for image, row in zip(sights.pictures(checkpoint, shown), shown, strict=True)
    ]
    gallery(tiles, key=key, width=48, on_click=lambda: _choose(key))
    if st.session_state.pop(_CHOSEN, False):
        st.rerun()  # the maps lie outside of the fragment that was clicked


def _choose(key: str) -> None:
    state.choose_point(galleries.clicked(key))
    st.session_state[_CHOSEN] = True
