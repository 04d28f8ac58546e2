"""Checkpoints as a whole: renamed, copied, deleted, brought back."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from explorer import checkpoints, jobs
from explorer.checkpoints import BrokenCheckpoint, names, store
from explorer.core import owners, trash
from explorer.core.access import Visitor
from explorer.core.errors import ExplorerError
from explorer.jobs import api
from explorer.runs import shelf

ME, OTHER = Visitor("a" * 16), Visitor("b" * 16)


@pytest.fixture(autouse=True)
def _jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)  # they wait for ever


def _names() -> list[str]:
    return [item.name for item in checkpoints.list_checkpoints()]


def test_a_checkpoint_is_renamed_with_all_that_was_computed(mine: Path) -> None:
    shelf.rename("mine", "yours")
    assert _names() == ["yours"]
    assert checkpoints.get("yours").projections.is_dir()
    shelf.duplicate("yours", "mine")
    for new in ("mine", ".trash", "a/b", "..", "<b>", "é", "x" * 81, ""):
        with pytest.raises(ExplorerError, match=r"taken|cannot be a name"):
            shelf.rename("yours", new)
    with pytest.raises(ExplorerError, match="no checkpoint"):
        shelf.rename("../elsewhere", "new")
    (mine.parent / ".partial" / "training").mkdir(parents=True)
    with pytest.raises(ExplorerError, match="a training"):
        shelf.rename("yours", "training")
    assert _names() == ["mine", "yours"]


def test_a_copy_is_whole_and_its_own(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owners.give(mine, OTHER.id)
    (mine / "out").symlink_to("/etc/passwd")
    (mine / "projections" / ".writing-x").mkdir()
    shelf.duplicate("mine", "copy", ME)
    copy = mine.with_name("copy")
    assert owners.of(copy) == ME.id
    left = {path.relative_to(mine).as_posix() for path in mine.rglob("*")}
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*")}
    assert left - there == {"out", "projections/.writing-x"}
    assert there <= left
    (copy / "codes.npz").write_bytes(b"")
    assert checkpoints.get("mine").codes() is not None
    full = OSError(28, os.strerror(28))
    monkeypatch.setattr(shelf.shutil, "copytree", lambda *_, **__: (_ for _ in ()).throw(full))
    with pytest.raises(ExplorerError, match="No space left"):
        shelf.duplicate("mine", "third", ME)
    assert _names() == ["copy", "mine"]


def test_what_is_deleted_is_brought_back(mine: Path) -> None:
    owners.give(mine, ME.id)
    for what in (
        lambda: shelf.delete("mine", OTHER),
        lambda: shelf.rename("mine", "new", OTHER),
        lambda: shelf.restore(trash.Deleted("0" * 20, mine), OTHER),
    ):
        with pytest.raises(ExplorerError, match="another visitor"):
            what()
    deleted = shelf.delete("mine", ME)
    assert _names() == []
    assert trash.listing(store.root()) == [deleted]
    assert shelf.restore(deleted, ME) == mine
    assert _names() == ["mine"]
    assert owners.of(mine) == ME.id
    assert shelf.delete("mine").name == "mine"  # the host may


def test_a_broken_checkpoint_can_be_deleted(mine: Path) -> None:
    (mine / "config.json").write_text("{")
    odd = mine.rename(mine.with_name("ödd name"))
    (found,) = checkpoints.list_checkpoints()
    assert isinstance(found, BrokenCheckpoint)
    assert shelf.size(odd)[0] > 5
    shelf.delete("ödd name")
    assert _names() == []


def test_what_is_computed_on_stays_where_it_is(mine: Path) -> None:
    for name in ("mine/umap", "training/mine", "mine-2/umap"):
        job = jobs.submit(name, shelf.size, mine)
        if name == "mine-2/umap":
            shelf.rename("mine", "new")
            break
        for change in (lambda: shelf.rename("mine", "new"), lambda: shelf.delete("mine")):
            with pytest.raises(ExplorerError, match="being computed on"):
                change()
        jobs.stop(job.id)


def test_a_read_only_app_changes_nothing(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted = shelf.delete("mine")
    shelf.restore(deleted)
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    assert not shelf.may_change(mine, Visitor(may_all=True))
    for change in (
        lambda: shelf.rename("mine", "new"),
        lambda: shelf.duplicate("mine", "new"),
        lambda: shelf.delete("mine"),
        lambda: shelf.restore(deleted),
    ):
        with pytest.raises(ExplorerError, match="read-only"):
            change()


def test_of_two_who_want_a_name_at_once_one_gets_it(mine: Path) -> None:
    shutil.copytree(mine, mine.with_name("other"))
    ready, told = threading.Barrier(2), []

    def bring(source: str) -> None:
        try:
            with names.new_folder("new") as folder:
                shutil.copytree(mine.with_name(source), folder, dirs_exist_ok=True)
                (folder / "from").write_text(source)
                ready.wait(30)
            told.append(source)
        except ExplorerError as error:
            told.append(str(error))

    threads = [threading.Thread(target=bring, args=(name,)) for name in ("mine", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (lost,) = [text for text in told if "taken" in text]
    (won,) = [text for text in told if text != lost]
    assert (mine.with_name("new") / "from").read_text() == won


def test_what_is_no_checkpoint_does_not_appear(mine: Path) -> None:
    with (
        pytest.raises(ExplorerError, match=r"new: config\.json is missing"),
        names.new_folder("new"),
    ):
        pass
    assert [path.name for path in mine.parent.iterdir()] == ["mine"]
