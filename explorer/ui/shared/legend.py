"""The colours of the classes and their names, for figures that have no legend of their own."""

import html
from collections.abc import Sequence

import streamlit as st

from explorer import figures


def chips(class_names: Sequence[str]) -> None:
    """Draw a spot of its colour and the name of each class."""
    shown = "".join(
        f'<span><i style="background:{figures.class_color(label)}"></i>{html.escape(name)}</span>'
        for label, name in enumerate(class_names)
    )
    st.html(f'<div class="explorer-chips">{shown}</div>')
