"""The checkpoints that are here: a card for each."""

import streamlit as st

from explorer import checkpoints
from explorer.checkpoints import BrokenCheckpoint, Checkpoint
from explorer.runs import shelf
from explorer.ui.library import card, deleted, manage, search
from explorer.ui.shared import pages, state, text

_AT_ONCE = 24  # cards
_SHOWN = "cards shown"


def draw() -> None:
    """Draw the section."""
    found = checkpoints.list_checkpoints()
    items = [item for item in found if isinstance(item, Checkpoint)]
    deleted.undo()
    shown = _choose(items)
    most = st.session_state.get(_SHOWN, _AT_ONCE)
    with st.container(key="library-cards"):
        for item in shown[:most]:
            _card(item)
    if len(shown) > most:
        st.button(
            f"Show {min(len(shown) - most, _AT_ONCE)} more of {len(shown)}",
            icon=":material/expand_more:",
            on_click=_show_more,
            args=(most,),
        )
    if not items:
        st.info(
            f"There is no checkpoint in {text.sentence(checkpoints.root())} yet: train one, or "
            "import one."
        )
    elif not shown:
        st.info("No checkpoint is like that: look for fewer words.")
    _broken([item for item in found if isinstance(item, BrokenCheckpoint)])
    deleted.trash_can()
    manage.dialog()


def _choose(items: list[Checkpoint]) -> list[Checkpoint]:
    """Draw search and order; return what is shown."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="library-controls"):
        words = st.text_input(
            "Search",
            key="q",
            bind="query-params",
            placeholder="name, data, vae, z10 …",
            icon=":material/search:",
        )
        order = st.selectbox("Order", list(search.ORDERS), key="sort", bind="query-params")
        shown = search.ordered(search.matching(items, words), order)
        count = f"{len(items)}" if len(shown) == len(items) else f"{len(shown)} of {len(items)}"
        st.caption(f"{count} checkpoint{'' if len(items) == 1 else 's'}")
    return shown


def _show_more(most: int) -> None:
    st.session_state[_SHOWN] = most + _AT_ONCE


def _card(item: Checkpoint) -> None:
    with st.container(border=True):
        st.html(card.draw(item, shelf.size(item.path)[1]))
        with st.container(horizontal=True):
            if st.button(
                "Open",
                key=f"open-{item.name}",
                icon=":material/scatter_plot:",
                on_click=choose,
                args=(item.name,),
                width="stretch",
            ):
                # Without parameters of its own it would try to clear the sidebar's, and fail.
                st.switch_page(pages.path("map"), query_params={})
            st.button(
                "Manage",
                key=f"manage-{item.name}",
                icon=":material/more_horiz:",
                on_click=manage.open_for,
                args=(item.name,),
                width="stretch",
            )


def choose(name: str) -> None:
    """Choose a checkpoint on every page, in a callback."""
    st.session_state[state.CHECKPOINT] = name


def _broken(items: list[BrokenCheckpoint]) -> None:
    if not items:
        return
    with st.expander(f"{len(items)} unusable", icon=":material/warning:"):
        for item in items:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(text.sentence(item.reason))
                st.button(
                    "Delete",
                    key=f"delete-{item.name}",
                    icon=":material/delete:",
                    disabled=not shelf.may_change(item.path, state.visitor()),
                    on_click=deleted.delete,
                    args=(item.path.name,),
                )
