"""Background work in other processes, with its state on disk.

A job is a call of an importable function in a worker process of Dask. Its state lies in a folder,
`<jobs>/<id>/`, that the worker writes and everybody else only reads; so a reload, a second tab or
an app that was started again sees the truth:

    job.json     what the job is and how far it is, see `Job`
    partial.npz  the latest partial result that it reported
    log          what the function printed, and the traceback of an unexpected error
    stop         there if the job was asked to stop
    alive        touched by the worker while the job runs

The folder is `jobs` beside the package, or `EXPLORER_JOBS`. The workers are processes on this
machine, started with the first job (see `explorer.jobs.__main__`), or, with
`DASK_SCHEDULER_ADDRESS` set, those of a scheduler that runs already; its workers must
have this package installed and see the jobs folder under the same path. There, a job for a slot
asks for the resource of that name where workers offer it, and a training else for `GPU`; and it
goes on when the app is closed.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import explorer
from explorer.core.errors import ExplorerError
from explorer.core.storage import (
    check_folder,
    check_name,
    mark,
    read_npz,
    remove_folder,
    write_json,
)
from explorer.jobs import life, record
from explorer.jobs.dispatcher import Dispatcher, remote_address
from explorer.jobs.workers import ENDED, SLOTS, pickled, this_process

ACTIVE = ("queued", "running", "stopping")

# Jobs of one owner that may wait in a slot; of trainings two whole grids.
MOST_QUEUED = {"compute": 12, "training": 48}
MOST_OF_ALL = 400  # of all owners: who takes a new name for each job is stopped here
_KEPT = 100  # ended jobs of the slot "compute"; older ones are discarded

_DISPATCHER = Dispatcher()


@dataclass(frozen=True)
class Job:
    """What is known of a job at the moment of reading.

    Attributes:
        id: Unique, sorts by the time of submission.
        name: What the job is for; a newer job replaces an older one of the same name.
        slot: "compute" or "training": one job of each slot runs at a time.
        owner: Which session submitted it.
        spec: What was asked for, a JSON value.
        state: "queued", "running", "stopping" (asked to stop, still running), "done", "failed"
            (see `error`), or "interrupted" (its process died, or it never began).
        fraction: Share of the work that is done, in [0, 1].
        message: What is being done, as a short phrase.
        created, started, ended: Seconds since 1970, or None.
        seconds_left: Estimate from the share done so far, in seconds; None if not yet possible.
        error: Why it failed or was interrupted, one sentence; "" otherwise.
        result: What the function returned, a JSON value.
        stopped: True if it was asked to stop while it ran; done then means a partial result.
        pid: The worker's process id; None before it began.
        host: Name of the machine of that process, "" before.
        attempts: How often it was begun; above 1 if another worker took it over.
        round: Its place in the queue: of one slot a smaller round goes first, then the older job.
        silence: Seconds without a sign of life of a worker that should give one; 0: all is well.
    """

    id: str
    name: str
    slot: str
    owner: str
    spec: Any
    state: str
    fraction: float
    message: str
    created: float
    started: float | None
    ended: float | None
    seconds_left: float | None
    error: str
    result: Any
    stopped: bool
    pid: int | None
    host: str
    attempts: int
    round: int = 0
    silence: float = 0.0

    @property
    def active(self) -> bool:
        """Whether there is still something to wait for."""
        return self.state in ACTIVE


def jobs_folder() -> Path:
    """Return the folder of all jobs: `EXPLORER_JOBS`, or `jobs` beside the package."""
    configured = os.environ.get("EXPLORER_JOBS")
    return Path(configured or Path(explorer.__file__).parents[1] / "jobs").absolute()


def submit(
    name: str,
    function: Callable[..., Any],
    *args: Any,
    slot: str = "compute",
    owner: str = "",
    spec: Any = None,
    replace: bool = True,
    **kwargs: Any,
) -> Job:
    """Run `function(*args, report=report, **kwargs)` in a worker; return at once.

    The function is told to stop as `explorer.core.progress` says; partial results are kept. It
    returns a small JSON value, and writes what is large in its proper place. Arguments
    travel to the worker: pass names and specs, not arrays. The slots are shared fairly: a visitor's
    second job waits until each other visitor has had a turn. It raises an `ExplorerError` for what
    the user can mend; anything else becomes "Unexpected error" with the traceback in the log.

    Args:
        name: What the job is for.
        function: A top-level function of a module that the workers can import.
        args: Given to the function.
        slot: "compute" or "training": jobs of one slot wait for each other.
        owner: The session that submits.
        spec: A JSON value that says what was asked for, for those who read the job.
        replace: Stop older jobs of the same name that are active, discard those that have ended.
        kwargs: Given to the function.

    Raises:
        ExplorerError: If the jobs folder cannot be written, or too many jobs of this owner wait.
        ValueError: If the function or an argument cannot be sent to a worker, or there is no such
            slot.
    """
    if slot not in SLOTS:
        raise ValueError(f"slot must be one of {SLOTS}. Received: {slot!r}.")
    call = pickled(function, args, kwargs)
    place = _round(slot, owner)
    now = time.time()
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S-%f")
    folder = jobs_folder() / f"{stamp}-{secrets.token_hex(2)}"
    content = {
        "name": name,
        "slot": slot,
        "owner": owner,
        "spec": spec,
        "state": "queued",
        "fraction": 0.0,
        "message": "Waiting",
        "created": now,
        "updated": now,
        "remote": remote_address() is not None,
        "submitter": this_process(),
        "attempts": 0,
        "round": place,
    }
    try:
        _tidy(name if replace else None)
        write_json(folder / "job.json", content)
    except OSError as error:
        raise ExplorerError(
            f"The jobs folder {jobs_folder()} cannot be written ({error}); set EXPLORER_JOBS to a "
            "folder that can."
        ) from error
    _DISPATCHER.launch(folder, slot, call, place)
    return get(folder.name)


def get(job_id: str) -> Job:
    """Read a job.

    Raises:
        ExplorerError: If there is no such job, or its file is damaged.
    """
    job = _read(_folder(job_id))
    if job is None:
        raise ExplorerError(f"There is no job {job_id}; it may have been discarded.")
    return job


def list_jobs() -> list[Job]:
    """Read all jobs, the newest first. Damaged ones are left out."""
    return [job for folder in _folders() if (job := _read(folder)) is not None]


def damaged() -> list[str]:
    """Say of each job that cannot be read what is wrong, one sentence each, the newest first."""
    told = []
    for folder in _folders():
        try:
            record.read(folder)
        except ExplorerError as error:
            if os.path.lexists(folder / "job.json"):  # else it is being made or discarded
                told.append(str(error))
    return told


def _folders() -> list[Path]:
    """Return the folders of all jobs, the newest first."""
    try:
        return sorted(
            (path for path in jobs_folder().iterdir() if not path.name.startswith(".")),
            reverse=True,
        )
    except OSError:
        return []


def find(name: str) -> Job | None:
    """Return the newest job of that name, or None."""
    return next((job for job in list_jobs() if job.name == name), None)


def ahead(job: Job) -> list[Job]:
    """Return the jobs of its slot that a queued job waits for, those of all users."""
    return [
        other
        for other in list_jobs()
        if other.active
        and other.slot == job.slot
        and other.id != job.id
        and (other.started is not None or (other.round, other.id) < (job.round, job.id))
    ]


def _round(slot: str, owner: str) -> int:
    """Return the round in which a new job has its turn (fair queueing, one job a round and owner).

    Raises:
        ExplorerError: If as many jobs wait as may, of this owner or of all.
    """
    active = [job for job in list_jobs() if job.active and job.slot == slot]
    if owner and len(active) >= MOST_OF_ALL:
        raise ExplorerError(f"{len(active)} jobs wait on this server already: try again later.")
    own = [job for job in active if job.owner == owner]
    waiting = sum(job.state == "queued" for job in own)
    if owner and waiting >= MOST_QUEUED[slot]:
        raise ExplorerError(
            f"{waiting} of your jobs wait already, more are not taken: wait for one of them, or "
            "stop one."
        )
    if own:
        return max(job.round for job in own) + 1
    return min((job.round for job in active), default=0)


def partial(job_id: str) -> np.ndarray | None:
    """Return the latest partial result that the job reported, or None."""
    try:
        return read_npz(_folder(job_id) / "partial.npz", "partial")["partial"]
    except ExplorerError:
        return None


def stop(job_id: str) -> None:
    """Ask a job to stop: a queued one never begins, a running one keeps its partial result.

    A worker of this machine that gives no sign of life, and so would not hear it, is killed. A job
    that has ended stays as it is.

    Raises:
        ExplorerError: If there is no such job, or the jobs folder cannot be written.
    """
    job = get(job_id)
    if not job.active:
        return
    try:
        mark(_folder(job_id) / "stop")
    except OSError as error:
        raise ExplorerError(f"The job cannot be stopped ({error.strerror}): make room.") from error
    if job.started is None:
        _DISPATCHER.cancel(job_id)
    elif job.silence:
        worker = record.read(_folder(job_id))["worker"]
        if life.lives(worker):
            with contextlib.suppress(psutil.Error):
                psutil.Process(worker["pid"]).kill()


def discard(job_id: str) -> None:
    """Delete all that is kept about a job that has ended.

    Raises:
        ExplorerError: If it is still active.
    """
    job = get(job_id)
    if job.active:
        raise ExplorerError(f"The job {job.name!r} is {job.state}; stop it before discarding it.")
    remove_folder(_folder(job_id))


def wait(job_id: str, timeout: float, until: Callable[[Job], bool] | None = None) -> Job:
    """Wait until a job has ended, or `until(job)` is true; return it.

    Raises:
        TimeoutError: If that takes more than `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while True:
        job = get(job_id)
        if not job.active or (until is not None and until(job)):
            return job
        if time.monotonic() > deadline:
            raise TimeoutError(f"Job {job_id} is {job.state} after {timeout} s.")
        time.sleep(0.02)


def start() -> None:
    """Start the workers, in the background, so that the first job need not wait for them."""
    _DISPATCHER.start()


def shut_down() -> None:
    """End the workers that this process started, with the jobs that run in them.

    Happens by itself when the process ends. A later `submit` starts new ones.
    """
    _DISPATCHER.shut_down()


def _folder(job_id: str) -> Path:
    folder = jobs_folder() / check_name(job_id)
    check_folder(folder)
    return folder


def _read(folder: Path) -> Job | None:
    """Read a job from its folder; None if there is none or it is damaged."""
    unwritten = _DISPATCHER.record_end(folder)
    try:
        content = record.read(folder)
        if unwritten is not None and content["state"] not in ENDED:
            content |= unwritten
        asked_to_stop = os.path.lexists(folder / "stop")
        state, error = life.state_of(folder, content, asked_to_stop)
        started, ended = content.get("started"), content.get("ended")
        fraction, updated = content["fraction"], content["updated"]
        # From the first report on: before it libraries are loaded, and a resumed training begins
        # in the midst.
        since, share = content.get("first", (started, 0.0))
        left = None
        if state in ("running", "stopping") and fraction - share > 0.01:
            left = (updated - since) * (1 - fraction) / (fraction - share)
        silence = life.silence_of(folder, content) if state in ("running", "stopping") else 0.0
        message = content["message"]
        if silence:
            message = (
                f"No sign of life for {silence:.0f} s: its worker process hangs, was halted, or "
                "waits for the disk"
            )
        return Job(
            id=folder.name,
            name=content["name"],
            slot=content["slot"],
            owner=content["owner"],
            spec=content.get("spec"),
            state=state,
            fraction=fraction,
            message=message,
            created=content["created"],
            started=started,
            ended=updated if ended is None and state in ENDED else ended,
            seconds_left=left,
            error=error,
            result=content.get("result"),
            stopped=asked_to_stop and started is not None,
            pid=content.get("worker", {}).get("pid"),
            host=content.get("worker", {}).get("host", ""),
            attempts=content["attempts"],
            round=content.get("round", 0),
            silence=silence,
        )
    except ExplorerError:
        return None


def _tidy(name: str | None) -> None:
    """Stop active jobs of that name, discard ended ones, and the oldest of all."""
    ended = 0
    for job in list_jobs():
        ended += job.slot == "compute" and not job.active
        if job.name == name and job.active:
            stop(job.id)
        elif not job.active and (job.name == name or (job.slot == "compute" and ended > _KEPT)):
            remove_folder(_folder(job.id))
