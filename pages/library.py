"""Library: the checkpoints and data sets that are here; bring your own."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.library import bring, checkpoints, data_sets
from explorer.ui.shared import title
from explorer.ui.shared.sidebar import or_sentence

# What a section shows is computed once it is opened.
_SECTIONS: dict[str, Callable[[], None]] = {
    "Checkpoints": checkpoints.draw,
    "Data sets": data_sets.draw,
    **({"Import": bring.draw} if bring.KINDS else {}),
}

title.draw("library")
sections = st.tabs(list(_SECTIONS), key="section", bind="query-params")
for section, draw in zip(sections, _SECTIONS.values(), strict=True):
    if section.open:
        with section:
            or_sentence(draw)
