"""Decode: drag a slider, and the image follows the hand."""

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.components.pad import latent_pad
from explorer.ui.decode import pad_data
from explorer.ui.shared import state, text, title
from explorer.ui.shared.fragment import fragment


@fragment()
def _show(checkpoint: Checkpoint) -> None:
    start = pad_data.start(checkpoint)
    z = latent_pad(pad_data.pad_data(checkpoint, start), key="pad")
    if z is not None:
        pad_data.keep(start, z)


title.draw("decode")
chosen = state.checkpoint()
if chosen is not None and not chosen.model.decodes:
    st.info(
        f"{text.plain(chosen.name)} cannot be decoded, because its codes were imported without a "
        "model: see them on Map, Cluster and Compare.",
        icon=":material/info:",
    )
elif chosen is not None:
    _show(chosen)
