"""Jobs when a disk is full, a worker hangs, and many visitors wait."""

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from explorer import jobs
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from explorer.jobs import api, dispatcher, life, record, workers
from explorer.ui.shared import job_status
from tests.jobs import job_functions
from tests.jobs.helpers import running

# Slow: waits for workers to start.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]


@pytest.fixture
def unlaunched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued and not run."""
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)


def _until(job: jobs.Job, what: Callable[[jobs.Job], bool]) -> jobs.Job:
    return jobs.wait(job.id, 60, what)


def _full(times: int, write: Callable[..., None]) -> Callable[..., None]:
    """A disk that is full for so many writes."""
    left = [times]

    def refuse(*args: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        write(*args)

    return refuse


# A full disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_job_that_cannot_be_written_is_a_sentence_and_leaves_no_other(
    unlaunched: None, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(api, "write_json", refuse)
        with pytest.raises(ExplorerError, match=r"jobs folder .* cannot be written"):
            jobs.submit("mine", len, ())
    assert jobs.list_jobs() == []
    job = jobs.submit("mine", len, ())
    with monkeypatch.context() as patch:
        patch.setattr(api, "mark", refuse)
        with pytest.raises(ExplorerError, match="cannot be stopped"):
            jobs.stop(job.id)
    assert jobs.get(job.id).state == "queued"


def test_a_worker_writes_its_end_when_there_is_room_again(
    unlaunched: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.submit("mine", len, ())
    reporter = workers._Reporter(folder / job.id, record.read(folder / job.id))
    reporter(Progress(0.5, "Half"))
    monkeypatch.setattr(workers, "_TICK", 0.0)
    monkeypatch.setattr(workers, "write_json", _full(3, workers.write_json))
    reporter.insist({"state": "done", "result": 5, "ended": 2.0})
    assert (jobs.get(job.id).state, jobs.get(job.id).result) == ("done", 5)


def test_a_worker_does_not_wait_for_room_for_a_job_that_was_discarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "write_json", _full(1, workers.write_json))
    workers._Reporter(tmp_path / "gone", {}).insist({"state": "done"})


def test_an_end_that_cannot_be_written_is_told_and_written_later(
    unlaunched: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.submit("mine", len, ())
    future = SimpleNamespace(status="error", exception=lambda: OSError("full"))
    monkeypatch.setitem(api._DISPATCHER._futures, job.id, future)
    monkeypatch.setattr(dispatcher, "write_json", _full(2, dispatcher.write_json))
    for _ in range(2):
        assert jobs.get(job.id).state == "failed"
        assert record.read(folder / job.id)["state"] == "queued"
    assert jobs.get(job.id).state == "failed"
    assert record.read(folder / job.id)["state"] == "failed"
    assert job.id not in api._DISPATCHER._futures


# A worker that hangs, or loads


def test_a_worker_that_hangs_is_told_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.submit("count", job_functions.count_until_stopped)
    job = _until(job, running)
    assert (job.silence, life.SILENCE) == (0.0, 30.0)
    monkeypatch.setattr(life, "SILENCE", 1.0)
    assert job.pid is not None
    os.kill(job.pid, signal.SIGSTOP)
    job = _until(job, lambda now: now.silence > 0)
    assert job.state == "running"
    assert job.message.startswith("No sign of life for ")
    jobs.stop(job.id)
    assert _until(job, lambda now: False).state == "interrupted"
    after = jobs.submit("double", job_functions.double, 1)
    assert jobs.wait(after.id, 60).state == "done"


@pytest.mark.parametrize(
    ("function", "argument"),
    [(job_functions.load_for_long, None), (job_functions.double, job_functions.SlowToLoad())],
    ids=["in the function", "modules of the function"],
)
def test_a_stop_is_heard_while_libraries_load(function: Any, argument: Any) -> None:
    job = _until(jobs.submit("load", function, argument), running)
    begin = time.monotonic()
    jobs.stop(job.id)
    job = jobs.wait(job.id, 30)
    assert time.monotonic() - begin < 10
    assert (job.state, job.stopped, job.error) == ("done", True, "")
    after = jobs.submit("double", job_functions.double, 1)
    assert jobs.wait(after.id, 60).state == "done"
    assert jobs.get(job.id).attempts == 1


# Many visitors


def test_visitors_take_turns() -> None:
    first = jobs.submit("first", job_functions.count_until_stopped, owner="a")
    _until(first, running)
    others = [jobs.submit(f"a{i}", job_functions.double, i, owner="a") for i in range(3)]
    theirs = [jobs.submit(f"b{i}", job_functions.double, i, owner="b") for i in range(2)]
    assert [len(jobs.ahead(jobs.get(job.id))) for job in (*others, *theirs)] == [2, 4, 5, 1, 3]
    jobs.stop(first.id)
    ended = [jobs.wait(job.id, 60) for job in (*others, *theirs)]
    order = sorted(ended, key=lambda job: job.started or 0.0)
    assert [job.name for job in order] == ["b0", "a0", "b1", "a1", "a2"]


def test_a_visitor_queues_only_so_many(unlaunched: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api.MOST_QUEUED, "compute", 2)
    for i in range(2):
        jobs.submit(f"a{i}", len, (), owner="a")
    with pytest.raises(ExplorerError, match="2 of your jobs wait already"):
        jobs.submit("a2", len, (), owner="a")
    jobs.submit("b", len, (), owner="b")
    jobs.submit("the app's own", len, ())
    jobs.submit("training", len, (), owner="a", slot="training")
    monkeypatch.setattr(api, "MOST_OF_ALL", 4)
    with pytest.raises(ExplorerError, match="4 jobs wait on this server already"):
        jobs.submit("c", len, (), owner="a name for each job")


def test_a_job_whose_visitors_have_gone_leaves_the_queue(
    unlaunched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, watched, never = (jobs.submit(name, len, ()) for name in ("left", "watched", "never"))
    now = time.monotonic()
    looks = {left.id: now - 200.0, watched.id: now, "discarded": now - 200.0}
    monkeypatch.setattr(job_status, "_LAST_LOOKS", looks)
    job_status.drop_unwatched()
    states = [jobs.get(job.id).state for job in (left, watched, never)]
    assert states == ["interrupted", "queued", "queued"]
    assert looks.keys() == {watched.id}
