"""What a page is called, and the question that it answers."""

import html

import streamlit as st

from explorer.ui.shared.pages import PAGES


def draw(page: str) -> None:
    """Draw the title of a page of `PAGES` and its question, in one line where there is room."""
    about = PAGES[page]
    with st.container(key="title"):  # it has its place before it is there: nothing below it jumps
        st.html(
            f'<div class="explorer-title"><h1>{html.escape(about.title)}</h1>'
            f"<p>{html.escape(about.question)}</p></div>"
        )
