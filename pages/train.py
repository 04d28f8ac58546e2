"""Train: say what, start, watch, stop, resume."""

import streamlit as st

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.training import queue
from explorer.ui.shared import state, text, title
from explorer.ui.shared.form import REMEMBERED
from explorer.ui.train import beta_grid, choice
from explorer.ui.train import form as train_form
from explorer.ui.train import watch as train_watch


def _start(request: train_form.Request) -> None:
    try:
        queue.start(request.spec, request.name, state.owner())
    except ExplorerError as error:
        st.error(text.sentence(error), icon=":material/error:")
        return
    train_watch.choose(request.name)
    train_form.forget_name()
    st.rerun()


title.draw("train")
choice.begin()
form, watch = st.columns([5, 11], gap="large")
with form:
    what = st.segmented_control(
        "What to train",
        list(choice.WHAT),
        format_func=choice.WHAT.__getitem__,
        required=True,
        key=choice.KEY,
        on_change=choice.tell_link,
        **REMEMBERED,
        label_visibility="collapsed",
        width="stretch",
    )
    request = None
    if access.read_only():
        st.info(
            "This app is read-only: trainings can be watched, but not started, stopped or deleted.",
            icon=":material/lock:",
        )
    else:
        request = train_form.form(grid=what == "grid")
        if what == "grid":
            if request is not None:
                beta_grid.form(request)
        elif (
            st.button(
                "Start training",
                type="primary",
                icon=":material/play_arrow:",
                width="stretch",
                disabled=request is None,
            )
            and request is not None
        ):
            _start(request)
with watch:
    if what == "grid":
        beta_grid.watch()
    else:
        train_watch.watch(request.spec.model if request is not None else None)
