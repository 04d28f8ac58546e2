"""What is told of a job that waits, and of one that another took the place of."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import jobs
from explorer.jobs import api
from explorer.ui.shared import job_status, state


@pytest.fixture(autouse=True)
def _own_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)
    yield
    jobs.shut_down()


def _job(name: str, owner: str = "me") -> jobs.Job:
    return jobs.submit(name, len, (), owner=owner)


@pytest.mark.parametrize(
    ("owners", "told"),
    [
        ([], "Starting"),
        (["me"], "another computation of yours:"),
        (["me", "me"], "2 other computations of yours:"),
        (["you"], "a computation of somebody else:"),
        (["you", "they"], "2 computations of others:"),
        (["me", "you"], "2 other computations, 1 of them yours:"),
    ],
)
def test_a_job_that_waits_says_whose_jobs_come_first(
    owners: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "owner", lambda: "me")
    before = [_job(f"earlier {n}", owner) for n, owner in enumerate(owners)]
    job = _job("mine")
    monkeypatch.setattr(jobs, "ahead", lambda job: before)
    assert told in job_status.queue(job)
    assert "perhaps" not in job_status.queue(job)


def test_the_time_that_is_left_is_told_in_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    def page() -> None:
        from explorer import jobs
        from explorer.ui.shared import job_status

        job_status.watch("long", lambda: jobs.submit("long", len, ()))

    read = jobs.get
    runs = {"state": "running", "seconds_left": 2880.0}
    monkeypatch.setattr(jobs, "get", lambda job_id: replace(read(job_id), **runs))
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    (progress,) = app.get("progress")
    assert progress.proto.text.endswith("about 48 min left")


def test_a_job_that_was_stopped_for_another_says_what_took_its_place() -> None:
    def page() -> None:
        import streamlit as st

        from explorer import jobs
        from explorer.ui.shared import job_status

        wanted = str(st.query_params["k"])

        def submit() -> jobs.Job:
            return jobs.submit(f"k = {wanted}", len, ())

        job_status.watch(f"k = {wanted}", submit, place="here", title=f"k-means, k = {wanted}")

    app = AppTest.from_function(page, default_timeout=60)
    for k in ("6", "7", "6"):
        app.query_params["k"] = k
        app.run()
        assert not app.exception
    assert [info.value for info in app.info] == ["Stopped: k-means, k = 7 was asked for instead."]


def test_a_job_that_another_server_took_the_place_of_is_followed_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def page() -> None:
        from explorer import jobs
        from explorer.ui.shared import job_status

        job_status.watch("same", lambda: jobs.submit("same", len, ()))

    first = _job("same")
    second = jobs.submit("same", len, (), replace=False)
    jobs.stop(first.id)  # the other server did not see it yet when it looked for one
    seen = iter([jobs.get(first.id)])
    find = jobs.find
    monkeypatch.setattr(jobs, "find", lambda name: next(seen, None) or find(name))
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert not app.error
    assert app.get("progress")
    assert jobs.find("same") == jobs.get(second.id)
