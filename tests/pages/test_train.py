"""The train page without a browser: what the form asks for, and what is said."""

import base64
import json
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, jobs
from explorer.jobs import api
from explorer.models.spec import ModelSpec
from explorer.training import queue, run_store, snapshots
from explorer.training.presets import PRESETS
from explorer.training.spec import TrainSpec
from explorer.ui.components import replay as replays
from explorer.ui.shared import pages
from explorer.ui.shared.text import duration
from explorer.ui.train import watch
from tests.app import MAIN
from tests.conftest import SHIPPED

PAGE = str(Path(__file__).parents[2] / "pages" / "train.py")


@pytest.fixture(autouse=True)
def _folders(checkpoint_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "digits-vae-z2")
    # Jobs are queued and not run: no page waits for them.
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)


@pytest.fixture
def page() -> AppTest:
    return _run(AppTest.from_file(PAGE, default_timeout=120))


def _run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def _widgets(app: AppTest) -> dict[str, Any]:
    """The widgets of the form by the option that they ask for."""
    kinds = (app.selectbox, app.number_input, app.text_input, app.segmented_control)
    return {
        widget.key.removeprefix("train-"): widget
        for kind in kinds
        for widget in kind
        if str(widget.key).startswith("train-")
    }


def _widget(app: AppTest, name: str) -> Any:
    return _widgets(app)[name]


def _set(app: AppTest, **values: Any) -> AppTest:
    for name, value in values.items():
        _widget(app, name).set_value(value)
        _run(app)
    return app


def _press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return _run(app)


def _texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.error, app.header, app.toast)
    texts = "\n".join(str(element.value) for kind in kinds for element in kind)
    # Without what the terms of the glossary mean.
    return re.sub(r"<span.*?</span>|</?dfn.*?>", "", texts)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fills_in_the_form(page: AppTest, name: str, monkeypatch: Any) -> None:
    asked: list[TrainSpec] = []
    monkeypatch.setattr(queue, "start", lambda spec, *args: asked.append(spec))
    _set(page, preset=name)
    assert PRESETS[name].about in _texts(page)
    assert f"**{PRESETS[name].spec.model.parameters:,}** parameters" in _texts(page)
    _press(page, "Start training")
    assert asked == [PRESETS[name].spec]


def test_a_training_is_put_in_the_queue(page: AppTest) -> None:
    assert "Nothing is being trained" in _texts(page)
    _set(page, z_dim=3, epochs=5, beta=0.5, widths="32, 16", seed=7, name="mine")
    _press(page, "Start training")
    training = queue.get("mine")
    assert training.state == "queued"
    assert training.unfinished is not None
    spec = training.unfinished.spec
    assert (spec.dataset, spec.epochs, spec.seed) == ("digits", 5, 7)
    assert spec.model == ModelSpec("vae", "mlp", (8, 8, 1), 3, (32, 16), beta=0.5)
    assert "Starting" in _texts(page)
    assert page.query_params["training"] in ("mine", ["mine"])
    # The next gets a name of its own, and what was filled in is still there.
    assert _widget(page, "name").value == ""
    assert _widget(page, "z_dim").value == 3
    _press(page, "Start training")
    assert {item.name for item in queue.list_trainings()} == {"mine", "digits-vae-mlp-z3"}
    assert "Waiting for another training" in _texts(page)


def test_the_network_and_its_loss_are_shown_before_anything_is_trained(page: AppTest) -> None:
    _set(page, preset="A2", beta=0.5, l1=0.25)
    drawn = unescape("".join(element.value for element in page.get("html")))
    spec = PRESETS["A2"].spec.model
    for layer in (*spec.encoder_layers, *spec.decoder_layers):
        assert layer.title in drawn
        assert f"<td>{' × '.join(map(str, layer.shape))}</td><td>{layer.parameters:,}</td>" in drawn
    (loss,) = page.latex
    assert r"\underbrace{0.5}_{\beta}" in loss.value
    assert r"0.25 \cdot \sum_j |z_j|" in loss.value
    assert r"\ln(1 - \hat x)" in loss.value
    _set(page, kind="ae", loss="mse")
    (loss,) = page.latex
    assert "KL" not in loss.value
    assert r"(x - \hat x)^2" in loss.value


