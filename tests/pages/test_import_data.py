"""Import of data on the Library page: read, looked at, kept; refused in a sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, datasets, jobs
from explorer.core.errors import ExplorerError
from explorer.datasets.brought import stage
from explorer.jobs.uploads import Upload
from explorer.ui.library import import_data
from explorer.ui.shared import job_status
from tests.datasets.brought.files import CODES, GREY, LABELS, npz

PAGE = """
import streamlit as st
from explorer.ui.library import import_data
from explorer.ui.shared.sidebar import or_sentence
or_sentence(import_data.draw)
"""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch, mine: Path) -> None:
    """Read in this process, without workers and without waiting for them."""

    def watch(name: str, submit: Any, place: str) -> None:
        try:
            submit()
        except ExplorerError as error:
            st.error(str(error))
        else:
            st.rerun()

    def submit(name: str, function: Any, *args: Any, owner: str) -> None:
        function(*args)

    monkeypatch.setattr(
        stage.limited, "run", lambda f, *args, **how: f(*args, report=how["report"])
    )
    monkeypatch.setattr(job_status, "watch", watch)
    monkeypatch.setattr(jobs, "submit", submit)


def _brought(monkeypatch: pytest.MonkeyPatch, path: Path, name: str) -> AppTest:
    def upload(label: str, endings: Any, *, key: str, help: str) -> Upload | None:
        return Upload(name, path, path.stat().st_size) if key.endswith("-0") else None

    monkeypatch.setattr(import_data, "upload", upload)
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    return page


def _told(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.markdown, *page.caption, *page.success))


def test_images_are_seen_named_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = npz(tmp_path / "a.npz", x=GREY, y=LABELS)
    page = _brought(monkeypatch, path, "My pets (1).npz")
    assert "**30** images · **12 × 12** grey · **3** classes · 24 to train, 6 to test" in _told(
        page
    )
    assert "the file has no split" in _told(page)
    name = page.text_input[2]
    assert name.value == "My-pets"
    name.set_value("digits")
    page.button[0].click().run()
    assert "There is a data set 'digits' already" in page.error[0].value
    page.text_input[2].set_value("pets")
    page.text_input[4].set_value("cat, dog, <b>bird</b>")
    page.button[0].click().run()
    assert "pets is here." in _told(page)
    assert datasets.info("pets").class_names == ("cat", "dog", "<b>bird</b>")
    assert page.button[0].label == "Train a model on it"


def test_another_way_to_read_it_replaces_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _brought(monkeypatch, npz(tmp_path / "a.npz", x=GREY, y=LABELS), "a.npz")
    page.number_input(key="import-data-side").set_value(20)
    page.text_input(key="import-data-labels").set_value("none").run()
    assert "**20 × 20** grey · no labels: the map is coloured by cluster" in _told(page)
    assert len(list(datasets.user.root().iterdir())) == 1
    page.number_input(key="import-data-side").set_value(3).run()
    assert "side must be 8 to 128" in page.error[0].value


def test_codes_are_a_checkpoint_of_their_own_or_of_known_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _brought(monkeypatch, npz(tmp_path / "a.npz", z=CODES), "codes.npz")
    assert "**30** codes of **5** numbers" in _told(page)
    page.button[0].click().run()
    assert page.button[0].label == "Open it on the map"
    assert checkpoints.get("codes").dataset == "codes"
    z = np.random.default_rng(0).normal(size=(599, 2))
    page = _brought(monkeypatch, npz(tmp_path / "b.npz", z=z), "codes.npz")
    page.selectbox[-1].set_value("digits")
    page.button[0].click().run()
    assert checkpoints.get("codes-2").dataset == "digits"


def test_what_cannot_be_read_and_a_read_only_app_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.npz").write_bytes(b"%PDF")
    page = _brought(monkeypatch, tmp_path / "a.npz", "<i>a</i>.npz")
    assert "<i>a</i>.npz is a PDF" in page.error[0].value
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    page.number_input(key="import-data-side").set_value(20).run()
    assert "read-only, it cannot import data" in page.error[0].value
