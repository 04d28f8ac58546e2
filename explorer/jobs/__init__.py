"""Background work in other processes, with its state on disk."""

from explorer.jobs.api import (
    ACTIVE,
    Job,
    ahead,
    damaged,
    discard,
    find,
    get,
    jobs_folder,
    list_jobs,
    partial,
    shut_down,
    stop,
    submit,
    wait,
)

__all__ = [
    "ACTIVE",
    "Job",
    "ahead",
    "damaged",
    "discard",
    "find",
    "get",
    "jobs_folder",
    "list_jobs",
    "partial",
    "shut_down",
    "stop",
    "submit",
    "wait",
]
