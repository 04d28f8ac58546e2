"""Train: say what, start, watch, stop, resume."""

import streamlit as st

from explorer import access, training_jobs
from explorer.errors import ExplorerError
from explorer.ui import routing, state, train_form, train_sweep, train_watch

_WHAT = {"one": "One model", "grid": "A grid of β"}


def _start(wish: train_form.Wish) -> None:
    try:
        training_jobs.start(wish.spec, wish.name, state.owner())
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
        return
    train_watch.choose(wish.name)
    train_form.forget_name()
    st.rerun()


routing.through_app()
if "what" not in st.session_state:
    asked = st.query_params.get("what")
    st.session_state["what"] = asked if asked in _WHAT else "one"
form, watch = st.columns([5, 11], gap="large")
with form:
    what = st.segmented_control(
        "What to train",
        list(_WHAT),
        format_func=_WHAT.__getitem__,
        required=True,
        key="what",
        label_visibility="collapsed",
        width="stretch",
    )
    st.query_params["what"] = str(what)
    if access.read_only():
        st.info(
            "This app is read-only: trainings can be watched, but not started, stopped or deleted.",
            icon=":material/lock:",
        )
    else:
        wish = train_form.form(grid=what == "grid")
        if what == "grid":
            if wish is not None:
                train_sweep.form(wish)
        elif (
            st.button(
                "Start training",
                type="primary",
                icon=":material/play_arrow:",
                width="stretch",
                disabled=wish is None,
            )
            and wish is not None
        ):
            _start(wish)
with watch:
    if what == "grid":
        train_sweep.watch()
    else:
        train_watch.watch()
