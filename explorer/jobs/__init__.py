"""Background work in other processes, with its state on disk."""

from explorer.jobs.api import (
    ACTIVE,
    Job,
    ahead,
    discard,
    find,
    frame,
    get,
    jobs_folder,
    list_jobs,
    shut_down,
    stop,
    submit,
    wait,
)

__all__ = [
    "ACTIVE",
    "Job",
    "ahead",
    "discard",
    "find",
    "frame",
    "get",
    "jobs_folder",
    "list_jobs",
    "shut_down",
    "stop",
    "submit",
    "wait",
]
