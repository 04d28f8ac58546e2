"""What Streamlit runs for every page: navigation, the sidebar that pages share, and the page."""

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.ui.shared import links, pages, sidebar, sign_in, state, style, text, warm

st.set_page_config("Latent Explorer", "🌌", layout="wide", initial_sidebar_state=256)
style.apply()

navigation = {
    name: st.Page(
        pages.path(name),
        title=about.title,
        icon=f":material/{about.icon}:",
        default=name == next(iter(pages.PAGES)),
    )
    for name, about in pages.PAGES.items()
}
page = st.navigation(list(navigation.values()))
sign_in.gate()
# Not before: a page that begins again without it would be the first one.
state.take_administrator()
links.clean()
# To train needs no checkpoint: it is how there comes to be one.
training = page == navigation["train"]
if training:
    state.keep_checkpoint()
    checkpoint = None
else:
    with st.sidebar:
        checkpoint = sidebar.choose_checkpoint()
if checkpoint is not None:
    sidebar.warn_of_absent(checkpoint)
    state.carry(checkpoint.dataset)
if checkpoint is not None or training:
    try:
        page.run()
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
warm.freeze()