def test_options_travel_in_a_link_and_opening_the_page_writes_none(page: AppTest) -> None:
    assert page.query_params == {}
    _set(page, preset="A2", z_dim=5, widths="8 8", learning_rate=0.001)
    assert page.query_params == {
        "train-preset": "A2",
        "train-z_dim": "5",
        "train-widths": "8 8",
        "train-learning_rate": "0.001",
    }
    other = AppTest.from_file(PAGE, default_timeout=120)
    other.query_params.update(page.query_params)
    other.query_params |= {"train-epochs": "many", "train-beta": "-1", "train-dataset": "none"}
    _run(other)
    kept = {name: _widget(other, name).value for name in ("z_dim", "widths", "learning_rate")}
    assert kept == {"z_dim": 5, "widths": "8 8", "learning_rate": 0.001}
    unchanged = {name: _widget(other, name).value for name in ("epochs", "beta", "dataset")}
    assert unchanged == {"epochs": 40, "beta": 1.0, "dataset": "mnist"}
    page.segmented_control(key="what").set_value("grid")
    _run(page)
    assert page.query_params["what"] == "grid"


def test_what_is_filled_in_is_there_after_another_page() -> None:
    app = AppTest.from_file(MAIN, default_timeout=120)
    app.run()
    app.switch_page(str(pages.path("train")))
    _run(app)
    chosen = app.session_state["checkpoint"]
    assert not app.sidebar.selectbox  # no checkpoint, which has nothing to do with it
    _set(app, preset="A2", z_dim=5, seed=3, name="mine")
    app.switch_page(str(pages.path("decode")))
    _run(app)
    assert app.session_state["checkpoint"] == chosen
    app.switch_page(str(pages.path("train")))
    _run(app)
    kept = {name: _widget(app, name).value for name in ("preset", "z_dim", "seed", "name")}
    assert kept == {"preset": "A2", "z_dim": 5, "seed": 3, "name": "mine"}


def test_what_cannot_be_trained_is_said_and_not_started(page: AppTest) -> None:
    _set(page, widths="many")
    assert "Widths must be whole numbers" in _texts(page)
    assert next(b for b in page.button if b.label == "Start training").disabled
    _set(page, widths="200000000")
    assert "parameters, more than the 200,000,000" in _texts(page)
    _set(page, widths="", patience=3)
    assert "held out of the training" in _texts(page)
    _set(page, patience=0, dataset="mnist", name="absent")
    _press(page, "Start training")
    assert "MNIST is not on this machine" in _texts(page)
    _set(page, dataset="digits", name="digits-vae-z2")
    _press(page, "Start training")
    assert "is taken" in _texts(page)
    assert queue.list_trainings() == []


def test_a_checkpoint_is_trained_further_with_its_own_layers(page: AppTest) -> None:
    _set(page, start="digits-vae-z2")
    start = checkpoints.get("digits-vae-z2")
    assert _widget(page, "z_dim").disabled
    assert _widget(page, "name").value == "digits-vae-z2-further"
    _press(page, "Start training")
    spec = run_store.read("digits-vae-z2-further").spec
    assert (spec.start, spec.model, spec.dataset) == ("digits-vae-z2", start.model, "digits")


@pytest.mark.parametrize(
    ("batch_size", "expected"), [(20_000, 10_000), (0, 64), ("many", 64), (None, 128)]
)
def test_a_checkpoint_to_start_from_is_not_trusted(
    page: AppTest, checkpoint_folder: Path, batch_size: object, expected: int
) -> None:
    file = checkpoint_folder / "digits-vae-z2" / "config.json"
    config = json.loads(file.read_text())
    config["training"]["batch_size"] = batch_size
    if batch_size is None:
        del config["training"]["batch_size"]
    file.write_text(json.dumps(config))
    _set(page, start="digits-vae-z2")
    assert _widget(page, "batch_size").value == expected
    assert ("batch_size" in _texts(page)) == (expected == 64)


