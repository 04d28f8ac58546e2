"""The library page without a browser."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, datasets, jobs
from explorer.core import owners
from explorer.datasets import sources
from explorer.jobs import api, uploads
from explorer.runs import downloads
from explorer.ui.library import import_checkpoint
from explorer.ui.shared import pages, state
from tests.app import opened, said

OTHER = "b" * 16


@pytest.fixture(autouse=True)
def _jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)  # they wait for ever


def _cards(app: AppTest) -> list[str]:
    return [each.key.removeprefix("open-") for each in app.button if "open-" in str(each.key)]


def _button(app: AppTest, label: str) -> Any:
    (found,) = [each for each in app.button if each.label == label]
    return found


def _html(app: AppTest) -> str:
    return "".join(element.value for element in app.get("html"))


def test_a_card_for_each_checkpoint_as_the_address_asks_for_them() -> None:
    app = opened("library")
    assert not app.exception
    shown = _cards(app)
    assert sorted(shown) == sorted(item.name for item in checkpoints.list_checkpoints())
    assert "239.9 (227.2 + KL 12.6)" in _html(app)
    assert 'loading="lazy"' in _html(app)
    app.text_input(key="q").set_value("VAE z2 mnist").run()
    assert len(_cards(app)) == 8
    assert "8 of 20 checkpoints" in said(app)
    app.selectbox(key="sort").set_value("Test loss").run()
    assert _cards(app)[:2] == ["mnist-beta-z2-b0", "mnist-beta-z2-b0.1"]
    app.text_input(key="q").set_value("no such").run()
    assert "look for fewer words" in said(app)
    again = opened("library", sort="Name")
    again.query_params["q"] = "shapes"
    again.query_params["sort"] = "Nonsense"
    assert not again.run().exception


def test_many_checkpoints_are_shown_in_parts(mine: Path) -> None:
    for number in range(30):
        mine.with_name(f"copy-{number:02}").symlink_to(mine)
    app = opened("library")
    assert len(_cards(app)) == 24
    _button(app, "Show 7 more of 31").click().run()
    assert len(_cards(app)) == 31


def test_one_is_renamed_copied_deleted_and_brought_back(mine: Path) -> None:
    app = opened("library")
    app.button(key="manage-mine").click().run()
    assert "How it was made" in said(app)
    app.text_input(key="new-name").set_value("yours").run()
    _button(app, "Rename").click().run()
    assert _cards(app) == ["yours"]
    app.text_input(key="new-name").set_value("copy").run()
    _button(app, "Copy").click().run()
    assert sorted(_cards(app)) == ["copy", "yours"]
    app.text_input(key="new-name").set_value("yours").run()
    _button(app, "Rename").click().run()
    assert "'yours' is taken" in said(app)
    assert "files of" in said(app)
    app.button(key="manage-yours").click().run()
    _button(app, "Delete").click().run()
    assert _cards(app) == ["copy"]
    assert app.success[0].value.startswith("Deleted yours")
    app.button(key="undo").click().run()
    assert sorted(_cards(app)) == ["copy", "yours"]
    assert not app.success


def test_others_checkpoints_are_left_alone(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_ONE_PERSON", "0")
    owners.give(mine, OTHER)
    app = opened("library")
    app.button(key="manage-mine").click().run()
    assert "another visitor's" in said(app)
    app.text_input(key="new-name").set_value("yours").run()
    assert _button(app, "Rename").disabled
    assert not [each for each in app.button if each.label == "Delete"]
    _button(app, "Copy").click().run()
    assert checkpoints.get("yours").name == "yours"


def test_a_read_only_app_shows_and_exports_alone(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    app = opened("library")
    app.button(key="manage-mine").click().run()
    assert not {"Rename", "Copy", "Delete"} & {each.label for each in app.button}
    _button(app, "Make the file").click().run()
    assert jobs.find("mine/export-zip") is not None
    imports = opened("library", section="Import")
    assert "read-only" in said(imports)
    data = opened("library", section="Data sets")
    assert not [each for each in data.button if each.label == "Fetch it"]


def test_broken_checkpoints_are_named_and_can_go(mine: Path) -> None:
    (mine / "config.json").write_text("<b>")
    app = opened("library")
    assert "config.json" in said(app)
    app.button(key="delete-mine").click().run()
    assert checkpoints.list_checkpoints() == []
    assert "train one, or import one" in said(app)
    assert not app.exception


def test_what_is_missing_is_fetched_by_a_job(
    mine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sources, "DEBIAN_FILES", tmp_path)
    app = opened("library", section="Data sets")
    assert not app.exception
    assert "It is not on this machine. No checkpoint is of it." in said(app)
    assert "Its training images are not on this machine." in said(app)
    assert "All of it is on this machine. 1 checkpoint is of it." in said(app)
    assert "Test images of each class, 1,000 to 1,000" in _html(app)
    app.button(key=f"begin {downloads.job_name('mnist')}").click().run()
    job = jobs.find(downloads.job_name("mnist"))
    assert job is not None
    assert job.state == "queued"
    assert datasets.names()


def test_a_zip_that_was_brought_is_given_to_a_job(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "jobs" / ".uploads" / ("a" * 32)
    brought = uploads.Upload("mine (1).zip", folder / "upload.zip", 100)
    monkeypatch.setattr(import_checkpoint, "upload", lambda *args, **options: brought)
    app = opened("library", section="Import")
    (name,) = [each for each in app.text_input if each.label == "Name"]
    assert name.value == "mine-2"
    name.set_value("mine").run()
    _button(app, "Import").click().run()
    assert "'mine' is taken" in said(app)
    name.set_value("yours").run()
    _button(app, "Import").click().run()
    assert jobs.find("import/yours") is not None
    assert not app.exception


def test_what_was_imported_opens_on_the_map(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = SimpleNamespace(active=False, state="done", result={"name": "mine"})
    monkeypatch.setattr(import_checkpoint.job_status, "follow", lambda job_id: done)
    opened_pages: list[Any] = []
    monkeypatch.setattr(
        import_checkpoint.st, "switch_page", lambda page, **options: opened_pages.append(page)
    )
    app = opened("library", section="Import")
    app.session_state[import_checkpoint._JOB] = "import/mine"
    app.run()
    _button(app, "Open it on the map").click().run()
    assert opened_pages == [pages.path("map")]
    assert app.session_state[state.CHECKPOINT] == "mine"
    assert import_checkpoint._JOB not in app.session_state
