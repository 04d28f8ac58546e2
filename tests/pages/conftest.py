"""What the tests of pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer import jobs
from explorer.core import memory


@pytest.fixture
def own_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of jobs and a memory of its own."""
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    yield
    jobs.shut_down()
    memory.clear()
