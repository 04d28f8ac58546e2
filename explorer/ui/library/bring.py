"""What visitors may bring, each kind with a form of its own."""

from collections.abc import Callable

import streamlit as st

from explorer.core import access
from explorer.ui.library import import_checkpoint, import_data, import_model
from explorer.ui.shared.sidebar import or_sentence

# Each draws a form: it takes a file (`explorer.ui.library.upload`), and lets a job read it.
KINDS: dict[str, Callable[[], None]] = {
    "A checkpoint": import_checkpoint.draw,
    "A model": import_model.draw,
    "Data": import_data.draw,
}


def draw() -> None:
    """Draw the section."""
    if access.read_only():
        st.info("This app is read-only: nothing can be brought.", icon=":material/lock:")
        return
    kind = st.segmented_control(
        "What to import",
        list(KINDS),
        default=next(iter(KINDS)),
        required=True,
        key="import",
        bind="query-params",
        label_visibility="collapsed",
    )
    or_sentence(KINDS[kind or next(iter(KINDS))])
