"""A way around a relic of Streamlit."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def through_app() -> None:
    """Make `app.py` run around the page that calls this; every page calls it first.

    Until `st.navigation` has run once in a server, Streamlit takes a folder called `pages` for an
    app of its first kind, and a link to a page would run that page's file alone.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
