"""Jobs: run in another process, told of, stopped, replaced, kept and cleared."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from explorer import jobs
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.jobs import api, workers
from tests.jobs import job_functions
from tests.jobs.helpers import ROOT, done, log_of, running

# Slow: waits for workers to start.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]


# The life of a job


def test_a_job_is_done_in_another_process_and_keeps_what_it_told():
    job = jobs.submit("double", job_functions.double, 21, owner="me", spec={"number": 21})
    assert (job.name, job.slot, job.owner, job.spec) == ("double", "compute", "me", {"number": 21})
    job = done(job)
    assert (job.state, job.error, job.stopped, job.active) == ("done", "", False, False)
    assert job.result["number"] == 42
    assert job.result["pid"] == job.pid != os.getpid()
    assert job.created <= job.started <= job.ended
    assert (job.fraction, job.message) == (0.5, "Halfway")
    np.testing.assert_array_equal(jobs.partial(job.id), np.full((3, 2), 21))
    assert log_of(job.id) == "doubling 21"


def test_submit_returns_at_once_and_imports_no_heavy_library():
    code = """
import sys, time
from explorer import jobs
assert not {"dask", "distributed"} & sys.modules.keys()
from tests.jobs import job_functions
begin = time.perf_counter()
job = jobs.submit("double", job_functions.double, 1)
assert time.perf_counter() - begin < 0.3
assert jobs.wait(job.id, 60).state == "done"
assert not {"tensorflow", "umap", "numba", "sklearn", "openTSNE"} & sys.modules.keys()
"""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_the_time_left_counts_from_the_first_report(folder):
    job = done(jobs.submit("double", job_functions.double, 1))
    path = folder / job.id / "job.json"
    content = json.loads(path.read_text()) | {"state": "running", "fraction": 0.7}
    content |= {"worker": workers.this_process(), "started": 0, "first": [100, 0.5]}
    path.write_text(json.dumps(content | {"updated": 110}))
    assert jobs.get(job.id).seconds_left == pytest.approx(15)
    path.unlink()


def test_stop_keeps_the_partial_result():
    job = jobs.submit("count", job_functions.count_until_stopped)
    seen = jobs.wait(job.id, 60, lambda now: now.fraction > 0)
    assert (seen.state, seen.message) == ("running", "Counting ")
    assert seen.seconds_left is None  # it always tells the same
    jobs.stop(job.id)
    assert jobs.get(job.id).state in ("stopping", "done")
    job = done(job)
    assert (job.state, job.stopped) == ("done", True)
    assert job.result > 0
    assert jobs.partial(job.id)[0, 0] == job.result


def test_a_stopped_job_that_waits_never_begins():
    first = jobs.submit("first", job_functions.count_until_stopped)
    second = jobs.submit("second", job_functions.double, 1)
    jobs.wait(first.id, 60, running)
    assert jobs.get(second.id).state == "queued"
    jobs.stop(second.id)
    second = jobs.get(second.id)
    assert (second.state, second.error) == ("interrupted", "Stopped before it began.")
    jobs.stop(first.id)
    assert done(first).state == "done"
    after = done(jobs.submit("after", job_functions.double, 1))
    assert after.state == "done"
    assert jobs.get(second.id).state == "interrupted"
    assert jobs.get(second.id).started is None


def test_a_newer_job_replaces_the_older_of_its_name():
    old = jobs.submit("map", job_functions.count_until_stopped, marker="old")
    other = jobs.submit("other", job_functions.double, 2)
    jobs.wait(old.id, 60, running)
    new = jobs.submit("map", job_functions.double, 3)
    assert done(new).result["number"] == 6
    assert jobs.get(old.id).stopped
    assert done(other).state == "done"
    assert jobs.find("map").id == new.id
    newest = done(jobs.submit("map", job_functions.double, 4))
    assert [job.id for job in jobs.list_jobs() if job.name == "map"] == [newest.id]


def test_without_replace_both_are_kept():
    first = jobs.submit("map", job_functions.double, 1, replace=False)
    second = jobs.submit("map", job_functions.double, 2, replace=False)
    assert done(first).result["number"] == 2
    assert done(second).result["number"] == 4
    assert [job.id for job in jobs.list_jobs()] == [second.id, first.id]


def test_the_slots_run_side_by_side():
    training = jobs.submit("train", job_functions.count_until_stopped, slot="training")
    jobs.wait(training.id, 60, running)
    assert done(jobs.submit("map", job_functions.double, 1)).state == "done"
    waiting = jobs.submit("train 2", job_functions.double, 1, slot="training")
    assert done(jobs.submit("map", job_functions.double, 1)).state == "done"
    assert jobs.get(waiting.id).state == "queued"
    jobs.stop(training.id)
    assert done(waiting).state == "done"


# Keeping and clearing


def test_an_active_job_cannot_be_discarded(folder):
    job = jobs.submit("count", job_functions.count_until_stopped)
    with pytest.raises(ExplorerError, match="stop it before discarding it"):
        jobs.discard(job.id)
    jobs.stop(job.id)
    done(job)
    jobs.discard(job.id)
    assert list(folder.iterdir()) == []
    with pytest.raises(ExplorerError, match="There is no job"):
        jobs.get(job.id)
    assert jobs.find("count") is None


def test_a_job_that_was_discarded_as_it_began_ends_and_stays_away(folder):
    job = jobs.submit("count", job_functions.count_until_stopped)
    jobs.wait(job.id, 60, running)
    storage.remove_folder(folder / job.id)
    after = done(jobs.submit("after", job_functions.double, 1))
    assert after.state == "done"
    assert [path.name for path in folder.iterdir()] == [after.id]


def test_a_damaged_job_does_not_hide_the_others(folder):
    good = done(jobs.submit("double", job_functions.double, 1))
    for name, text in (("a", ""), ("b", "{}"), ("c", "[1]"), ("d", '{"state": "done"}')):
        (folder / name).mkdir()
        (folder / name / "job.json").write_text(text)
    (folder / "empty").mkdir()
    assert [job.id for job in jobs.list_jobs()] == [good.id]
    with pytest.raises(ExplorerError, match="There is no job b"):
        jobs.get("b")


def test_only_the_newest_of_the_ended_are_kept(monkeypatch):
    monkeypatch.setattr(api, "_KEPT", 2)
    training = done(jobs.submit("train", job_functions.double, 0, slot="training"))
    ids = [done(jobs.submit(f"job {i}", job_functions.double, i)).id for i in range(4)]
    assert [job.id for job in jobs.list_jobs()] == [*ids[:0:-1], training.id]


@pytest.mark.parametrize("name", ["../secret", "/etc", "", ".hidden"])
def test_an_id_cannot_lead_out_of_the_folder(name):
    with pytest.raises(ExplorerError, match="cannot be a name"):
        jobs.get(name)


def test_what_cannot_be_sent_to_a_worker_is_refused():
    with pytest.raises(ValueError, match="cannot be sent to a worker"):
        jobs.submit("local", lambda report: None)
    with pytest.raises(ValueError, match="cannot be sent to a worker"):
        jobs.submit("double", job_functions.double, lambda: 1)
    with pytest.raises(ValueError, match="slot must be one of"):
        jobs.submit("double", job_functions.double, 1, slot="gpu")
    assert jobs.list_jobs() == []


def test_a_folder_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "file" / "jobs"))
    with pytest.raises(ExplorerError, match="set EXPLORER_JOBS"):
        jobs.submit("double", job_functions.double, 1)
