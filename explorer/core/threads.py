"""How many threads numerical work may use."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

# Up to this many numbers (60,000 codes of 32) a second thread gains little, and when the machine
# is busy, as with a training in the background, threads that wait for each other lose much:
# measured so, one thread was 7 times faster for k-means of 10,000 × 16 and 20 times for a mixture
# of 60,000 × 16.
SMALL = 2_000_000


@contextmanager
def fitting_threads(size: int) -> Iterator[None]:
    """Let BLAS and OpenMP use one thread within the block if the work is on few numbers."""
    if size > SMALL:
        yield
        return
    with _controller().limit(limits=1):
        yield


@cache
def _controller() -> ThreadpoolController:
    # Listing the loaded libraries takes milliseconds: once is enough.
    return ThreadpoolController()