def _stopped(name: str, epochs: int = 4) -> TrainSpec:
    """Leave a training as one that was stopped after two epochs."""
    spec = TrainSpec("digits", ModelSpec("vae", "mlp", (8, 8, 1), 2, (16,)), epochs=epochs)
    run_store.create(name, spec)
    keys = ("total_loss", "reconstruction_loss", "kl_loss")
    rows = [
        {"epoch": epoch, **dict.fromkeys(keys, 9.0), **{f"val_{key}": 8.0 for key in keys}}
        for epoch in (1, 2)
    ]
    facts = json.dumps({"history": rows, "facts": {"images_per_second": 100}, "seconds": 1})
    folder = run_store.folder(name)
    with (folder / "state.npz").open("wb") as file:
        np.savez(file, facts=np.array(facts))
    snapshots.create(folder / "frames", np.zeros((10, 8, 8, 1)), np.arange(10))
    for epoch in (1, 2):
        points = np.random.default_rng(epoch).normal(size=(10, 2))
        snapshots.add(folder / "frames", epoch, np.zeros((10, 8, 8, 1)), points)
    return spec


def test_a_stopped_training_is_shown_resumed_and_discarded() -> None:
    _stopped("mine")
    page = _run(AppTest.from_file(PAGE, default_timeout=120))
    assert "Stopped after 2 of 4 epochs" in _texts(page)
    assert "Codes of 10 test images" in _texts(page)
    _press(page, "Resume")
    assert queue.get("mine").state == "queued"
    _press(page, "Stop")
    assert queue.get("mine").state == "interrupted"
    _press(page, "Delete it")
    assert queue.list_trainings() == []
    assert "Nothing is being trained" in _texts(page)


def test_a_training_without_pictures_says_why() -> None:
    _stopped("mine")
    film = run_store.folder("mine") / "frames"
    for frame in film.glob("0*.npz"):
        frame.unlink()
    page = _run(AppTest.from_file(PAGE, default_timeout=120))
    assert "It ended before the first picture of it was kept." in _texts(page)
    (film / "still.npz").unlink()
    assert "a command that ran it keeps none" in _texts(_run(page))


def test_several_trainings_are_listed_and_one_is_watched() -> None:
    for name in ("one", "two"):
        _stopped(name)
    page = AppTest.from_file(PAGE, default_timeout=120)
    page.query_params["training"] = "two"
    _run(page)
    assert [item.value for item in page.header] == ["two"]
    next(button for button in page.button if button.label.startswith("one")).click()
    _run(page)
    assert [item.value for item in page.header] == ["one"]


def test_a_grid_is_asked_for_and_shown(page: AppTest) -> None:
    page.segmented_control(key="what").set_value("grid")
    _run(page)
    assert "When does a VAE become an autoencoder?" in _texts(page)
    page.text_input(key="grid-betas").set_value("0.1, one")
    _run(page)
    assert "Give numbers" in _texts(page)
    page.text_input(key="grid-betas").set_value("0.1 4")
    page.text_input(key="grid-z-dims").set_value("2 3")
    page.text_input(key="grid-name").set_value("mine")
    _run(page)
    assert "**4** trainings of 60 epochs" in _texts(page)
    _press(page, "Put the grid in the queue")
    table = page.dataframe[0].value
    assert table["Training"].tolist() == [
        "mine-z2-b0.1",
        "mine-z2-b4",
        "mine-z3-b0.1",
        "mine-z3-b4",
    ]
    assert set(table["State"]) == {"waiting for its turn"}
    assert page.dataframe[0].proto.placeholder == "–"  # where there is no number yet, no "None"


def test_a_grid_asks_for_nothing_twice_and_the_form_forgets_nothing(page: AppTest) -> None:
    _set(page, z_dim=7, beta=0.5, name="mine", kind="ae")
    page.segmented_control(key="what").set_value("grid")
    _run(page)
    labels = [widget.label for widget in (*page.number_input, *page.text_input)]
    assert labels.count("Latent dimensions") == 1
    assert len([label for label in labels if label.startswith("β")]) == 1
    page.segmented_control(key="what").set_value("one")
    _run(page)
    kept = {key: _widget(page, key).value for key in ("z_dim", "beta", "name", "kind")}
    assert kept == {"z_dim": 7, "beta": 0.5, "name": "mine", "kind": "ae"}


