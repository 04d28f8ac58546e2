"""The way from one image to another, straight through the latent space of each model."""

import numpy as np
import streamlit as st

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.latent import geometry
from explorer.ui.compare import point
from explorer.ui.compare.form import Choice
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.map import inspector
from explorer.ui.shared import cached, text
from explorer.ui.shared.fragment import fragment

STEPS = 11
_ENDS = {"A": "path-a", "B": "path-b"}  # keys of the boxes, and parameters of links


@fragment()
def draw(choice: Choice) -> None:
    """Draw the choice of both images, and what each model decodes on the way."""
    left = choice.left.checkpoint
    labels = cached.codes(cached.key(left)).labels
    first = inspector.typical(left)
    others = np.flatnonzero(labels != labels[first])
    defaults = (first, int(others[0]) if len(others) else 0)
    chosen = point.index(choice)
    ends = []
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for (end, key), default in zip(_ENDS.items(), defaults, strict=True):
            box = st.number_input(
                f"{end}: image",
                0,
                len(labels) - 1,
                default,
                key=key,
                width=130,
                bind="query-params",
            )
            ends.append(int(box))
            st.button(
                f"{end} = the chosen image",
                on_click=_take,
                args=(key, chosen),
                disabled=chosen is None,
                key=f"take-{key}",
            )
    names = datasets.info(left.dataset).class_names
    a, b = (text.plain(names[labels[end]]) for end in ends)
    st.caption(
        f"From **{a}** to **{b}** in {STEPS - 1} even steps on the straight line between the two "
        "codes, in each model's own latent space. At the ends stand the images themselves."
    )
    for number, each in enumerate(choice.models):
        st.markdown(f"**{text.plain(each.name)}**")
        gallery(_tiles(each, ends), key=f"path-{number}", columns=STEPS + 2)


def _take(key: str, index: int) -> None:
    st.session_state[key] = index


def _tiles(checkpoint: Checkpoint, ends: list[int]) -> list[Tile]:
    z = cached.codes(cached.key(checkpoint)).latent.z_mean
    a, b = (z[end] for end in ends)
    way = cached.decode(checkpoint, geometry.path(a, b, "line", STEPS))
    first, last = inspector.pictures(checkpoint, np.array(ends))
    steps = [
        Tile(image, alt=f"{number * 100 // (STEPS - 1)} % of the way, by {checkpoint.name}")
        for number, image in enumerate(way)
    ]
    return [Tile(first, "A"), *steps, Tile(last, "B")]
