"""Bring a zip of a checkpoint that was exported, here or elsewhere."""

import re

import streamlit as st

from explorer import jobs
from explorer.checkpoints import names
from explorer.core.errors import ExplorerError
from explorer.runs import imports
from explorer.ui.library.upload import upload
from explorer.ui.shared import job_status, pages, state, text

_JOB = "checkpoint that is imported"
_ABOUT = """
**A checkpoint of another Latent Explorer**, as a zip: *Manage*, *Export*, *Everything* makes one.
Model, codes, history and pictures come as they were.

- Its data set must be known here; its images need not be.
- It is read in a process of its own, within limits. A model that this app did not export runs apart
  from it, as long as it is here.
- On the command line: `python -m explorer import checkpoint FILE.zip`
"""


def draw() -> None:
    """Draw the form, and what the job that reads the zip says."""
    form, about = st.columns([5, 4], gap="large")
    with about:
        st.markdown(_ABOUT)
    with form:
        _form()
        if (job_id := st.session_state.get(_JOB)) is not None:
            _result(job_id)


def _form() -> None:
    brought = upload("Zip of a checkpoint", ["zip"], key="checkpoint-zip")
    if brought is None:
        return
    # Another key for each file: its own name is offered.
    key = f"name-{brought.path.parent.name}"
    name = st.text_input("Name", names.free(_name(brought.name)), max_chars=80, key=key)
    if st.button("Import", type="primary", icon=":material/upload:", disabled=not name):
        names.check_free(name)
        job = jobs.submit(
            f"import/{name}",
            imports.checkpoint_job,
            str(brought.path),
            name,
            state.owner(),
            owner=state.owner(),
        )
        st.session_state[_JOB] = job.id


def _name(file: str) -> str:
    """Return a name for a checkpoint, from that of the file."""
    stem = re.sub(r"( ?\(\d+\))?(\.zip)?$", "", file, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("._-")[:70] or "imported"


def _result(job_id: str) -> None:
    try:
        job = job_status.follow(job_id)
    except ExplorerError:  # it was discarded
        del st.session_state[_JOB]
        return
    if job.active:
        return
    if job.state != "done":
        st.error(text.sentence(job.error), icon=":material/error:")
        return
    name = job.result["name"]
    st.success(f"{text.plain(name)} is here.", icon=":material/check:")
    icon = ":material/scatter_plot:"
    if st.button("Open it on the map", type="primary", icon=icon, on_click=_open, args=(name,)):
        # Not in the callback: without its job this button would not be drawn, nor the map opened.
        del st.session_state[_JOB]
        st.switch_page(pages.path("map"), query_params={})


def _open(name: str) -> None:
    st.session_state[state.CHECKPOINT] = name
