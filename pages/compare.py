"""Compare: two models, or two spaces or pictures of one, with the same images."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.compare import (
    clusters,
    denoising,
    factors,
    form,
    losses,
    maps,
    path,
    point,
    spaces,
)
from explorer.ui.compare.form import Choice
from explorer.ui.shared import representations, state, title
from explorer.ui.shared.sidebar import or_sentence

# What a tab shows is computed once it is opened.
_TABS: dict[str, Callable[[Choice], None]] = {
    "Spaces": spaces.draw,
    "Losses": losses.draw,
    path.TITLE: path.draw,
    "Noise": denoising.draw,
    "Clusters": clusters.draw,
    "Representations": lambda choice: representations.draw(choice.models),
    "Training": losses.curves,
}


def _show(checkpoint: Checkpoint) -> None:
    choice = form.choose(checkpoint)
    choice.check()
    maps.draw(choice, path.ends(choice))
    beside, work = st.columns([3, 8], gap="medium")
    with beside:  # first: it hears the clicks on the maps
        point.draw(choice)
        point.previews(choice)
    with work:
        parts = _TABS | ({"Factors": factors.draw} if factors.suits(choice) else {})
        tabs = st.tabs(list(parts), key=form.TAB, bind="query-params")
        for tab, draw in zip(tabs, parts.values(), strict=True):
            if tab.open:
                with tab:
                    or_sentence(partial(draw, choice))


title.draw("compare")
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
