"""The chosen image, and what each model makes of it."""

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.compare import maps
from explorer.ui.compare.form import Choice
from explorer.ui.components import plot as plots
from explorer.ui.components.gallery import gallery
from explorer.ui.components.preview import preview
from explorer.ui.map import inspector
from explorer.ui.shared import cached, naming, selected, sights, state, text
from explorer.ui.shared.fragment import fragment

KEY = "compare-point"


def index(choice: Choice) -> int | None:
    """Return the index of the chosen test image, or None."""
    left = choice.left.checkpoint
    return state.point(left.dataset, len(cached.codes(cached.key(left)).labels))


@fragment()
def draw(choice: Choice) -> None:
    """Draw the image as each model draws it; a click on a map or a chart chooses another one."""
    left = choice.left.checkpoint
    picked = index(choice)
    chosen = inspector.typical(left) if picked is None else picked
    if picked is None:
        st.caption("Click a point: its image appears here, and a ring on both maps.")
    st.markdown(naming.title(left, chosen))
    for number, each in enumerate(choice.models):
        _of(each, chosen, f"{KEY}-{number}")
    plots.pick_point(maps.NAME, picked, state.choose_point)
    _pick_group(choice)


def _pick_group(choice: Choice) -> None:
    left = choice.left.checkpoint
    rows = selected.rows(left)
    n = len(cached.codes(cached.key(left)).labels)
    pick = lambda picked: selected.select(left, picked[picked < n])  # noqa: E731
    plots.pick_group(maps.group(choice), rows, pick)
    if len(rows):
        st.caption(f"**{len(rows):,}** selected, on both sides.")


def _of(checkpoint: Checkpoint, row: int, key: str) -> None:
    """Draw the image, its reconstruction and their difference; the browser is first to do so."""
    error = sights.error(checkpoint, row)
    st.markdown(text.plain(checkpoint.name) + (f": {error}" if error else ""))
    gallery(sights.tiles(checkpoint, row, by=checkpoint.name), key=key, columns=3, about=row)
    if not (sights.has_originals(checkpoint) or sights.are_codes(checkpoint)):
        st.caption("The original images are not on this machine.")


def previews(choice: Choice) -> None:
    """Let the browser decode the images of a click before the server answers."""
    for number, each in enumerate(choice.models):
        preview(each, [maps.NAME], f"{KEY}-{number}")
