"""Workers: what a function does in them, and how it may fail."""

import json
import os
import pickle

import pytest

from explorer import jobs
from explorer.jobs import workers
from tests.jobs import job_functions
from tests.jobs.helpers import done, log_of, running

# Slow: waits for workers to start.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]


def test_a_worker_uses_all_cores_and_imports_no_main_script():
    result = done(jobs.submit("threads", job_functions.threads)).result
    cores = os.cpu_count()
    assert set(result["pools"].values()) == {cores}
    assert result["numba"] == cores
    assert result["main"].endswith("jobs/__main__.py")
    assert result["modules"] == []


def test_an_error_that_the_user_can_mend_is_shown_as_it_is():
    job = done(jobs.submit("fail", job_functions.fail_clearly))
    assert job.state == "failed"
    assert job.error == "There is no data set 'nist': choose another. Received: 'nist'."
    assert log_of(job.id) == ""


def test_an_unexpected_error_is_one_sentence_with_the_traceback_in_the_log():
    job = done(jobs.submit("fail", job_functions.fail_badly))
    assert job.state == "failed"
    assert job.error == "Unexpected error (KeyError): 'secret detail'"
    log = log_of(job.id)
    assert "Traceback" in log
    assert "in fail_badly" in log
    assert log_of(job.id).splitlines()[-1] == "KeyError: 'secret detail'"


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


@pytest.mark.parametrize("state", ["done", "failed", "interrupted"])
def test_a_job_that_has_ended_is_not_begun_again(folder, state):
    """Dask repeats a call when the worker dies that holds its result."""
    job = done(jobs.submit("double", job_functions.double, 1))
    path = folder / job.id / "job.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": state}))
    before = path.read_text()
    workers.run(str(path.parent), pickle.dumps((job_functions.double, (1,), {})))
    assert path.read_text() == before
    assert log_of(job.id) == "doubling 1"


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
