"""Calls spread over worker processes: of this machine, or of a Dask cluster that runs already."""

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent

# A call whose worker dies is done again by another, so many times.
_DEATHS = 5


def each(
    function: Callable[..., Any],
    items: Sequence[Any],
    *arguments: Any,
    workers: int = 2,
    scheduler: str = "",
    message: str = "",
    report: Report = silent,
) -> list[Any]:
    """Return `function(item, *arguments)` of each item, in their order.

    Calls may be done twice, where a worker died: they write files whole or not at all.

    Args:
        function: Of a module; what it needs to know is small, and lies in files otherwise.
        items: First argument of each call.
        arguments: The others.
        workers: How many processes of this machine.
        scheduler: Address of a Dask scheduler whose workers are to do it instead; they must see
            the same folders under the same paths.
        message: What is being done.
        report: Told after each call.

    Raises:
        ExplorerError: If the scheduler cannot be reached, if a call raises one, or if workers died
            again and again at one call.
    """
    from distributed import KilledWorker, as_completed

    results: dict[str, Any] = {}
    with _client(workers, scheduler) as client:
        called = partial(_call, function, arguments)
        futures = client.map(called, items, pure=False)
        try:
            for done, future in enumerate(as_completed(futures), 1):
                results[future.key] = future.result()
                future.release()
                report(Progress(done / len(items), message))
        except KilledWorker as error:
            raise ExplorerError(
                f"Workers died {_DEATHS} times at the same part of the work, perhaps for want of "
                "memory: take smaller chunks or fewer workers."
            ) from error
        return [results[future.key] for future in futures]


def _call(function: Callable[..., Any], arguments: tuple[Any, ...], item: Any) -> Any:
    return function(item, *arguments)


@contextlib.contextmanager
def _client(workers: int, scheduler: str) -> Iterator[Any]:
    import dask
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as stack:
        if scheduler:
            try:
                yield stack.enter_context(Client(scheduler, timeout="10s"))
            except OSError as error:
                raise ExplorerError(
                    f"There is no Dask scheduler that answers. Received: {scheduler[:100]}."
                ) from error
            return
        settings = {
            "distributed.scheduler.allowed-failures": _DEATHS,
            "logging.distributed": "critical",
        }
        stack.enter_context(dask.config.set(settings))
        # Dask writes its workers' variables (one thread for each library) into this process's too.
        stack.enter_context(_environment_kept())
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        )
        yield stack.enter_context(Client(stack.enter_context(cluster)))


@contextlib.contextmanager
def _environment_kept() -> Iterator[None]:
    """Put the environment back at the end."""
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