def test_a_read_only_app_shows_and_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    _stopped("mine")
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    page = _run(AppTest.from_file(PAGE, default_timeout=120))
    assert "This app is read-only" in _texts(page)
    assert "Stopped after 2 of 4 epochs" in _texts(page)
    labels = {button.label for button in page.button}
    assert labels.isdisjoint({"Start training", "Resume", "Stop", "Delete it"})


def test_the_form_has_every_option_of_the_training_command(page: AppTest) -> None:
    options = {*ModelSpec.__dataclass_fields__, *TrainSpec.__dataclass_fields__}
    assert options - {"model", "image_shape"} - _widgets(page).keys() == set()


@pytest.mark.parametrize(
    ("seconds", "text"), [(40.4, "40 s"), (200, "3 min"), (7800, "2 h 10 min")]
)
def test_durations_are_told_roughly(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_training_does_not_show_the_pictures_of_a_discarded_one(tmp_path: Path) -> None:
    for value in (0.0, 1.0):
        shutil.rmtree(tmp_path / "frames", ignore_errors=True)
        snapshots.create(tmp_path / "frames", np.zeros((10, 8, 8, 1)), np.arange(4))
        snapshots.add(tmp_path / "frames", 1, np.zeros((10, 8, 8, 1)), np.full((4, 2), value))
        kept = watch.snapshots_of(tmp_path / "frames")
        assert kept is not None
        np.testing.assert_array_equal(kept.items[0].points, value)


def test_all_maps_of_a_grid_have_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}
    monkeypatch.setattr(replays, "mount", lambda message, **kwargs: sent.update(message))
    labels = np.zeros(2, np.uint8)
    wide = np.array([[-40.0, 0.0], [40.0, 8.0]], np.float32)
    maps = [replays.SmallMap("β", "codes", points, labels) for points in (wide, wide / 100)]
    replays.small_maps(
        maps, key="g", name="g", columns=2, colors=["#000000"], on_click=lambda: None
    )
    for drawn, points in zip(sent["maps"], (wide, wide / 100), strict=True):
        units = np.frombuffer(base64.b64decode(drawn["points"]), "<i2").reshape(-1, 2)
        np.testing.assert_allclose(units * sent["scale"], points, atol=0.002)


# Whose training it is

_SPEC = TrainSpec("digits", ModelSpec("vae", "mlp", (8, 8, 1), 2, (16,)), epochs=3)


def test_a_visitor_sees_the_trainings_of_others_and_cannot_end_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue.start(_SPEC, "theirs", "somebody else")
    app = _run(AppTest.from_file(PAGE, default_timeout=120))
    assert "Stop" in [button.label for button in app.button]  # it runs for one person
    monkeypatch.setenv("EXPLORER_ONE_PERSON", "0")
    app = _run(AppTest.from_file(PAGE, default_timeout=120))
    assert "theirs" in _texts(app)
    assert "Started by another visitor" in _texts(app)
    assert not {"Stop", "Discard"} & {button.label for button in app.button}


def test_a_damaged_training_and_a_damaged_job_are_named_beside_the_others() -> None:
    queue.start(_SPEC, "good", "me")
    bad = checkpoints.root() / ".partial" / "bad"
    bad.mkdir()
    (bad / "spec.json").write_text("[" * 100_000)
    job = jobs.jobs_folder() / "1-bad"
    job.mkdir()
    (job / "job.json").write_text(json.dumps({"name": 5}))
    app = _run(AppTest.from_file(PAGE, default_timeout=120))
    assert {"good · waiting for its turn", "bad · damaged"} <= {b.label for b in app.button}
    assert "The job 1-bad is damaged: name must be text. Received: 5." in _texts(app)
