"""What Streamlit runs for every page: navigation, the sidebar that pages share, and the page."""

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.ui.shared import links, pages, sidebar, sign_in, state, text, warm

st.set_page_config("Latent Explorer", "🌌", layout="wide", initial_sidebar_state=256)

navigation = {
    name: st.Page(
        pages.path(name),
        title=info.title,
        icon=f":material/{info.icon}:",
        default=name == next(iter(pages.PAGES)),
    )
    for name, info in pages.PAGES.items()
}
page = st.navigation(list(navigation.values()))
sign_in.gate()
# Not before: a page that begins again without it would be the first one.
state.take_administrator()
links.clean()
of_checkpoint = next(
    pages.PAGES[name].of_checkpoint for name in navigation if navigation[name] == page
)
if of_checkpoint:
    with st.sidebar:
        checkpoint = sidebar.choose_checkpoint()
else:
    state.keep_checkpoint()
    checkpoint = None
if checkpoint is not None:
    sidebar.warn_of_absent(checkpoint)
    state.carry(checkpoint.dataset)
if checkpoint is not None or not of_checkpoint:
    try:
        page.run()
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
warm.freeze()
