"""A checkpoint as a file for others: made by a job, then fetched."""

from functools import partial

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.runs import exports
from explorer.ui.library.card import bytes_of
from explorer.ui.shared import job_status, state


def draw(checkpoint: Checkpoint) -> None:
    """Draw the choice of a form, what is in it, and the file."""
    st.markdown("**Export**")
    form = st.segmented_control(
        "Form",
        list(exports.FORMS),
        format_func=lambda key: exports.FORMS[key].title,
        default=next(iter(exports.FORMS)),
        required=True,
        key="export-form",
        label_visibility="collapsed",
    )
    form = form or next(iter(exports.FORMS))
    st.caption(exports.FORMS[form].caption)
    found = exports.find(checkpoint.name, form)
    if found is None:
        submit = partial(exports.submit, checkpoint.name, form, state.owner())
        name = exports.job_name(checkpoint.name, form)
        job_status.on_demand(name, submit, "Make the file")
        return
    size = bytes_of(found.stat().st_size)
    st.html(
        f'<a class="explorer-download" href="{exports.address(found)}" download>'
        f"Download {found.name} ({size})</a>"
    )
