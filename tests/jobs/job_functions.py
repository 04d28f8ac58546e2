"""What the jobs of the tests do: workers import it by name."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, loading


def double(number: int, report: Report) -> dict:
    print(f"doubling {number}")
    report(Progress(0.5, "Halfway", np.full((3, 2), number, dtype=np.float32)))
    return {"number": 2 * number, "pid": os.getpid(), "thread": threading.current_thread().name}


def fail_clearly(report: Report) -> None:
    raise ExplorerError("There is no data set 'nist': choose another. Received: 'nist'.")


def fail_badly(report: Report) -> None:
    raise KeyError("secret detail")


def return_an_object(report: Report) -> object:
    return object()


def count_until_stopped(report: Report, marker: str = "") -> int:
    """Go on until told to stop; a broken stop ends it after a minute."""
    for count in range(60_000):
        partial = np.full((2, 2), count, dtype=np.float32)
        if not report(Progress(0.25, f"Counting {marker}", partial)):
            return count
        time.sleep(0.001)
    raise AssertionError("never stopped")


def die(kept: str = "", *, report: Report) -> None:
    """Be killed: at once, or at the end, when the result is kept."""
    if kept:
        Path(kept).write_text("whole")
    os.kill(os.getpid(), signal.SIGKILL)


def threads(report: Report) -> dict:
    import sys

    import numba
    import threadpoolctl

    np.ones((2, 2)) @ np.ones((2, 2))
    pools = {pool["user_api"]: pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
    return {
        "pools": pools,
        "numba": numba.get_num_threads(),
        "main": getattr(sys.modules["__main__"], "__file__", ""),
        "modules": sorted({"streamlit", "tensorflow", "umap"} & sys.modules.keys()),
    }


class SlowToLoad:
    """An argument that takes a minute to arrive in the worker."""

    def __reduce__(self) -> tuple[object, ...]:
        return time.sleep, (60,)


def load_for_long(_: object, report: Report) -> None:
    """Load libraries, without a report; a stop that is not heard ends it after a minute."""
    with loading():
        time.sleep(60)
    raise AssertionError("never stopped")
