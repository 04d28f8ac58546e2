"""Latent Explorer: `streamlit run app.py`."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui import controls, style

st.set_page_config("Latent Explorer", ":material/scatter_plot:", layout="wide")
style.apply()

page = st.navigation(
    [st.Page("pages/map.py", title="Map", icon=":material/scatter_plot:", default=True)]
)
with st.sidebar:
    checkpoint = controls.choose_checkpoint()
if checkpoint is not None:
    try:
        page.run()
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
