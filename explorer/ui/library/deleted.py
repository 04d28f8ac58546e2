"""What was deleted, and brought back: at once by Undo, for a day from a list."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from explorer import checkpoints
from explorer.core import access, trash
from explorer.core.access import Visitor
from explorer.core.errors import ExplorerError
from explorer.core.trash import Deleted
from explorer.datasets import user
from explorer.runs import shelf
from explorer.ui.shared import state, text

_LAST = "deleted last"


def delete(name: str) -> None:
    """Delete a checkpoint, in a callback; what cannot be done is told in a toast."""
    _delete(partial(shelf.delete, name))


def button_for_data(name: str) -> None:
    """Draw the button that deletes a user's data set."""
    st.button(
        "Delete",
        key=f"delete-data-{name}",
        icon=":material/delete:",
        disabled=not shelf.may_change(user.root() / name, state.visitor()),
        on_click=_delete,
        args=(partial(shelf.delete_dataset, name),),
    )


def _delete(delete: Callable[[Visitor], Deleted]) -> None:
    try:
        st.session_state[_LAST] = delete(state.visitor()).id
    except ExplorerError as error:
        st.toast(text.sentence(error), icon=":material/error:")


def undo() -> None:
    """Draw what was deleted last by this visitor, with a button that brings it back."""
    last = st.session_state.get(_LAST)
    item = next((item for item in _all() if item.id == last), None)
    if item is None:
        return
    row = st.container(horizontal=True, vertical_alignment="center", key="library-undo")
    row.success(
        f"Deleted {text.plain(item.name)}: it is kept for a day, and then gone for good.",
        icon=":material/delete:",
    )
    row.button(
        "Undo",
        key="undo",
        type="primary",
        icon=":material/undo:",
        on_click=_bring_back,
        args=(item,),
    )


def trash_can() -> None:
    """Draw what was deleted during the last day, where anything was."""
    items = _all()
    if not items or access.read_only():
        return
    with st.expander(f"{len(items)} deleted during the last day", icon=":material/delete:"):
        for item in items:
            with st.container(horizontal=True, vertical_alignment="center"):
                ago = text.duration(time.time() - item.when)
                st.markdown(f"{text.plain(item.name)}, {ago} ago")
                st.button(
                    "Bring it back",
                    key=f"restore-{item.id}",
                    icon=":material/undo:",
                    disabled=not shelf.may_change(item.path, state.visitor()),
                    on_click=_bring_back,
                    args=(item,),
                )
        if state.visitor().may_all:
            st.button("Empty the trash now", icon=":material/delete_forever:", on_click=_empty)


def _all() -> list[Deleted]:
    found = [item for root in _roots() for item in trash.listing(root)]
    return sorted(found, key=lambda item: item.when, reverse=True)


def _roots() -> list[Path]:
    return [checkpoints.root(), user.root()]


def _empty() -> None:
    for root in _roots():
        trash.empty(root, 0.0)


def _bring_back(item: Deleted) -> None:
    try:
        shelf.restore(item, state.visitor())
    except ExplorerError as error:
        st.toast(text.sentence(error), icon=":material/error:")
        return
    st.toast(f"{text.plain(item.name)} is back.", icon=":material/undo:")
