"""Train: say what, start, watch, stop, resume."""

import streamlit as st

from explorer import access, training_jobs
from explorer.errors import ExplorerError
from explorer.ui import state, train_form, train_watch


def _start(wish: train_form.Wish) -> None:
    try:
        training_jobs.start(wish.spec, wish.name, state.owner())
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
        return
    train_watch.choose(wish.name)
    train_form.forget_name()
    st.rerun()


form, watch = st.columns([5, 11], gap="large")
with form:
    if access.read_only():
        st.info(
            "This app is read-only: trainings can be watched, but not started, stopped or deleted.",
            icon=":material/lock:",
        )
    else:
        wish = train_form.form()
        pressed = st.button(
            "Start training",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=wish is None,
        )
        if pressed and wish is not None:
            _start(wish)
with watch:
    train_watch.watch()
