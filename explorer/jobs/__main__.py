"""The processes of the workers: `python -m explorer.jobs`, started by `explorer.jobs.dispatcher`.

It lives as long as its standard input is open: when the app goes, even by SIGKILL, the pipe closes
and the workers go too. It holds a Dask scheduler and one worker process for each slot, so that a
training and a projection can run side by side while two trainings wait for each other. A worker
that dies is started again.

The workers are children of this program and not of the app, because processes that
multiprocessing spawns import the main script of their parent: in Streamlit the user's page.
"""

import asyncio
import os
import subprocess
import sys
import threading
from typing import Any

from explorer.jobs.workers import SLOTS

# Nothing listens beyond this machine, and Dask shows no pages.
_HERE: dict[str, Any] = {
    "host": "127.0.0.1",
    "dashboard": False,
    "dashboard_address": "127.0.0.1:0",
}


async def _serve() -> None:
    """Hold a scheduler and a worker for each slot until the standard input is closed."""
    from distributed import Scheduler

    async with Scheduler(**_HERE) as scheduler:
        print(scheduler.address, flush=True)
        keepers = [asyncio.create_task(_keep(slot, scheduler.address)) for slot in SLOTS]
        await asyncio.to_thread(sys.stdin.read)
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


async def _keep(slot: str, scheduler: str) -> None:
    """Keep one worker process alive. (Dask's Nanny misses a worker that dies as it starts.)"""
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "explorer.jobs", slot, scheduler, stdin=subprocess.PIPE
        )
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                # Nobody waits for its job any more.
                process.kill()
                await process.wait()
        await asyncio.sleep(0.1)


async def _work(slot: str, scheduler: str) -> None:
    """Be a worker until the scheduler is gone."""
    from distributed import Worker

    threading.Thread(target=_end_with_parent, daemon=True).start()
    async with Worker(
        scheduler, nthreads=1, memory_limit=0, resources={slot: 1}, **_HERE
    ) as worker:
        await worker.finished()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:]) if sys.argv[1:] else _serve())
