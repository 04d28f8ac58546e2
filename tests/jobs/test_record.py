"""Jobs whose files are damaged: each is named, and hides none of the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from explorer import jobs
from explorer.core.errors import ExplorerError
from explorer.jobs import api, record

WHOLE: dict[str, Any] = {
    "name": "training/mine",
    "slot": "training",
    "owner": "me",
    "spec": None,
    "state": "failed",
    "fraction": 0.0,
    "message": "Waiting",
    "created": 1.0,
    "updated": 2.0,
    "remote": False,
    "submitter": {"host": "here", "pid": 1, "since": 1.0},
    "attempts": 0,
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)
    return tmp_path / "jobs"


def _write(folder: Path, name: str, content: Any) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "job.json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    "changes",
    [
        {field: wrong}
        for field in ("name", "state", "created", "fraction", "submitter", "attempts", "message")
        for wrong in (None, [], 5.5 if field in ("name", "state", "message") else "x", {"a": 1})
    ]
    + [
        {"state": "asleep"},
        {"state": "running"},
        {"state": "running", "started": 1.0, "worker": {"host": 5}},
        {"submitter": {"host": "here", "pid": "1", "since": 1.0}},
        {"first": [1]},
        {"first": ["a", "b"]},
        {"error": 5},
        {"ended": "late"},
    ],
)
def test_a_job_with_a_wrong_value_is_named(folder: Path, changes: dict[str, Any]) -> None:
    _write(folder, "1-bad", WHOLE | changes)
    _write(folder, "0-good", WHOLE)
    assert [job.id for job in jobs.list_jobs()] == ["0-good"]
    (told,) = jobs.damaged()
    assert "1-bad" in told
    with pytest.raises(ExplorerError, match="1-bad"):
        jobs.get("1-bad")


def test_a_job_that_does_not_say_what_was_asked_for_is_listed(folder: Path) -> None:
    _write(folder, "0-good", {name: value for name, value in WHOLE.items() if name != "spec"})
    assert [job.spec for job in jobs.list_jobs()] == [None]


@pytest.mark.parametrize("text", ["", "[" * 100_000, "5", "[]", '{"name": 1e999}'])
def test_what_is_no_job_is_named(folder: Path, text: str) -> None:
    (folder / "bad").mkdir(parents=True)
    (folder / "bad" / "job.json").write_text(text)
    assert jobs.list_jobs() == []
    (told,) = jobs.damaged()
    assert "bad" in told


def test_nothing_is_read_or_written_through_a_link(folder: Path, tmp_path: Path) -> None:
    _write(tmp_path, "elsewhere", WHOLE | {"state": "queued"})
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    assert jobs.list_jobs() == []
    for act in (jobs.get, jobs.stop, jobs.discard):
        with pytest.raises(ExplorerError, match="link"):
            act("link")
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["job.json"]


def test_a_mark_that_is_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    job = jobs.submit("mine", len, ())
    (folder / job.id / "stop").symlink_to(tmp_path / "made")
    assert jobs.get(job.id).state == "interrupted"  # it was asked to stop
    jobs.stop(job.id)
    assert not (tmp_path / "made").exists()


def test_what_a_job_writes_can_be_read(folder: Path) -> None:
    job = jobs.submit("mine", len, ())
    assert record.read(folder / job.id)["name"] == "mine"
