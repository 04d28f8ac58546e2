"""Whether a job still lives: the state that is true now, whoever wrote the last one."""

import socket
import time
from pathlib import Path
from typing import Any

import psutil

from explorer.jobs.workers import DIED, UNSTARTED

# Seconds without a sign of life after which a worker elsewhere counts as dead, and it is said of
# one of this machine whose process is still there.
SILENCE = 30.0

_CLOSED = "The app was closed before the job began."


def state_of(folder: Path, content: dict[str, Any], asked_to_stop: bool) -> tuple[str, str]:
    """Return the state that is true now and the sentence that explains a bad one.

    The file holds the last state that somebody lived to write.
    """
    state: str = content["state"]
    if state == "queued":
        if asked_to_stop:
            return "interrupted", UNSTARTED
        if not content["remote"] and not lives(content["submitter"]):
            return "interrupted", _CLOSED
    if state == "running":
        worker = content["worker"]
        here = worker["host"] == socket.gethostname()
        if not (lives(worker) if here else not silence_of(folder, content)):
            return "interrupted", DIED
        if asked_to_stop:
            return "stopping", ""
    return state, content.get("error", "")


def lives(process: dict[str, Any]) -> bool:
    """Whether a process of this machine still runs; a number given anew is another process."""
    if process["host"] != socket.gethostname():
        return False
    try:
        found = psutil.Process(process["pid"])
        same = abs(found.create_time() - process["since"]) < 2.0
        return bool(same and found.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def silence_of(folder: Path, content: dict[str, Any]) -> float:
    """Return for how long a worker has given no sign, in seconds; 0: no reason to worry."""
    try:
        last = (folder / "alive").lstat().st_mtime
    except OSError:  # it has only begun
        last = content["started"]
    silence = time.time() - last
    return silence if silence > SILENCE else 0.0
