"""Exports: made once for a checkpoint as it is, found under a hash, gone after a day."""

import os
import zipfile
from pathlib import Path

import pytest

from explorer import checkpoints
from explorer.core.errors import ExplorerError
from explorer.runs import exports

_, CSV, TENSORBOARD = exports.FORMS


@pytest.fixture(autouse=True)
def _jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))


def test_an_export_is_found_until_its_checkpoint_changes(mine: Path) -> None:
    assert exports.find("mine", CSV) is None
    size = exports.export_job("mine", CSV)["size"]
    found = exports.find("mine", CSV)
    assert found is not None
    assert (found.name, found.stat().st_size) == ("mine-codes.csv", size)
    begin, folder, name = exports.address(found).split("/")
    assert begin == "exports"
    assert exports.file(folder, name) == found
    os.utime(mine / "codes.npz", (1, 1))
    assert exports.find("mine", CSV) is None
    os.utime(found.parent, (0, 0))
    exports.export_job("mine", CSV)
    assert not found.exists()


def test_a_folder_for_tensorboard_comes_as_a_zip(mine: Path) -> None:
    exports.export_job("mine", TENSORBOARD)
    found = exports.find("mine", TENSORBOARD)
    assert found is not None
    with zipfile.ZipFile(found) as archive:
        assert "tensorboard/vectors.tsv" in archive.namelist()
    assert [file.name for file in found.parent.iterdir()] == [found.name]


@pytest.mark.parametrize(
    ("folder", "name"), [("..", "mine.zip"), ("0" * 12, "mine.zip"), (".", "x"), ("0" * 13, "x")]
)
def test_nothing_else_is_found(mine: Path, folder: str, name: str) -> None:
    assert exports.file(folder, name) is None


def test_a_name_that_is_none_and_a_full_disk_are_sentences(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExplorerError, match="cannot be a name"):
        exports.file("0" * 12, "../mine.zip")
    (mine / "codes.npz").write_bytes(b"")
    with pytest.raises(ExplorerError, match="not a readable"):
        exports.export_job("mine", CSV)
    monkeypatch.setattr(exports.storage, "atomic_folder", lambda *_: Path("/proc/none").mkdir())
    with pytest.raises(ExplorerError, match="make room"):
        exports.export_job("mine", CSV)
    assert checkpoints.get("mine").name == "mine"
