"""What Streamlit runs for every page: navigation, the sidebar that pages share, and the page."""

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.ui.shared import links, pages, sidebar, state, style, text, warm

st.set_page_config("Latent Explorer", "🌌", layout="wide")
style.apply()

train = st.Page(pages.path("train"), title="Train", icon=":material/model_training:")
page = st.navigation(
    [
        st.Page(pages.path("map"), title="Map", icon=":material/scatter_plot:", default=True),
        st.Page(pages.path("decode"), title="Decode", icon=":material/tune:"),
        st.Page(pages.path("cluster"), title="Cluster", icon=":material/bubble_chart:"),
        train,
    ]
)
# Not before: a page that begins again without it would be the first one.
state.take_administrator()
links.clean()
with st.sidebar:
    checkpoint = sidebar.choose_checkpoint()
if checkpoint is not None:
    sidebar.warn_of_absent(checkpoint)
# To train needs no checkpoint: it is how there comes to be one.
if checkpoint is not None or page == train:
    try:
        page.run()
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
warm.freeze()
