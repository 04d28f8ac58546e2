"""Import of a model on the Library page: looked at, changed, kept; refused in a sentence."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer import jobs
from explorer.core.errors import ExplorerError
from explorer.jobs.uploads import Upload
from explorer.runs import imports
from explorer.ui.library import import_model
from explorer.ui.shared import job_status

PAGE = """
from explorer.ui.library import import_model
from explorer.ui.shared.sidebar import or_sentence
or_sentence(import_model.draw)
"""
ROW = {"name": "<b>dense", "kind": "Dense", "shape": [16], "parameters": 1040}
FOUND: dict[str, Any] = {
    "kind": "vae",
    "z_dim": 2,
    "formats": [".h5"],
    "keras_version": "2.15.0",
    "dataset": "digits",
    "bottleneck": "z_mean",
    "bottlenecks": [{"layer": "<b>dense", "shape": [16]}, {"layer": "z_mean", "shape": [2]}],
    "encoder": [ROW, {**ROW, "name": "z_mean", "shape": [2]}],
    "decoder": [{**ROW, "shape": [64]}],
    "pixel_scale": "0-255",
    "scales": [{"takes": "0-255", "gives": "0-1", "error": 0.01}],
    "error": 0.01,
    "parameters": 1234,
    "notes": ["'lambda' (Lambda) draws the code at random: it is left out."],
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, mine: Path) -> list[Any]:
    """What was asked of jobs, which are done at once without workers."""
    done: list[Any] = []
    found: dict[str, Any] = {}

    def submit(name: str, function: Any, wanted: Any, owner: str) -> Any:
        done.append(wanted)
        result = {**FOUND, "bottleneck": wanted.bottleneck or "z_mean", "name": wanted.name}
        job = SimpleNamespace(id=name, state="done", active=False, stopped=False, result=result)
        if wanted.pixel_scale == "-1-1":
            job.state, job.error = "failed", "The scale of the pixels must be 0-1."
        found[name] = job
        return job

    def watch(name: str, begin: Any, place: str) -> None:
        if begin().state == "failed":
            st.error(found[name].error)
        else:
            st.rerun()

    monkeypatch.setattr(jobs, "submit", submit)
    monkeypatch.setattr(jobs, "find", found.get)
    monkeypatch.setattr(jobs, "partial", lambda job_id: np.ones((2, 10, 8, 8, 1), np.float32) / 2)
    monkeypatch.setattr(job_status, "watch", watch)
    monkeypatch.setattr(job_status, "follow", found.__getitem__)
    return done


def _page(monkeypatch: pytest.MonkeyPatch, path: Path) -> AppTest:
    def upload(label: str, endings: Any, *, key: str, help: str = "") -> Upload | None:
        return Upload("My VAE (1).h5", path, 10) if key == "model-0" else None

    monkeypatch.setattr(import_model, "upload", upload)
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    return page


def _told(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.markdown, *page.caption, *page.success))


def test_a_model_is_seen_changed_and_kept(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tmp_path / "upload.h5")
    assert "**VAE** · **2** latent dimensions · 1,234 weights · .h5 of Keras 2.15.0" in _told(page)
    assert "(Lambda) draws the code at random" in _told(page)
    drawn = " ".join(element.proto.body for element in page.get("html"))
    assert "&lt;b&gt;dense" in drawn
    assert "<b>dense" not in drawn
    assert 'aria-label="Image of 8 × 8 × 1, 1 layers, a code of 2 numbers' in drawn
    page.selectbox[1].select("<b>dense").run()
    assert [each.bottleneck for each in asked] == ["", "<b>dense"]
    page.text_input[0].set_value("mine")
    page.button[0].click().run()
    assert "'mine' is taken" in page.error[0].value
    page.text_input[0].set_value("My-VAE")
    page.button[0].click().run()
    assert "My-VAE is here." in _told(page)
    kept = asked[-1]
    assert (kept.name, kept.dataset, kept.bottleneck, kept.pixel_scale) == (
        *("My-VAE", "digits", "<b>dense"),
        "0-255",
    )
    assert page.button[0].label == "Open it on the map"


def test_a_wrong_choice_is_taken_back(
    asked: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(monkeypatch, tmp_path / "upload.h5")
    page.selectbox[2].select("-1-1").run()
    assert "The scale of the pixels must be" in page.error[0].value
    page.button[0].click().run()
    assert page.button[0].label == "Save"


def test_a_read_only_app_looks_at_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    for job in (imports.look_job, imports.model_job):
        with pytest.raises(ExplorerError, match="read-only, it cannot import a model"):
            job(import_model.Import(()))
