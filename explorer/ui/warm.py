"""Work done before anybody asks for it, once the first page has been drawn."""

import os
import threading

import streamlit as st

from explorer import jobs, spaces

# The browser draws the first page meanwhile, perhaps on the same two cores.
_DELAY = 8.0


def later() -> None:
    """Start the workers and compile UMAP there in a while; once for all sessions of a server.

    `EXPLORER_WARM_UP=0` forbids it: tests start no work that they do not wait for.
    """
    if os.environ.get("EXPLORER_WARM_UP") != "0":
        _once()


@st.cache_resource(show_spinner=False)
def _once() -> threading.Timer:
    timer = threading.Timer(_DELAY, jobs.submit, ("UMAP warm-up", spaces.warm_up_job))
    timer.daemon = True
    timer.start()
    return timer
