"""Texts that others wrote are shown as they are."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints
from explorer.datasets.builtin import DATASETS
from explorer.ui.shared import pages, text
from tests.conftest import SHIPPED

MAIN = str(Path(__file__).parents[2] / "explorer" / "ui" / "main.py")
PICTURE = "![x](http://evil.example/p.png) <img src=//evil.example> **b** `c` $d$ :red[e]"


def test_nothing_is_markdown_or_html() -> None:
    shown = text.plain(PICTURE)
    assert shown.replace("\\", "") == PICTURE
    for mark in "[]<>*`$":
        assert shown.count(mark) == shown.count(f"\\{mark}")
    assert text.plain("a\n\n# b\0") == "a \\# b"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("/srv/data/secret/mine is damaged", "…/mine is damaged"),
        ("file '/home/me/my models/a.npz'.", "file '…/a.npz'."),
        ("C:\\data\\models\\a.npz is", "…/a.npz is"),
        ("https://a.example/b/c and 1/2 or and/or", "https://a.example/b/c and 1/2 or and/or"),
        ("python -m explorer list", "python -m explorer list"),
    ],
)
def test_a_path_of_the_server_is_its_last_part(told: str, shown: str) -> None:
    assert text.without_paths(told) == shown


@pytest.fixture
def broken(checkpoint_folder: Path) -> str:
    for name in ("good", "broken"):
        shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / name)
    file = checkpoint_folder / "broken" / "config.json"
    config = json.loads(file.read_text())
    config["schema"] = PICTURE + str(checkpoints.root())
    file.write_text(json.dumps(config))
    return str(checkpoints.root())


@pytest.mark.parametrize("alone", ["0", "1"])
def test_the_reason_of_a_broken_checkpoint_is_text(
    broken: str, alone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setenv("EXPLORER_ONE_PERSON", alone)
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    assert not app.exception
    (reason,) = [item.value for item in app.sidebar.caption if "broken" in item.value]
    assert "![" not in reason
    assert "<img" not in reason.replace("\\<", "")
    assert (broken in reason.replace("\\", "")) == (alone == "1")


@pytest.mark.parametrize("page", ["map", "cluster"])
def test_the_names_of_classes_are_text(
    checkpoint_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    names = tuple(f"{PICTURE} {label}" for label in range(10))
    monkeypatch.setitem(DATASETS, "digits", replace(DATASETS["digits"], class_names=names))
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params["point"] = "3"
    app.run()
    if page != "map":
        app.switch_page(str(pages.path(page))).run()
    assert not app.exception
    shown = [item.value for item in (*app.markdown, *app.caption) if "evil.example" in item.value]
    for value in shown:
        assert "![" not in value
        assert "<img" not in value.replace("\\<", "")
    assert shown or page == "map"
