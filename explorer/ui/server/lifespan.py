"""What happens when the server starts, when it ends, and when a page fails."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

import streamlit as st

from explorer.core import access
from explorer.core.errors import ExplorerError
from explorer.ui.server import hosts, options

# Seconds: the first page is opened and drawn before, perhaps on the same two cores.
_DELAY = 15.0


@contextlib.asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Start the workers when the first page has had its time, and end them with the server.

    They compile UMAP at once, so that the first UMAP does not wait for that.
    `EXPLORER_WARM_UP=0` leaves them asleep until the first job: tests start no work that they do
    not wait for.
    """
    options.remember()
    address = st.get_option("server.address")
    if not access.for_one_person(address):
        names = ", ".join(hosts.allowed(address, st.get_option("browser.serverAddress")))
        print(f"  Answers to these hosts (EXPLORER_HOSTS adds some): {names}", flush=True)
    tasks = [asyncio.create_task(_warm_up()), asyncio.create_task(_tidy())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        from explorer import jobs

        await asyncio.to_thread(jobs.shut_down)


async def _warm_up() -> None:
    if os.environ.get("EXPLORER_WARM_UP") == "0":
        return
    await asyncio.sleep(_DELAY)
    # Not before: the server answers the sooner.
    from explorer import jobs
    from explorer.runs import projections

    with contextlib.suppress(ExplorerError):  # a jobs folder that cannot be written: told on a page
        await asyncio.to_thread(jobs.submit, "UMAP warm-up", projections.warm_up_job)


async def _tidy() -> None:
    """Drop what nobody waits for any more, every now and then."""
    # Streamlit's caches want its runtime, which does not run yet when the app is made.
    from explorer.ui.shared import job_status

    while True:
        await asyncio.sleep(_DELAY)
        with contextlib.suppress(OSError):  # a disk that is full now need not stay so
            await asyncio.to_thread(job_status.drop_unwatched)


def show_error(error: Exception) -> bool:
    """Say on the page, in one sentence, that it failed; Streamlit has logged the traceback."""
    if isinstance(error, ExplorerError):
        # Streamlit's options are not read yet when the app is made.
        from explorer.ui.shared import text

        sentence = text.sentence(error)
    else:
        sentence = (
            f"Something unforeseen went wrong here ({type(error).__name__}): reload the page; if "
            "it happens again, the log of the app in its terminal says where."
        )
    st.error(sentence, icon=":material/error:")
    return True
