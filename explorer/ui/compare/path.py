"""The way from one image to another, straight through the latent space of each model."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.latent import geometry
from explorer.ui.compare import form, point
from explorer.ui.compare.form import Choice
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.map import inspector
from explorer.ui.shared import cached, naming, sights, text

TITLE = "Path"
STEPS = 11
_ENDS = {"A": "path-a", "B": "path-b"}  # keys of the boxes, and parameters of links


def draw(choice: Choice) -> None:
    """Draw the choice of both images, and what each model decodes on the way."""
    left = choice.left.checkpoint
    labels = cached.codes(cached.key(left)).labels
    rows = []
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for (end, key), default in zip(_ENDS.items(), _defaults(choice), strict=True):
            box = st.number_input(
                f"{end}: image",
                0,
                len(labels) - 1,
                default,
                key=key,
                width=130,
                bind="query-params",
            )
            rows.append(int(box))
            take = partial(_take, key, choice)
            st.button(f"{end} = the chosen image", on_click=take, key=f"take-{key}")
    a, b = (naming.title(left, end) for end in rows)
    st.caption(
        f"From {a} to {b} in {STEPS - 1} even steps on the straight line between the two "
        "codes, in each model's own latent space. At the ends stand the images themselves; on the "
        "maps they are A and B, with the line between them where a place is a code."
    )
    for number, each in enumerate(choice.models):
        st.markdown(f"**{text.plain(each.name)}**")
        gallery(_tiles(each, rows), key=f"path-{number}", columns=STEPS + 2)


def ends(choice: Choice) -> tuple[int, int] | None:
    """Return the images that the path leads from and to, where the tab of it is open."""
    if _value(form.TAB) != TITLE:
        return None
    n = len(cached.codes(choice.keys[0]).labels)
    a, b = (
        int(told) if told.isascii() and told.isdigit() and int(told) < n else default
        for told, default in zip(map(_value, _ENDS.values()), _defaults(choice), strict=True)
    )
    return a, b


def _value(key: str) -> str:
    """Return what a widget further down has, or will have: what a link says comes first."""
    return str(st.session_state.get(key, st.query_params.get(key, "")))


def _defaults(choice: Choice) -> tuple[int, int]:
    """Return a usual image, and one of another class; without labels, the one after it."""
    left = choice.left.checkpoint
    labels = cached.codes(cached.key(left)).labels
    first = inspector.typical(left)
    others = np.flatnonzero(labels != labels[first])
    return first, int(others[0]) if len(others) else (first + 1) % len(labels)


def _take(key: str, choice: Choice) -> None:
    # A click on a map does not draw this tab anew: what is chosen now is asked for now.
    chosen = point.index(choice)
    left = choice.left.checkpoint
    st.session_state[key] = inspector.typical(left) if chosen is None else chosen


def _tiles(checkpoint: Checkpoint, rows: list[int]) -> list[Tile]:
    z = cached.codes(cached.key(checkpoint)).latent.z_mean
    a, b = (z[row] for row in rows)
    way = cached.decode(checkpoint, geometry.path(a, b, "line", STEPS))
    first, last = sights.pictures(checkpoint, np.array(rows))
    steps = [
        Tile(image, alt=f"{number * 100 // (STEPS - 1)} % of the way, by {checkpoint.name}")
        for number, image in enumerate(way)
    ]
    return [Tile(first, "A"), *steps, Tile(last, "B")]
