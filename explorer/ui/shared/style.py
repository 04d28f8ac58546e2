"""The little CSS that the theme in `.streamlit/config.toml` cannot say."""

import streamlit as st

_CSS = """
.stMain .block-container { padding: 2.4rem 2rem 2rem; max-width: 1700px; }
@media (max-width: 640px) { .stMain .block-container { padding: 4.2rem 1rem 2rem; } }
[data-testid="stSidebarUserContent"] { padding-top: 0.5rem; }
button[data-variant="segmented_control"] { min-height: 2.5rem; } /* as high as a select box */
/* The controls of the map fit into one row at 1440 pixels. */
.st-key-map-controls button[data-variant="segmented_control"] { padding-inline: 0.55rem; }
/* Captions are read as other texts are; Streamlit's are too pale (4.2 : 1). */
[data-testid="stCaptionContainer"] { color: light-dark(#4c5160, #b9bec9); opacity: 1; }
/* White on the dark theme's bright accent is too pale (2.4 : 1). */
[data-testid="stBaseButton-primary"]:enabled { color: light-dark(#ffffff, #14171f); }
/* Nothing is old news: it fades neither while a job is watched nor while another is drawn. */
[data-stale="true"] { opacity: 1 !important; transition: none !important; }
.explorer-title { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.9rem; }
.explorer-title h1 { padding: 0; font-size: 1.35rem; line-height: 1.4; }
.explorer-title p { margin: 0; font-size: 1rem; }
.explorer-facts div { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.875rem;
  line-height: 1.7; }
.explorer-facts span { opacity: 0.8; }
.explorer-facts b { font-weight: 600; text-align: right; }
.explorer-chips { display: flex; flex-wrap: wrap; gap: 0.15rem 0.9rem; font-size: 0.875rem; }
.explorer-chips i { display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.35em;
  border-radius: 50%; }
"""


def apply() -> None:
    """Apply it to the page."""
    st.html(f"<style>{_CSS}</style>")
