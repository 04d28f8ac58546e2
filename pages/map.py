"""Map: the scatter plot of a latent space, and what a click or a lasso finds in it."""

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.components.preview import preview
from explorer.ui.map import form, neighbours, panel, picture, rows, selection
from explorer.ui.shared import state, title


def _show(checkpoint: Checkpoint) -> None:
    choice = form.choose(checkpoint)
    chart = picture.key(choice.spec.n_components)
    body = st.container(key="map-body", horizontal=True, gap="medium")
    with body.container(key="map-scatter", gap="small"):
        picture.draw(checkpoint, choice.spec, choice.colours)
    with body.container(key="map-side", gap="small"):
        panel.draw(checkpoint, picture.found(checkpoint, choice.spec), chart, picture.GROUP)
    places = [chart, neighbours.GALLERY, selection.GALLERY, rows.GALLERY]
    preview(checkpoint, places, "images")
    rows.draw(checkpoint)


title.draw("map")
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
