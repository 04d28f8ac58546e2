"""One checkpoint in a dialog: how it was made, another name, a copy, an export, its end."""

from collections.abc import Callable

import streamlit as st

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.runs import shelf
from explorer.ui.library import card, deleted, export
from explorer.ui.shared import state, text

_OPEN = "managed checkpoint"
_TOLD = "what went wrong with it"


def open_for(name: str) -> None:
    """Open the dialog for a checkpoint, in a callback."""
    st.session_state[_OPEN] = name
    st.session_state.pop(_TOLD, None)
    st.session_state["new-name"] = name


def dialog() -> None:
    """Draw the dialog, if it is open: it stays so through reruns."""
    name = st.session_state.get(_OPEN)
    if name is None:
        return
    try:
        checkpoint = checkpoints.get(name)
    except ExplorerError:  # deleted elsewhere
        _close()
        return
    st.dialog(text.plain(name), width="medium", on_dismiss=_close)(_draw)(checkpoint)


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _draw(checkpoint: Checkpoint) -> None:
    if told := st.session_state.get(_TOLD):
        st.error(text.sentence(told), icon=":material/error:")
    _made(checkpoint)
    export.draw(checkpoint)
    if access.read_only():
        st.caption("This app is read-only: nothing is renamed, copied or deleted here.")
        return
    mine = shelf.may_change(checkpoint.path, state.visitor())
    st.markdown("**Name**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        new = st.text_input("Name", key="new-name", max_chars=80, label_visibility="collapsed")
        changed = new != checkpoint.name
        _button("Rename", _rename, checkpoint, disabled=not (mine and changed))
        _button("Copy", _duplicate, checkpoint, disabled=not changed)
    if not changed:
        st.caption("Another name renames it, or makes a copy of that name.")
    st.markdown("**Delete**")
    if not mine:
        st.caption("It is another visitor's: they alone can rename or delete it.")
        return
    told, button = st.columns([4, 1], vertical_alignment="center")
    told.caption(_lost(checkpoint))
    with button:
        _button("Delete", _delete, checkpoint, icon=":material/delete:")


def _button(
    label: str,
    act: Callable[[Checkpoint], None],
    checkpoint: Checkpoint,
    *,
    disabled: bool = False,
    icon: str | None = None,
) -> None:
    if st.button(label, icon=icon, disabled=disabled, on_click=act, args=(checkpoint,)):
        st.rerun()  # all of the page tells of it


def _made(checkpoint: Checkpoint) -> None:
    known = checkpoint.training
    if command := known.get("command"):
        st.markdown("**How it was made**")
        st.code(str(command), language="bash", wrap_lines=True)
    told = [f"{text.plain(str(known[key]))}" for key in ("backend", "device") if known.get(key)]
    told.append(f"made on {text.plain(card.day(checkpoint.created))}")
    st.caption(" · ".join(told))


def _lost(checkpoint: Checkpoint) -> str:
    count, size = shelf.size(checkpoint.path)
    again = " `make checkpoints` trains it again." if _ships(checkpoint.name) else ""
    return (
        f"Model, codes and all that was computed of it, {count} files of {card.bytes_of(size)}: "
        f"they can be brought back for a day.{again}"
    )


def _ships(name: str) -> bool:
    from explorer.training.presets import FAMILY, RECIPES

    return name in RECIPES or name in FAMILY


def _rename(checkpoint: Checkpoint) -> None:
    new = st.session_state["new-name"]
    try:
        shelf.rename(checkpoint.name, new, state.visitor())
    except ExplorerError as error:
        st.session_state[_TOLD] = str(error)
        return
    if st.session_state.get(state.CHECKPOINT) == checkpoint.name:
        st.session_state[state.CHECKPOINT] = new
    open_for(new)


def _duplicate(checkpoint: Checkpoint) -> None:
    new = st.session_state["new-name"]
    try:
        shelf.duplicate(checkpoint.name, new, state.visitor())
    except ExplorerError as error:
        st.session_state[_TOLD] = str(error)
        return
    open_for(new)


def _delete(checkpoint: Checkpoint) -> None:
    _close()
    deleted.delete(checkpoint.name)
