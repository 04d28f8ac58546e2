"""Another scheduler than the app's own."""

import subprocess
import sys

import pytest

from explorer import jobs
from explorer.jobs import api, dispatcher, workers
from tests.jobs import job_functions
from tests.jobs.helpers import done, running

# Slow: waits for workers to start.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]


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
