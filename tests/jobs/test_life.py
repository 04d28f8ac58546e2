"""Jobs whose worker or app ends before them."""

import json
import os
import signal
import time

import psutil
import pytest

from explorer import jobs
from explorer.jobs import api, workers
from tests.jobs import job_functions
from tests.jobs.helpers import COUNT, done, running, started_elsewhere

# Slow: waits for workers to start.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]


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


@pytest.mark.parametrize("slot", ["compute", "training"])
def test_a_job_that_is_killed_at_its_end_has_its_result_and_no_other_is_harmed(slot, tmp_path):
    ended = jobs.submit("end", job_functions.die, str(tmp_path / "result"), slot=slot)
    other = jobs.submit("double", job_functions.double, 5, slot=slot)
    assert done(ended).state == "interrupted"
    assert (tmp_path / "result").read_text() == "whole"
    assert done(other).result["number"] == 10


def test_a_killed_scheduler_interrupts_what_runs_and_the_next_job_starts_another():
    under_way = jobs.submit("count", job_functions.count_until_stopped)
    waiting = jobs.submit("double", job_functions.double, 5)
    training = jobs.submit("train", job_functions.count_until_stopped, slot="training")
    for job in (under_way, training):
        jobs.wait(job.id, 60, running)
    scheduler = psutil.Process(api._DISPATCHER._process.pid)
    family = scheduler.children(recursive=True)
    scheduler.kill()
    assert psutil.wait_procs(family, timeout=30)[1] == []  # its workers go with it
    for job in (under_way, training):
        assert done(job).state == "interrupted"
    after = done(jobs.submit("after", job_functions.double, 21))
    assert after.result["number"] == 42
    assert done(waiting).state == "interrupted"  # said, and not begun by nobody


def test_two_apps_share_a_folder_and_the_end_of_one_harms_no_job_of_the_other(folder):
    queue = "jobs.submit('theirs', job_functions.double, 1)"
    mine = jobs.submit("mine", job_functions.count_until_stopped, replace=False)
    jobs.wait(mine.id, 60, running)
    with started_elsewhere(COUNT.replace("'count'", "'their count'"), queue) as app:
        assert {job.name for job in jobs.list_jobs()} == {"mine", "their count", "theirs"}
        assert running(jobs.find("their count"))  # each app has workers of its own
        app.kill()
        app.wait()
    for name in ("their count", "theirs"):
        assert done(jobs.find(name)).state == "interrupted"
    assert running(jobs.get(mine.id))
    jobs.stop(mine.id)
    assert done(mine).state == "done"


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
