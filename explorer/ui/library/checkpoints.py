"""The checkpoints that are here."""

import streamlit as st

from explorer import checkpoints
from explorer.ui.shared import text


def draw() -> None:
    """Draw the section."""
    for item in checkpoints.list_checkpoints():
        st.markdown(text.plain(item.name))
