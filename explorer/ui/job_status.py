"""A job that is watched: how far it is, how long it will take, and a button that stops it."""

import contextlib
from collections.abc import Callable

import streamlit as st

from explorer import jobs
from explorer.errors import ExplorerError
from explorer.jobs import Job

_REDO = "job to do again"


def watch(
    name: str,
    submit: Callable[[], Job],
    draw: Callable[[Job], None] | None = None,
    place: str = "",
) -> None:
    """Begin a job unless it was begun, show how far it is, and rerun the page when it is done.

    Args:
        name: The job's name.
        submit: Begins it.
        draw: Draws what there is of it so far, below its progress.
        place: Where on the page it is wanted: a job that this session began for the same place
            and that is no longer wanted is stopped.
    """
    job = jobs.find(name)
    again = st.session_state.get(_REDO) == name
    if job is None or (again and not job.active) or (job.state == "done" and not job.stopped):
        st.session_state.pop(_REDO, None)
        former = st.session_state.get(f"job of {place}")
        if place and former is not None:
            _stop(former)
        job = submit()
        st.session_state[f"job of {place}"] = job.id
    _watch(job.id, draw)


def on_demand(
    name: str,
    submit: Callable[[], Job],
    button: str,
    draw: Callable[[Job], None] | None = None,
) -> None:
    """Do as `watch`, but begin only when a button is pressed.

    Args:
        name: The job's name.
        submit: Begins it.
        button: What the button says.
        draw: Draws what there is of it so far, below its progress.
    """
    job = jobs.find(name)
    known = job is not None and (job.active or job.stopped or job.state != "done")
    if known or st.session_state.get(_REDO) == name:
        watch(name, submit, draw)
    elif st.button(button, type="primary", icon=":material/play_arrow:", key=f"begin {name}"):
        submit()
        st.rerun()


def _stop(job_id: str) -> None:
    with contextlib.suppress(ExplorerError):  # it may have been discarded
        jobs.stop(job_id)


@st.fragment(run_every=0.7)
def _watch(job_id: str, draw: Callable[[Job], None] | None) -> None:
    job = jobs.get(job_id)
    if job.state == "done" and not job.stopped:
        st.rerun()
    _show(job)
    if draw is not None:
        draw(job)


def queue(job: Job, what: str = "computation") -> str:
    """Return what a queued job waits for: those of all users run one after the other.

    Args:
        job: The job.
        what: What jobs of its slot are called.
    """
    before = jobs.ahead(job)
    if not before:
        return "Starting"
    others = f"another {what}" if before == 1 else f"{before} other {what}s"
    return f"Waiting for {others}, perhaps of another user: they run one after the other"


def _show(job: Job) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    if job.active:
        left = f" · about {job.seconds_left:.0f} s left" if job.seconds_left else ""
        message = queue(job) if job.state == "queued" else f"{job.message}{left}"
        row.progress(min(max(job.fraction, 0.0), 1.0), message)
        if row.button(
            "Stop", icon=":material/stop:", disabled=job.state == "stopping", key=f"stop {job.id}"
        ):
            jobs.stop(job.id)
        return
    if job.stopped:
        row.info("Stopped before the end.", icon=":material/stop_circle:")
    else:
        row.error(job.error, icon=":material/error:")
    if row.button("Compute it again", icon=":material/refresh:", key=f"again {job.id}"):
        st.session_state[_REDO] = job.name
        st.rerun()
