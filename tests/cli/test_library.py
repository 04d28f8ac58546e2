"""Export, import, rename and delete on the command line."""

import json
from pathlib import Path

import pytest

from explorer import checkpoints
from explorer.cli import main


@pytest.fixture(autouse=True)
def _jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))


def _run(*words: object) -> int:
    return main.main([str(word) for word in words])


def test_a_checkpoint_goes_out_and_comes_back(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "My model (1).zip"
    assert _run("export", "mine", "--zip", file) == 0
    assert capsys.readouterr().out.strip() == str(file)
    assert _run("import", "checkpoint", file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "My-model-1-"
    assert (told["dataset"], told["z_dim"], told["kind"]) == ("digits", 2, "vae")
    assert checkpoints.get("My-model-1-").codes() is not None
    for name, reason in (("mine", "is taken"), ("../mine", "cannot be a name")):
        assert _run("import", "checkpoint", file, "--name", name) == 1
        assert reason in capsys.readouterr().err
    assert _run("import", "checkpoint", tmp_path / "none.zip") == 1
    assert "cannot be read" in capsys.readouterr().err


def test_codes_are_written_for_others_and_never_among_other_files(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("export", "mine", "--csv", tmp_path / "codes.csv") == 0
    assert len((tmp_path / "codes.csv").read_text().splitlines()) == 600
    assert _run("export", "mine", "--tensorboard", tmp_path / "board") == 0
    assert len(list((tmp_path / "board").iterdir())) == 4
    for folder in ("board", "codes.csv"):
        assert _run("export", "mine", "--tensorboard", tmp_path / folder) == 1
        assert "name a new folder" in capsys.readouterr().err
    assert _run("export", "mine", "--csv", tmp_path / "codes.csv" / "x") == 1
    assert "cannot be written" in capsys.readouterr().err
    assert _run("export", "none", "--csv", tmp_path / "x.csv") == 1
    assert "no checkpoint 'none'" in capsys.readouterr().err


def test_a_checkpoint_is_renamed_deleted_and_brought_back(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("rename", "mine", "yours") == 0
    assert _run("delete", "yours") == 0
    assert checkpoints.list_checkpoints() == []
    assert "--undo" in capsys.readouterr().out
    assert _run("delete", "mine", "--undo") == 1
    assert _run("delete", "yours", "--undo") == 0
    assert checkpoints.get("yours").name == "yours"
    assert _run("rename", "yours", "a/b") == 1
    assert "cannot be a name" in capsys.readouterr().err
