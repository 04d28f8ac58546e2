"""What is to be trained: one model, or a grid of them."""

import streamlit as st

from explorer.ui.shared import state

WHAT = {"one": "One model", "grid": "A grid of β"}
KEY = "what"


def begin() -> None:
    """Take what the link asks for; later only where Back led there."""
    if KEY not in st.session_state or state.went_back():
        asked = st.query_params.get(KEY)
        st.session_state[KEY] = asked if asked in WHAT else "one"


def choose(what: str) -> None:
    """Choose one of `WHAT`, in a callback."""
    st.session_state[KEY] = what
    tell_link()


def tell_link() -> None:
    """Let the link say what is chosen."""
    if st.session_state[KEY] == "one":
        st.query_params.pop(KEY, None)
    else:
        st.query_params[KEY] = st.session_state[KEY]
