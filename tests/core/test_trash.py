"""What is deleted can be brought back, for a day."""

import os
import time
from pathlib import Path

import pytest

from explorer.core import trash
from explorer.core.errors import ExplorerError


@pytest.fixture
def one(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "file").write_text("whole")
    return tmp_path / "one"


def test_what_was_deleted_is_brought_back_whole(one: Path) -> None:
    deleted = trash.put(one)
    assert not one.exists()
    assert trash.listing(one.parent) == [deleted]
    assert (deleted.name, time.time() - deleted.when < 60) == ("one", True)
    assert trash.restore(deleted) == one
    assert (one / "file").read_text() == "whole"
    assert trash.listing(one.parent) == []
    with pytest.raises(ExplorerError, match="cannot be brought back"):
        trash.restore(deleted)


def test_of_one_name_several_may_wait_and_none_replaces_what_is_there(one: Path) -> None:
    first = trash.put(one)
    one.mkdir()
    with pytest.raises(ExplorerError, match="another one by now"):
        trash.restore(first)
    second = trash.put(one)
    assert [item.id for item in trash.listing(one.parent)] == [second.id, first.id]
    assert trash.restore(first) == one
    assert (one / "file").exists()


def test_the_trash_is_emptied_after_a_day(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted = trash.put(one)
    now = time.time()
    monkeypatch.setattr(trash.time, "time", lambda: now + trash.KEPT + 1)
    assert trash.listing(one.parent) == []
    assert deleted.path.exists()
    trash.empty(one.parent)
    assert list((one.parent / ".trash").iterdir()) == []


def test_nothing_goes_through_a_link(one: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    one.rename(elsewhere)
    one.symlink_to(elsewhere)
    (elsewhere / "link").symlink_to("/etc")
    deleted = trash.put(one)  # the link alone
    assert (elsewhere / "file").exists()
    trash.restore(deleted)
    assert one.is_symlink()
    trash.put(one)
    trash.put(elsewhere)
    trash.empty(tmp_path, 0.0)
    assert Path("/etc/passwd").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / ".trash").rmdir()
    (tmp_path / ".trash").symlink_to("/etc")
    with pytest.raises(ExplorerError, match="is a link"):
        trash.put(tmp_path / "other")
    assert trash.listing(tmp_path) == []


def test_what_cannot_be_deleted_is_a_sentence(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExplorerError, match="there no more"):
        trash.put(one.with_name("none"))
    refuse = lambda *_: (_ for _ in ()).throw(OSError(30, os.strerror(30)))  # noqa: E731
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ExplorerError, match="Read-only file system"):
        trash.put(one)
    assert one.exists()
    assert list((one.parent / ".trash").iterdir()) == []
