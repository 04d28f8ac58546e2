import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from explorer import jobs
from explorer.core.errors import ExplorerError
from explorer.jobs import api, dispatcher, workers
from tests.jobs import job_functions

ROOT = Path(__file__).parents[2]


def running(job: jobs.Job) -> bool:
    return job.state == "running"


def done(job: jobs.Job, timeout: float = 60) -> jobs.Job:
    return jobs.wait(job.id, timeout)


@pytest.fixture(scope="module", autouse=True)
def cluster(tmp_path_factory):
    """One set of workers for all tests of the module; they import `tests.jobs.job_functions`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
        yield
        jobs.shut_down()


@pytest.fixture(autouse=True)
def folder(cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    yield tmp_path / "jobs"
    for job in jobs.list_jobs():
        jobs.stop(job.id)
        done(job)


def _log(job_id):
    path = jobs.jobs_folder() / job_id / "log"
    return path.read_text().strip() if path.exists() else ""


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
    assert _log(job.id) == "doubling 21"


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


def test_an_error_that_the_user_can_mend_is_shown_as_it_is():
    job = done(jobs.submit("fail", job_functions.fail_clearly))
    assert job.state == "failed"
    assert job.error == "There is no data set 'nist': choose another. Received: 'nist'."
    assert _log(job.id) == ""


def test_an_unexpected_error_is_one_sentence_with_the_traceback_in_the_log():
    job = done(jobs.submit("fail", job_functions.fail_badly))
    assert job.state == "failed"
    assert job.error == "Unexpected error (KeyError): 'secret detail'"
    log = _log(job.id)
    assert "Traceback" in log
    assert "in fail_badly" in log
    assert _log(job.id).splitlines()[-1] == "KeyError: 'secret detail'"


def test_a_result_that_is_no_json_value_fails():
    job = done(jobs.submit("object", job_functions.return_an_object))
    assert job.state == "failed"
    assert "TypeError" in job.error


def test_a_module_that_the_worker_lacks_fails_the_job(tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def work(report): pass")
    monkeypatch.syspath_prepend(tmp_path)
    import only_here

    job = done(jobs.submit("work", only_here.work))
    assert job.state == "failed"
    assert job.error == "Unexpected error (ModuleNotFoundError): No module named 'only_here'"


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


def test_a_worker_uses_all_cores_and_imports_no_main_script():
    result = done(jobs.submit("threads", job_functions.threads)).result
    cores = os.cpu_count()
    assert set(result["pools"].values()) == {cores}
    assert result["numba"] == cores
    assert result["main"].endswith("jobs/__main__.py")
    assert result["modules"] == []


# Death


def test_a_killed_worker_interrupts_its_job_and_nothing_else():
    training = jobs.submit("train", job_functions.count_until_stopped, slot="training")
    job = jobs.submit("count", job_functions.count_until_stopped)
    waiting = jobs.submit("double", job_functions.double, 5)
    pid = jobs.wait(job.id, 60, running).pid
    jobs.wait(training.id, 60, running)
    os.kill(pid, signal.SIGKILL)
    job = done(job, timeout=10)
    assert job.state == "interrupted"
    assert job.error.startswith("The worker process ended before the job was done")
    assert done(waiting).result["number"] == 10
    assert running(jobs.get(training.id))


def test_a_job_that_kills_its_worker_is_not_begun_again():
    job = done(jobs.submit("die", job_functions.die), timeout=10)
    assert job.state == "interrupted"
    assert done(jobs.submit("next", job_functions.double, 5)).state == "done"
    job = jobs.get(job.id)
    assert (job.state, job.attempts) == ("interrupted", 1)


@pytest.mark.parametrize("state", ["done", "failed", "interrupted"])
def test_a_job_that_has_ended_is_not_begun_again(folder, state):
    """Dask repeats a call when the worker dies that holds its result."""
    job = done(jobs.submit("double", job_functions.double, 1))
    path = folder / job.id / "job.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": state}))
    before = path.read_text()
    workers.run(str(path.parent), pickle.dumps((job_functions.double, (1,), {})))
    assert path.read_text() == before
    assert _log(job.id) == "doubling 1"


def started_elsewhere(*submits: str) -> subprocess.Popen:
    """Start another app that submits jobs and then waits to be killed; wait until they run."""
    code = "from explorer import jobs; from tests.jobs import job_functions; import sys\n"
    code += "\n".join(submits)
    code += "\njobs.wait(job.id, 60, lambda job: job.fraction > 0)\nprint('ready', flush=True)\n"
    app = subprocess.Popen(
        [sys.executable, "-c", code + "sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert app.stdout.readline() == "ready\n", app.stderr.read()
    return app


COUNT = "job = jobs.submit('count', job_functions.count_until_stopped)"


def test_another_process_sees_a_job_and_can_stop_it():
    with started_elsewhere(COUNT) as app:
        job = jobs.find("count")
        assert job.state == "running"
        assert jobs.partial(job.id).shape == (2, 2)
        jobs.stop(job.id)
        assert done(job).stopped
        _, errors = app.communicate("")
        assert (app.returncode, errors) == (0, "")


def test_a_restarted_app_sees_what_its_end_interrupted():
    queue = "jobs.submit('double', job_functions.double, 1)"
    with started_elsewhere(COUNT, queue) as app:
        family = psutil.Process(app.pid).children(recursive=True)
        assert len(family) == 3  # the scheduler and two workers
        app.kill()
        app.wait()
        _, alive = psutil.wait_procs(family, timeout=30)
        assert alive == []
    count, double = jobs.find("count"), jobs.find("double")
    assert (count.state, double.state) == ("interrupted", "interrupted")
    assert double.error == "The app was closed before the job began."
    assert count.ended >= count.started


def test_an_app_that_ends_leaves_no_process():
    with started_elsewhere(COUNT) as app:
        family = psutil.Process(app.pid).children(recursive=True)
        _, errors = app.communicate("")
        assert (app.returncode, errors) == (0, "")
        assert psutil.wait_procs(family, timeout=5)[1] == []


def test_a_number_given_to_a_new_process_is_not_the_dead_worker(folder):
    job = done(jobs.submit("double", job_functions.double, 1))
    path = folder / job.id / "job.json"
    content = json.loads(path.read_text()) | {"state": "running"}
    content["worker"] = workers.this_process()
    path.write_text(json.dumps(content))
    assert jobs.get(job.id).state == "running"
    content["worker"]["since"] -= 3600
    path.write_text(json.dumps(content))
    assert jobs.get(job.id).state == "interrupted"


def test_a_worker_on_another_machine_is_known_by_its_sign_of_life(folder):
    job = done(jobs.submit("double", job_functions.double, 1))
    path = folder / job.id / "job.json"
    content = json.loads(path.read_text()) | {"state": "running"}
    content["worker"] |= {"host": "elsewhere", "pid": 1}
    path.write_text(json.dumps(content))
    alive = folder / job.id / "alive"
    alive.touch()
    assert jobs.get(job.id).state == "running"
    os.utime(alive, (time.time() - 600, time.time() - 600))
    assert jobs.get(job.id).state == "interrupted"


# Another scheduler


def test_jobs_of_another_scheduler_go_on_when_the_app_is_closed(monkeypatch):
    command = [sys.executable, "-m", "explorer.jobs"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=workers.environment(),
    ) as scheduler:
        app = dispatcher.Dispatcher()
        monkeypatch.setattr(api, "_DISPATCHER", app)
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", scheduler.stdout.readline().strip())
        job = jobs.submit("count", job_functions.count_until_stopped, slot="training")
        jobs.wait(job.id, 60, running)
        app.shut_down()
        assert jobs.get(job.id).state == "running"
        jobs.stop(job.id)
        assert done(job).stopped
        scheduler.communicate("")


@pytest.mark.parametrize(
    ("offered", "slot", "asked"),
    [
        ([{}, {}], "training", {}),
        ([{"GPU": 1}, {}], "training", {"GPU": 1}),
        ([{"GPU": 1}, {}], "compute", {}),
        ([{"GPU": 1}, {"training": 1}], "training", {"training": 1}),
        ([{"compute": 1}], "compute", {"compute": 1}),
    ],
)
def test_a_job_asks_for_what_the_workers_offer(monkeypatch, offered, slot, asked):
    class Client:
        def scheduler_info(self, n_workers):
            assert n_workers == -1
            return {"workers": {str(i): {"resources": each} for i, each in enumerate(offered)}}

    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://127.0.0.1:1")
    assert dispatcher._resources(Client(), slot) == asked


def test_an_address_where_no_scheduler_is_fails_the_job(monkeypatch):
    app = dispatcher.Dispatcher()
    monkeypatch.setattr(api, "_DISPATCHER", app)
    monkeypatch.setattr(dispatcher, "_CONNECT_SECONDS", 1)
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tcp://127.0.0.1:9")
    job = done(jobs.submit("double", job_functions.double, 1))
    app.shut_down()
    assert job.state == "failed"
    assert "tcp://127.0.0.1:9" in job.error


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


def test_a_folder_that_the_worker_does_not_see_fails_the_job(folder):
    first = jobs.submit("count", job_functions.count_until_stopped)
    job = jobs.submit("double", job_functions.double, 1)
    jobs.wait(first.id, 60, running)
    hidden = folder / job.id / "hidden.json"
    (folder / job.id / "job.json").rename(hidden)
    jobs.stop(first.id)
    done(first)
    done(jobs.submit("next", job_functions.double, 1))
    hidden.rename(folder / job.id / "job.json")
    job = jobs.get(job.id)
    assert job.state == "failed"
    assert "does not see the jobs folder" in job.error


def test_a_folder_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "file" / "jobs"))
    with pytest.raises(ExplorerError, match="set EXPLORER_JOBS"):
        jobs.submit("double", job_functions.double, 1)
