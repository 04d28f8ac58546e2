"""What a page asks for: in memory, else in the folder, else computed at once or by a job."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from explorer.core.memory import keep
from explorer.jobs import Job
from explorer.runs.request import Request
from explorer.ui.shared import cached, job_status, state
from explorer.ui.shared.cached import Key

Result = TypeVar("Result")


@keep(128)
def _found(key: Key, job_name: str, _request: Request[Any]) -> Any:
    found = _request.find()
    if found is None:
        raise LookupError  # so that nothing is remembered
    return found


@keep(64)
def _at_once(key: Key, job_name: str, _request: Request[Any]) -> Any:
    return _request.at_once()


def find(request: Request[Result]) -> Result | None:
    """Return what was computed before, from memory or the checkpoint's folder, or None.

    Shared by all users: not to be written to.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    try:
        found: Result = _found(cached.key_of(request.checkpoint), request.job_name, request)
    except LookupError:
        return None
    return found


def at_once(request: Request[Result]) -> Result | None:
    """Return what was computed before or is quick to compute, or None.

    Raises:
        ExplorerError: If it cannot be computed.
    """
    found = find(request)
    if found is None and request.is_quick():
        found = _at_once(cached.key_of(request.checkpoint), request.job_name, request)
    return found


def provide(
    request: Request[Result],
    place: str,
    draw: Callable[[Job], None] | None = None,
    check: Callable[[], object] | None = None,
) -> Result | None:
    """Return what is asked for, if it is there or quick to compute; else show how it is computed.

    Args:
        request: What is asked for.
        place: As for `job_status.watch`.
        draw: Draws what there is of it so far, below the progress of its job.
        check: Raises an `ExplorerError` if a job would fail, before one is begun.

    Raises:
        ExplorerError: If it cannot be computed.
    """
    found = at_once(request)
    if found is None:
        if check is not None:
            check()
        job_status.watch(request.job_name, _submit(request), draw, place, request.title)
    return found


def on_demand(
    request: Request[Result], button: str, draw: Callable[[Job], None] | None = None
) -> Result | None:
    """Do as `provide`, but begin a job only when a button is pressed.

    Args:
        request: What is asked for.
        button: What the button says.
        draw: As for `provide`.
    """
    found = at_once(request)
    if found is None:
        job_status.on_demand(request.job_name, _submit(request), button, draw)
    return found


def _submit(request: Request[Any]) -> Callable[[], Job]:
    return partial(request.submit, state.owner())
