"""This process's connection to the workers: sends jobs, and writes the end that a worker could not.

All that may take long happens in one thread of its own: a page never waits for it. Dask is imported
with the first job.
"""

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.storage import write_json
from explorer.jobs import record
from explorer.jobs.workers import DIED, ENDED, SCHEDULER, UNSTARTED, environment, run, sentence

_CONNECT_SECONDS = 20


def remote_address() -> str | None:
    """Return the address of the scheduler that runs elsewhere, or None: workers on this machine."""
    return os.environ.get("DASK_SCHEDULER_ADDRESS") or None


class Dispatcher:
    """Sends jobs to the workers, which it starts with the first one."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._client: Any = None
        self._futures: dict[str, Any] = {}

    def start(self) -> None:
        """Start the workers, or reach for those elsewhere."""
        self._later(self._connect)

    def launch(self, folder: Path, slot: str, call: bytes, place: int = 0) -> None:
        """Send a job to the workers.

        Args:
            folder: The job's folder, in which the worker tells of it.
            slot: One of `SLOTS`.
            call: The pickled function and its arguments, as `explorer.jobs.workers.run` takes them.
            place: Its round in the queue: smaller ones go first, equal ones as they came.
        """
        self._later(self._launch, folder, slot, call, place)

    def cancel(self, job_id: str) -> None:
        """Take back a job that has not begun."""
        future = self._futures.get(job_id)
        if future is not None:
            self._later(future.cancel)

    def record_end(self, folder: Path) -> dict[str, Any] | None:
        """Write the end of a job that its worker could not write.

        Returns:
            That end, if it could not be written here either (the disk is full); it is tried again
            with the next look at the job.
        """
        future = self._futures.get(folder.name)
        if future is None or future.status == "pending":
            return None
        end: dict[str, Any] | None = None
        if future.status == "error":
            end = {"state": "failed", "error": sentence(future.exception())}
        elif future.status != "finished" and remote_address() is None:
            # Cancelled, or the scheduler is gone.
            stopped = os.path.lexists(folder / "stop")
            end = {"state": "interrupted", "error": UNSTARTED if stopped else DIED}
        if end is not None:
            end["ended"] = time.time()
            if not _write_end(folder, end):
                return end
        self._futures.pop(folder.name, None)
        return None

    def shut_down(self) -> None:
        """End the workers that this process started."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown()
            self._close()

    def _later(self, work: Callable[..., Any], *args: Any) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="jobs")
                atexit.register(self.shut_down)
            self._thread.submit(work, *args)

    def _connect(self) -> Any:
        """Return the client, started if need be."""
        gone = self._process is not None and self._process.poll() is not None
        if gone or self._client is None or self._client.status != "running":
            # Workers that were started but never answered are ended too.
            self._close()
            from distributed import Client

            here = os.environ.get(SCHEDULER)
            address = remote_address() or here or self._start_workers()
            try:
                self._client = Client(address, set_as_default=False, timeout=_CONNECT_SECONDS)
            except OSError as error:
                raise ExplorerError(
                    f"No Dask scheduler answers at {address}; start it, or unset "
                    "DASK_SCHEDULER_ADDRESS to use workers on this machine."
                ) from error
        return self._client

    def _start_workers(self) -> str:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "explorer.jobs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            # Ctrl-C in the terminal is for the app, which then ends the workers in good order.
            start_new_session=True,
        )
        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        if not address:
            raise ExplorerError(
                "The worker processes could not be started; the terminal of the app says why."
            )
        return address

    def _launch(self, folder: Path, slot: str, call: bytes, place: int) -> None:
        if os.path.lexists(folder / "stop"):
            return
        try:
            client = self._connect()
            future = client.submit(
                run,
                str(folder),
                call,
                key=folder.name,
                pure=False,
                priority=-place,
                fifo_timeout=0,  # in the order of submission, however quickly they come
                resources=_resources(client, slot),
            )
            if remote_address() is not None:
                from distributed import fire_and_forget

                fire_and_forget(future)
        except Exception as error:
            end = {"state": "failed", "error": sentence(error), "ended": time.time()}
            _write_end(folder, end)
        else:
            self._futures[folder.name] = future

    def _close(self) -> None:
        client, self._client = self._client, None
        process, self._process = self._process, None
        if client is not None:
            client.close()
        if process is not None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def _resources(client: Any, slot: str) -> dict[str, int]:
    if remote_address() is None:
        return {slot: 1}
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    offered = {name for worker in workers for name in worker.get("resources", {})}
    if slot in offered:
        return {slot: 1}
    return {"GPU": 1} if slot == "training" and "GPU" in offered else {}


def _write_end(folder: Path, end: dict[str, Any]) -> bool:
    """Write how a job ended, unless its worker has or it was discarded; return False if it fails.

    A file that is damaged stays as it is.
    """
    try:
        content = record.read(folder)
        if content["state"] not in ENDED:
            write_json(folder / "job.json", content | end)
    except ExplorerError:
        pass
    except OSError:
        return False
    return True
