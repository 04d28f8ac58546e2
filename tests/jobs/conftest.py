"""Workers, and a folder of jobs."""

import pytest

from explorer import jobs
from tests.jobs.helpers import ROOT, done


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """One set of workers for all tests of the module; they import `tests.jobs.job_functions`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
        yield
        jobs.shut_down()


@pytest.fixture
def folder(cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    yield tmp_path / "jobs"
    for job in jobs.list_jobs():
        jobs.stop(job.id)
        done(job)
