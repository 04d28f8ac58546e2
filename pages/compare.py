"""Compare: two models, or two spaces of one, with the same images."""

from functools import partial

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.compare import form, losses, maps, spaces
from explorer.ui.shared import state, title
from explorer.ui.shared.sidebar import or_sentence

_TABS = {"Spaces": spaces.draw, "Losses": losses.draw, "Training": losses.curves}


def _show(checkpoint: Checkpoint) -> None:
    choice = form.choose(checkpoint)
    if not maps.draw(choice):
        return
    beside, work = st.columns([1, 3], gap="medium")
    with work:
        tabs = st.tabs(list(_TABS), key="compare-tab", bind="query-params")
        for tab, draw in zip(tabs, _TABS.values(), strict=True):
            if tab.open:
                with tab:
                    or_sentence(partial(draw, choice))
    with beside:
        maps.point(choice)


title.draw("compare")
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
