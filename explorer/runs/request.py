"""A request for something costly about a checkpoint: find it, else compute it, else submit it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, silent

if TYPE_CHECKING:  # the command line computes without Dask
    from explorer.jobs import Job

Result = TypeVar("Result")


@dataclass(frozen=True)
class Request(ABC, Generic[Result]):
    """What is wanted of a checkpoint. Requests that are equal have one result, and one job.

    A kind of request says what names it (`key`), where its result is found, how it is computed and
    kept; the rest is the same for all.

    Attributes:
        checkpoint: Name of the checkpoint.
        spec: What is wanted.
    """

    checkpoint: str
    spec: Any

    @property
    @abstractmethod
    def key(self) -> str:
        """Names the result among those of the checkpoint, by kind and hash of the spec."""

    @abstractmethod
    def find(self) -> Result | None:
        """Return the result from the checkpoint's folder; None if it is not there whole.

        Raises:
            ExplorerError: If the checkpoint is damaged.
        """

    @abstractmethod
    def compute(self, report: Report = silent) -> Result:
        """Compute the result; it is neither looked up nor kept.

        Raises:
            ExplorerError: If its points cannot be had, or the spec does not suit them.
        """

    @abstractmethod
    def keep(self, result: Result) -> None:
        """Write a whole result into the checkpoint's folder, atomically."""

    @abstractmethod
    def summary(self, result: Result) -> dict[str, Any]:
        """Return what is worth telling of a result, as JSON values."""

    @property
    def title(self) -> str:
        """What is wanted, for people."""
        return self.key

    def is_whole(self, result: Result) -> bool:
        """Return whether the result is complete: not what there was when it was stopped."""
        return True

    def is_quick(self) -> bool:
        """Return whether computing takes about half a second at most, so that a page may wait."""
        return False

    def asked(self) -> dict[str, Any]:
        """Return the spec as JSON values, for those who read the job."""
        return asdict(self.spec)

    def get(self, report: Report = silent) -> Result:
        """Return the result: found, else computed, and kept if it is whole.

        Raises:
            ExplorerError: As `find` and `compute`.
        """
        result = self.find()
        if result is None:
            result = self.compute(report)
            if self.is_whole(result):
                with kept_in(self.checkpoint):
                    self.keep(result)
        return result

    def at_once(self) -> Result:
        """Return the result of a quick request."""
        return self.get()

    @property
    def job_name(self) -> str:
        """Name of the job that computes it: the same for all who want it."""
        return f"{self.checkpoint}/{self.key}"

    def submit(self, owner: str = "") -> Job:
        """Let a job compute and keep the result; return at once.

        Args:
            owner: The visitor who asks; "": the app itself.

        Raises:
            ExplorerError: If the jobs folder cannot be written, or too many jobs of the owner wait.
        """
        from explorer import jobs

        return jobs.submit(self.job_name, run, self, owner=owner, spec=self.asked())


@contextmanager
def kept_in(checkpoint: str) -> Iterator[None]:
    """Say in a sentence that a result could not be written into a checkpoint's folder."""
    try:
        yield
    except OSError as error:
        raise ExplorerError(
            f"The result could not be kept in the folder of {checkpoint} ({error.strerror}): let "
            "the app write there, or make room."
        ) from error


def run(request: Request[Any], report: Report = silent) -> dict[str, Any]:
    """Do a request as a background job; the answer is plain data."""
    return request.summary(request.get(report))
