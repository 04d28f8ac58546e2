"""Unfinished trainings that somebody damaged, or put there: each takes only itself."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, jobs
from explorer.checkpoints import names
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.models.spec import ModelSpec
from explorer.training import queue, run_store
from explorer.training.spec import TrainSpec

ROW = {"epoch": 1, "total_loss": 5.0, "val_total_loss": 5.5}
SPEC = TrainSpec("digits", ModelSpec("vae", "mlp", (8, 8, 1), 2, (16,)), epochs=3)


@pytest.fixture(autouse=True)
def _jobs(checkpoint_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))


def _made(name: str, **facts: object) -> Path:
    run_store.create(name, SPEC)
    folder = run_store.folder(name)
    told = {"history": [ROW], "seconds": 1.0, "facts": {"images_per_second": 10}} | facts
    with (folder / "state.npz").open("wb") as file:
        np.savez(file, facts=np.array(json.dumps(told)))
    return folder


@pytest.mark.parametrize(
    "facts",
    [
        {"history": 5},
        {"history": [5]},
        {"history": [{"epoch": "one"}]},
        {"history": [ROW | {"total_loss": None}]},
        {"history": [{"epoch": 1}]},
        {"seconds": "long"},
        {"facts": []},
    ],
)
def test_a_state_with_wrong_facts_is_named_and_the_others_go_on(facts: dict[str, object]) -> None:
    _made("bad", **facts)
    _made("good")
    bad, good = queue.list_trainings()
    assert (bad.name, bad.state, good.name, good.state) == ("bad", "damaged", "good", "stopped")
    assert "state.npz" in bad.damage
    with pytest.raises(ExplorerError, match="bad"):
        queue.resume("bad")
    queue.discard("bad")
    assert [training.name for training in queue.list_trainings()] == ["good"]


@pytest.mark.parametrize(
    "text", ["", "5", "[]", "{}", "[" * 100_000, json.dumps({"model": {}, "epochs": "many"})]
)
def test_a_damaged_spec_is_named_and_the_others_go_on(text: str) -> None:
    (_made("bad") / "spec.json").write_text(text)
    _made("good")
    bad, good = queue.list_trainings()
    assert (bad.state, good.state) == ("damaged", "stopped")
    assert "spec.json" in bad.damage


@pytest.mark.parametrize("content", [5, [], {"device": 5}, {"device": {"a": 1}}])
def test_a_device_that_is_none_is_left_out(content: object) -> None:
    storage.write_json(_made("mine") / "device.json", content)
    (training,) = queue.list_trainings()
    assert training.unfinished is not None
    assert (training.state, training.unfinished.device) == ("stopped", {})


@pytest.mark.parametrize("file", ["spec.json", "state.npz"])
def test_a_pipe_or_a_link_is_not_waited_for(file: str, tmp_path: Path) -> None:
    for name in ("pipe", "link"):
        path = _made(name) / file
        if name == "pipe":
            path.unlink()
            os.mkfifo(path)
        else:
            path.rename(tmp_path / file)
            path.symlink_to(tmp_path / file)
    assert [training.state for training in queue.list_trainings()] == ["damaged", "damaged"]


@pytest.mark.parametrize("place", ["", "frames"])
def test_nothing_is_written_through_a_link(place: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = _made("mine")
    if place:
        (folder / place).symlink_to(elsewhere)
    else:
        storage.remove_folder(folder)
        folder.symlink_to(elsewhere)
    (training,) = queue.list_trainings()
    assert training.state == "damaged"
    for act in (run_store.folder, run_store.read_spec, queue.resume):
        with pytest.raises(ExplorerError, match="is a link"):
            act("mine")
    with pytest.raises(ExplorerError, match="is taken"):
        queue.start(SPEC, "mine")
    queue.discard("mine")
    assert elsewhere.is_dir()
    assert not list(elsewhere.iterdir())
    assert queue.list_trainings() == []


def test_all_that_is_unfinished_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (checkpoints.root() / ".partial").symlink_to(tmp_path / "elsewhere")
    (found,) = run_store.scan()
    assert isinstance(found, run_store.Damaged)
    with pytest.raises(ExplorerError, match="is a link"):
        queue.start(SPEC, "mine")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_remnant_without_a_spec_is_named_and_can_be_discarded() -> None:
    (checkpoints.root() / ".partial" / "left").mkdir(parents=True)
    (training,) = queue.list_trainings()
    assert (training.state, training.damage) == ("damaged", "left: spec.json is missing.")
    queue.discard("left")
    assert not names.is_taken("left")


def test_a_start_that_fails_leaves_no_remnant(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise ExplorerError("The jobs folder cannot be written.")

    monkeypatch.setattr(jobs, "submit", refuse)
    with pytest.raises(ExplorerError, match="cannot be written"):
        queue.start(SPEC, "mine")
    assert not names.is_taken("mine")


def test_a_folder_that_cannot_be_written_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(storage.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(ExplorerError, match=r"cannot be written \(Read-only file system\)"):
        queue.start(SPEC, "mine")
