"""What was read waits until its owner keeps it; of two who want one name the first gets it."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, datasets
from explorer.checkpoints import codes_import
from explorer.cli.main import main
from explorer.core.errors import ExplorerError
from explorer.datasets import user
from explorer.datasets.brought import stage
from explorer.datasets.brought.base import MAX_CODE, ImportSpec
from explorer.models.spec import MAX_Z_DIM
from tests.datasets.brought.files import CODES, COLOUR, GREY, LABELS, N, npz


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, checkpoint_folder: Path) -> None:
    """Read in this process: a process of its own takes a second to begin."""
    monkeypatch.setattr(
        stage.limited, "run", lambda function, *args, **how: function(*args, report=how["report"])
    )


def _staged(path: Path) -> str:
    token = stage.new_token()
    stage.stage(path, path.name, ImportSpec(), token)
    return token


def test_it_is_seen_before_it_is_kept(tmp_path: Path) -> None:
    token = _staged(npz(tmp_path / "a.npz", x=GREY, y=LABELS))
    staged = stage.get(token)
    images = staged.images()
    assert images is not None
    assert images.shape == (6, 12, 12, 1)
    assert staged.class_counts == (10, 10, 10)
    assert datasets.list_own() == []
    kept = codes_import.keep(token, "pets", "My pets", ("cat", "dog", "bird"), owner="0" * 16)
    assert kept.checkpoint is None
    about = datasets.info("pets")
    assert about == kept.dataset
    assert (about.title, about.class_names) == ("My pets", ("cat", "dog", "bird"))
    np.testing.assert_array_equal(datasets.load("pets").images, images / np.float32(255))
    with pytest.raises(ExplorerError, match="not there any more: choose the file again"):
        stage.get(token)
    assert [path.name for path in user.root().iterdir()] == ["pets"]


def test_of_two_who_want_one_name_the_first_gets_it(tmp_path: Path) -> None:
    tokens = [_staged(npz(tmp_path / "a.npz", x=GREY, z=CODES)) for _ in range(2)]
    codes_import.keep(tokens[0], "pets")
    with pytest.raises(ExplorerError, match="'pets' is taken"):
        codes_import.keep(tokens[1], "pets")
    kept = codes_import.keep(tokens[1], "others")  # what was read is there still
    assert kept.checkpoint is not None
    assert datasets.names()[-2:] == ["others", "pets"]


@pytest.mark.parametrize(
    "name", ["a/b", "../a", "", "<b>", "a'b", "🐈", "n" * 300, "mnist", ".hidden"]
)
def test_a_name_must_be_one(name: str, tmp_path: Path) -> None:
    token = _staged(npz(tmp_path / "a.npz", x=GREY))
    with pytest.raises(ExplorerError, match=r"cannot be a name|There is a data set"):
        codes_import.keep(token, name)
    assert datasets.list_own() == []
    assert stage.get(token).n == N


def test_what_nobody_keeps_is_deleted(tmp_path: Path) -> None:
    token = _staged(npz(tmp_path / "a.npz", x=GREY))
    folder = stage.get(token).folder
    os.utime(folder, (0, time.time() - 100_000))
    other = _staged(tmp_path / "a.npz")
    assert not folder.exists()
    stage.discard(other)
    assert not any(user.root().iterdir())
    with pytest.raises(ExplorerError, match="no import of this app"):
        stage.discard("../../home")


def test_imports_that_wait_do_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "_MOST", 2)
    path = npz(tmp_path / "a.npz", x=GREY)
    first, second = _staged(path), _staged(path)
    with pytest.raises(ExplorerError, match="Too many imports of others wait"):
        _staged(path)
    os.utime(stage.get(first).folder, (0, time.time() - 4000))
    _staged(path)
    assert stage.get(second).n == N
    with pytest.raises(ExplorerError, match="not there any more"):
        stage.get(first)


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"%PDF")
    with pytest.raises(ExplorerError, match=r"a\.npz is a PDF"):
        codes_import.bring(tmp_path / "a.npz", "pets", ImportSpec())
    assert not any(user.root().iterdir())


def test_a_read_only_app_takes_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = _staged(npz(tmp_path / "a.npz", x=GREY))
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    with pytest.raises(ExplorerError, match="read-only, it cannot import data"):
        codes_import.keep(token, "pets")


def test_codes_become_a_checkpoint_of_their_own_data(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", z=CODES, x=COLOUR, y=LABELS)
    kept = codes_import.bring(path, "pets", ImportSpec())
    assert kept.checkpoint is not None
    assert checkpoints.get("pets").codes().latent.z_mean.shape == (N, 5)
    assert datasets.load("pets").images.shape == (N, 12, 12, 3)
    assert MAX_CODE == MAX_Z_DIM


def test_codes_of_the_images_of_another_data_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    z = np.random.default_rng(0).normal(size=(599, 3))
    command = ["import", "data", str(npz(tmp_path / "a.npz", z=z)), "--name", "mine"]
    assert main([*command, "--dataset", "digits", "--json"]) == 0
    assert '"checkpoint": "mine"' in capsys.readouterr().out
    made = checkpoints.get("mine")
    assert made.dataset == "digits"
    np.testing.assert_array_equal(made.codes().labels, datasets.load("digits").labels)
    assert datasets.list_own() == []


def test_the_command_tells_what_was_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = npz(tmp_path / "a.npz", x=GREY, y=LABELS)
    assert main(["import", "data", str(path), "--name", "pets", "--test-share", "0.5"]) == 0
    assert "pets: 30 images, 12 × 12 × 1, 3 classes" in capsys.readouterr().out
    assert main(["import", "data", str(path), "--name", "pets"]) == 1
    assert "There is a data set 'pets' already" in capsys.readouterr().err
    assert main(["import", "data", str(tmp_path / "b"), "--name", "b"]) == 1
