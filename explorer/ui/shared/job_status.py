"""A job that is watched: how far it is, how long it will take, and a button that stops it."""

import contextlib
import threading
import time
from collections.abc import Callable

import streamlit as st

from explorer import jobs
from explorer.core.errors import ExplorerError
from explorer.jobs import Job
from explorer.ui.shared import state, text
from explorer.ui.shared.fragment import fragment

_REDO = "job to do again"
_EVERY = 0.7  # seconds between two looks at a job

# Sessions are threads of this process: a class that opens the same link shall begin one job.
_BEGINNING = threading.Lock()
# When anybody last looked at a job that a page began, by its id; in seconds of `time.monotonic`.
_LAST_LOOKS: dict[str, float] = {}
# Browsers let pages in the background look once a minute.
_GONE = 150.0
# When a session last looked at a job, by the ids of both.
_LOOKS: dict[tuple[str, str], float] = {}
# What was asked for instead of jobs that were stopped for it, by their ids.
_INSTEAD: dict[str, str] = {}


def watch(
    name: str,
    submit: Callable[[], Job],
    draw: Callable[[Job], None] | None = None,
    place: str = "",
    title: str = "",
) -> None:
    """Begin a job unless it was begun, show how far it is, and rerun the page when it is done.

    Args:
        name: The job's name.
        submit: Begins it.
        draw: Draws what there is of it so far, below its progress.
        place: Where on the page it is wanted: a job that this session looked at in the same place
            and that nobody looks at any more is stopped.
        title: What it computes, told where such a job was.
    """
    again = st.session_state.get(_REDO) == name
    if again:
        del st.session_state[_REDO]
    job = _begin(name, submit, again)
    if place:
        _leave(st.session_state.get(f"job of {place}"), job, title or name)
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
        _begin(name, submit)
        st.rerun()


def follow(job_id: str) -> Job:
    """Show how far a job is, until it ends and the page is rerun; return the job.

    What it came to, or why it failed, is for the page to tell.

    Raises:
        ExplorerError: If it was discarded.
    """
    job = jobs.get(job_id)
    if job.active:
        _follow(job_id)
    return job


@fragment(run_every=_EVERY)
def _follow(job_id: str) -> None:
    _LOOKS[job_id, state.session()] = _LAST_LOOKS[job_id] = time.monotonic()
    job = jobs.get(job_id)
    if not job.active:
        st.rerun()
    _show(job)


def _begin(name: str, submit: Callable[[], Job], again: bool = False) -> Job:
    """Return the job of that name, begun if it was not, or if an ended one shall be done again."""
    with _BEGINNING:
        job = jobs.find(name)
        # Done, and yet its result is not there: it was of a checkpoint that was trained anew, or
        # its file is damaged.
        result_is_gone = job is not None and job.state == "done" and not job.stopped
        if job is None or result_is_gone or (again and not job.active):
            job = submit()
        return job


def _leave(former: str | None, job: Job, title: str) -> None:
    """Stop the job that this session looked at before, unless another session looks at it."""
    if former is not None and former != job.id and _watchers(former) <= {state.session()}:
        with contextlib.suppress(ExplorerError):  # it may have been discarded
            left = jobs.get(former)
            if left.active and state.visitor().may_end(left.owner):
                jobs.stop(former)
                _INSTEAD[former] = title


def _watchers(job_id: str) -> set[str]:
    """Return the sessions that looked at a job a moment ago."""
    now = time.monotonic()
    for key, seen in _LOOKS.copy().items():
        if now - seen > 4 * _EVERY:
            _LOOKS.pop(key, None)
    return {session for job, session in _LOOKS.copy() if job == job_id}


def drop_unwatched(after: float = _GONE) -> None:
    """Take jobs out of the queue whose visitors have gone; trainings are not among them.

    Args:
        after: Seconds since the last look after which they count as gone.
    """
    now = time.monotonic()
    for job_id, seen in _LAST_LOOKS.copy().items():
        if now - seen < after:
            continue
        _LAST_LOOKS.pop(job_id, None)
        with contextlib.suppress(ExplorerError):  # it may have been discarded
            if jobs.get(job_id).state == "queued":
                jobs.stop(job_id)


@fragment(run_every=_EVERY)
def _watch(job_id: str, draw: Callable[[Job], None] | None) -> None:
    _LOOKS[job_id, state.session()] = _LAST_LOOKS[job_id] = time.monotonic()
    try:
        job = jobs.get(job_id)
    except ExplorerError:
        st.rerun()  # somebody let it be done again
    if job.state == "done" and not job.stopped:
        st.rerun()
    if not job.active and (newest := jobs.find(job.name)) is not None and newest.id != job.id:
        st.rerun()  # another server was asked for the same at this moment, and its job goes on
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
    n, mine = len(before), sum(other.owner == state.owner() for other in before)
    if mine == n:
        whose = f"another {what} of yours" if n == 1 else f"{n} other {what}s of yours"
    elif mine:
        whose = f"{n} other {what}s, {mine} of them yours"
    else:
        whose = f"a {what} of somebody else" if n == 1 else f"{n} {what}s of others"
    return f"Waiting for {whose}: they run one after the other"


def _show(job: Job) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    if job.active:
        left = f" · about {text.duration(job.seconds_left)} left" if job.seconds_left else ""
        message = queue(job) if job.state == "queued" else f"{text.sentence(job.message)}{left}"
        row.progress(min(max(job.fraction, 0.0), 1.0), message)
        if state.visitor().may_end(job.owner) and row.button(
            "Stop",
            icon=":material/stop:",
            disabled=job.state == "stopping" and not job.silence,
            key=f"stop {job.id}",
        ):
            jobs.stop(job.id)
        return
    if job.id in _INSTEAD:
        why = f"Stopped: {text.plain(_INSTEAD[job.id])} was asked for instead."
        row.info(why, icon=":material/stop_circle:")
    elif job.stopped:
        row.info("Stopped before the end.", icon=":material/stop_circle:")
    else:
        row.error(text.sentence(job.error), icon=":material/error:")
    if row.button("Compute it again", icon=":material/refresh:", key=f"again {job.id}"):
        st.session_state[_REDO] = job.name
        st.rerun()
