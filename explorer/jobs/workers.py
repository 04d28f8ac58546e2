"""What a worker process does with a job: runs it and writes to its folder how it goes."""

import contextlib
import os
import pickle
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, is_loading, loading
from explorer.core.storage import mark, write_json, write_npz
from explorer.jobs import record

SLOTS = ("compute", "training")
ENDED = ("done", "failed", "interrupted")

DIED = "The worker process ended before the job was done (killed, or out of memory)."
UNSTARTED = "Stopped before it began."

# In a worker: the address of the scheduler that a job's own jobs go to.
SCHEDULER = "EXPLORER_SCHEDULER"

_TICK = 0.2  # seconds between two looks of a worker at its job's folder


def environment() -> dict[str, str]:
    """Return the environment variables for the workers on this machine.

    Dask would set one thread for each library, because it expects to run many tasks in a worker;
    ours runs one, on all cores. Threads that wait for each other sleep instead of spinning: on a
    busy machine t-SNE is 2 to 4 times faster. What the user has set stays.
    """
    threads = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
    )
    ours = {name: str(os.cpu_count() or 1) for name in threads} | {
        "OMP_WAIT_POLICY": "PASSIVE",
        # Jobs tell of themselves in their folders, not in the terminal of the app.
        "DASK_LOGGING__DISTRIBUTED": "critical",
        # Dask would count the deaths of a worker against the jobs that wait for it, too.
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1000000",
        "DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": "[]",
        "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": "[]",
    }
    return ours | dict(os.environ)


def this_process() -> dict[str, Any]:
    """Return what tells this process from all others on all machines."""
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": psutil.Process().create_time(),
    }


def pickled(function: Callable[..., Any], args: Any, kwargs: Any) -> bytes:
    """Return the call as bytes; what is defined in the main script is nothing to a worker."""
    called = f"{function.__module__}.{function.__qualname__}"
    if function.__module__ == "__main__":
        raise ValueError(f"A worker imports functions of modules only. Received: {called}.")
    try:
        return pickle.dumps((function, args, kwargs))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"{called} cannot be sent to a worker: {error}.") from error


def run(path: str, call: bytes) -> None:
    """Do a job in a worker, and write to its folder how it goes.

    Args:
        path: The job's folder.
        call: The pickled function, its arguments and its keyword arguments.
    """
    folder = Path(path)
    if folder.parent.exists() and not folder.exists():
        return  # discarded
    if not (folder / "job.json").exists():
        raise ExplorerError(
            f"The worker on {socket.gethostname()} does not see the jobs folder {folder.parent}; "
            "it must be shared with the machine of the app under the same path."
        )
    content = record.read(folder)
    if content["state"] in ENDED or os.path.lexists(folder / "stop"):
        return  # Dask runs a call again whose result was lost with its worker.
    if content["state"] == "running" and not content["remote"]:
        # Its worker died. What killed that one would kill this one.
        now = {"state": "interrupted", "error": DIED, "ended": time.time()}
        write_json(folder / "job.json", content | now)
        return
    if sys.platform == "linux":
        # Pages answer first: this thread, and those that it starts, only take what they leave.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    content |= {
        "state": "running",
        "message": "Starting",
        "started": time.time(),
        "worker": this_process(),
        "attempts": content["attempts"] + 1,
    }
    _remember_scheduler(content["remote"])
    reporter = _Reporter(folder, content)
    with reporter.writing(), _logged(folder):
        try:
            with loading():  # the modules of the function
                function, args, kwargs = pickle.loads(call)
            outcome = {"state": "done", "result": function(*args, report=reporter, **kwargs)}
        except BaseException as error:
            outcome = {"state": "failed", "error": sentence(error)}
            if not isinstance(error, ExplorerError):
                traceback.print_exc()
    outcome["ended"] = time.time()
    try:
        reporter.insist(outcome)
    except (TypeError, ValueError) as error:
        # What the function returned is no JSON value.
        end = {"state": "failed", "error": sentence(error), "result": None}
        reporter.insist(outcome | end)


