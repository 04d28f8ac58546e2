"""Folders of checkpoints and jobs, with workers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import jobs


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One set of workers and of folders for all tests: each has trainings of its own name."""
    folder = tmp_path_factory.mktemp("training")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
        patch.delenv("EXPLORER_READ_ONLY", raising=False)
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder / "checkpoints"))
        patch.setenv("EXPLORER_JOBS", str(folder / "jobs"))
        yield folder
        for job in jobs.list_jobs():
            jobs.stop(job.id)
        jobs.shut_down()
