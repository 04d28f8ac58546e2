"""What makes later reruns faster, once the first page has been drawn."""

import gc

from explorer.core.memory import keep


@keep(1)
def freeze() -> None:
    """Take what is loaded by now out of garbage collection; once for all sessions of a server.

    Streamlit collects garbage after every rerun: to look through all modules each time takes 0.1 s,
    in which it answers nobody.
    """
    gc.collect()
    gc.freeze()
