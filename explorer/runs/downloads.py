"""Data sets fetched by a job."""

from typing import TYPE_CHECKING, Any

from explorer import datasets
from explorer.core import access
from explorer.core.progress import Report, silent

if TYPE_CHECKING:
    from explorer.jobs import Job


def job_name(name: str) -> str:
    """Return the name of the job that fetches a data set: the same for all who want it."""
    return f"fetch/{name}"


def submit(name: str, owner: str = "") -> "Job":
    """Let a job fetch a data set; return at once.

    Raises:
        ExplorerError: If the app is read-only, the jobs folder cannot be written, or too many jobs
            of the owner wait.
    """
    from explorer import jobs

    access.check_may_change("fetch a data set")
    return jobs.submit(job_name(name), fetch_job, name, owner=owner)


def fetch_job(name: str, report: Report = silent) -> dict[str, Any]:
    """Fetch a data set, in a worker; return its `file`.

    Raises:
        ExplorerError: If it cannot be fetched, or that was stopped.
    """
    return {"file": str(datasets.download(name, report))}