def _remember_scheduler(remote: bool) -> None:
    """Let a job submit others to the scheduler that it came from."""
    from distributed import get_worker

    variable = "DASK_SCHEDULER_ADDRESS" if remote else SCHEDULER
    os.environ.setdefault(variable, get_worker().scheduler.address)


def sentence(error: BaseException) -> str:
    """Return what the reader of a page is told of an error: one sentence."""
    if isinstance(error, ExplorerError):
        return str(error)
    return f"Unexpected error ({type(error).__name__}): {error}"


@contextlib.contextmanager
def _logged(folder: Path) -> Iterator[None]:
    """Send what is printed in the block to the job's log."""
    with (
        open(_log(folder), "a", encoding="utf-8", buffering=1) as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        yield


def _log(folder: Path) -> int:
    """Open a job's log to write at its end; a link, or a full disk, keeps nothing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(folder / "log", flags, 0o644)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


class _Reporter:
    """The `Report` of a job.

    A report costs next to nothing: it is kept, and a thread of its own writes the latest to the
    folder and looks whether the job is to stop.
    """

    def __init__(self, folder: Path, content: dict[str, Any]) -> None:
        self._folder, self._content = folder, content
        self._latest: Progress | None = None
        self._stop = threading.Event()
        self._ended = threading.Event()

    def __call__(self, progress: Progress) -> bool:
        partial = None if progress.partial is None else np.array(progress.partial)
        self._latest = Progress(progress.fraction, progress.message, partial)
        return not self._stop.is_set()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Write the latest report every now and then during the block."""
        self.insist({})
        thread = threading.Thread(target=self._keep_writing, name="job reporter", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def write(self, changes: dict[str, Any]) -> None:
        """Write the latest report and these changes.

        Raises:
            OSError: If they cannot be written, or the job was discarded: its folder stays away.
        """
        if not self._folder.is_dir():
            raise FileNotFoundError(f"{self._folder} was discarded")
        progress, self._latest = self._latest, None
        if progress is not None:
            fraction = float(progress.fraction)
            fraction = min(max(fraction, 0.0), 1.0) if np.isfinite(fraction) else 0.0
            self._content |= {"fraction": fraction, "message": progress.message}
            if fraction > 0:
                self._content.setdefault("first", (time.time(), fraction))
            if progress.partial is not None:
                write_npz(self._folder / "partial.npz", partial=progress.partial)
        self._content |= {"updated": time.time(), **changes}
        write_json(self._folder / "job.json", self._content)

    def insist(self, changes: dict[str, Any]) -> None:
        """Do as `write`; while the disk is full, or cannot be written, try again and again.

        What a job has come to is nowhere else: its slot waits, as any other job would have to.
        """
        while True:
            try:
                return self.write(changes)
            except OSError:
                if not self._folder.exists():
                    return None  # discarded
                with contextlib.suppress(OSError):
                    mark(self._folder / "alive")
                time.sleep(_TICK)

    def _keep_writing(self) -> None:
        while not self._ended.wait(_TICK):
            # A disk that is full for a moment must not end the job.
            with contextlib.suppress(OSError):
                if not self._folder.is_dir():
                    self._stop.set()  # discarded as it began: nobody could stop it any more
                mark(self._folder / "alive")
                if os.path.lexists(self._folder / "stop"):
                    self._stop.set()
                    if is_loading() and not self._content["remote"]:
                        self._leave()
                if self._latest is not None:
                    self.write({})

    def _leave(self) -> None:
        """End the worker process, which only loads libraries for a job that is to stop.

        An import cannot be broken off: half of it would stay behind in the process. Another worker
        takes its place.
        """
        self.write({"state": "done", "result": None, "ended": time.time()})
        os._exit(0)
