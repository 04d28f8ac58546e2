"""The test images whose codes lie nearest to that of another one."""

from typing import Any, get_args

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.latent import neighbors
from explorer.latent.neighbors import Metric
from explorer.ui.components import gallery as galleries
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.shared import cached, naming, sights, state

GALLERY = "neighbours"
MOST = 50
_IN_URL: dict[str, Any] = {"bind": "query-params"}


def draw(checkpoint: Checkpoint, index: int) -> None:
    """Draw how many are wanted and what near means, and the neighbours of test image `index`."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        k = st.number_input("Neighbours", 1, MOST, 8, key="near", width=130, **_IN_URL)
        metric = st.segmented_control(
            "Distance",
            get_args(Metric),
            default="euclidean",
            format_func=str.capitalize,
            required=True,
            key="distance",
            help="Euclidean: how far apart two codes are. Cosine: how much their directions "
            "differ, seen from z = 0, however far out they are.",
            **_IN_URL,
        )
    test = cached.codes(cached.key(checkpoint))
    near = neighbors.neighbours(test.latent.z_mean, index, int(k), metric)
    d = checkpoint.z_dim
    by = "" if d == 1 else f", by all {d} latent dimensions"
    same = _same_label(checkpoint, test.labels, index, near.indices)
    st.caption(f"The {len(near.indices)} nearest codes{by}{same}. Click one to move there.")
    images = sights.pictures(checkpoint, near.indices)
    gallery(
        [
            Tile(
                image,
                alt=f"{naming.alt(checkpoint, int(row))}, distance {distance:.2f}",
                index=int(row),
            )
            for image, row, distance in zip(images, near.indices, near.distances, strict=True)
        ],
        key=GALLERY,
        width=58,
        on_click=_go_there,
    )


def _same_label(checkpoint: Checkpoint, labels: np.ndarray, index: int, near: np.ndarray) -> str:
    if not naming.labelled(checkpoint):
        return ""
    same = int(np.sum(labels[near] == labels[index]))
    share = "all" if same == len(near) else str(same)
    return f"; {share} of them {'has' if same == 1 else 'have'} the same label"


def _go_there() -> None:
    state.choose_point(galleries.clicked(GALLERY))
