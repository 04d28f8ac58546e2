"""Work done before anybody asks for it, once the first page has been drawn."""

import gc
import os
import threading

import streamlit as st

from explorer import jobs
from explorer.runs import projections

# The browser draws the first page meanwhile, perhaps on the same two cores.
_DELAY = 8.0


@st.cache_resource(show_spinner=False)
def later() -> None:
    """Make later reruns and the first UMAP faster; once for all sessions of a server.

    What is loaded by now stays to the end of the process. Streamlit collects garbage after every
    rerun: to look through all modules each time takes 0.1 s, in which it answers nobody.

    In a while the workers start, and compile UMAP. `EXPLORER_WARM_UP=0` forbids that: tests start
    no work that they do not wait for.
    """
    gc.collect()
    gc.freeze()
    if os.environ.get("EXPLORER_WARM_UP") != "0":
        timer = threading.Timer(_DELAY, jobs.submit, ("UMAP warm-up", projections.warm_up_job))
        timer.daemon = True
        timer.start()
