"""What makes later reruns faster, once the first page has been drawn."""

import gc

from explorer.core import memory

# New objects after which the youngest are looked through. A rerun makes thousands that live until
# it ends: with Python's 700 they would be looked through again and again.
_YOUNGEST = 20_000


@memory.keep(1)
def freeze() -> None:
    """Take what is loaded by now out of garbage collection; once for all sessions of a server.

    To look through all modules takes 0.1 s, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNGEST, 10, 10)
