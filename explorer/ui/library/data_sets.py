"""The data sets that are known, and whether they are here."""

import streamlit as st

from explorer.datasets import DATASETS


def draw() -> None:
    """Draw the section."""
    for info in DATASETS.values():
        st.markdown(info.title)
