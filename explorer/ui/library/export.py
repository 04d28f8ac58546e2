"""A checkpoint as a file for others: made by a job, then fetched."""

from functools import partial
from pathlib import Path

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core.progress import Report
from explorer.runs import exports
from explorer.ui.library.card import bytes_of
from explorer.ui.shared import job_status, state


def _site(checkpoint: Checkpoint, path: Path, report: Report) -> None:
    from explorer.ui import site

    path.write_bytes(site.zipped(checkpoint.name, site.files_of(checkpoint, site.Asked())))


SITE = exports.Form(
    "site",
    "Web page",
    "The map, sliders and the decoder for any web server, without this app: unpack it there. The "
    "images of the test set are in it: publish them only if you may, or leave them out with "
    "`python -m explorer export NAME --site DIR --no-images`.",
    "-site.zip",
    _site,
)
_FORMS = {form.key: form for form in (*exports.FORMS, SITE)}


def draw(checkpoint: Checkpoint) -> None:
    """Draw the choice of a form, what is in it, and the file."""
    st.markdown("**Export**")
    key = st.segmented_control(
        "Form",
        list(_FORMS),
        format_func=lambda key: _FORMS[key].title,
        default=next(iter(_FORMS)),
        required=True,
        key="export-form",
        label_visibility="collapsed",
    )
    form = _FORMS[key or next(iter(_FORMS))]
    st.caption(form.caption)
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
