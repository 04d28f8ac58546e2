"""The map page and the sidebar, without a browser."""

import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints, datasets, jobs
from explorer.core import memory
from explorer.jobs import api
from explorer.latent.stats import describe
from explorer.projection import ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.scatter_map import Values
from explorer.ui.map import colours
from explorer.ui.shared import job_status, pages
from tests.conftest import SHIPPED

MAIN = str(Path(__file__).parents[2] / "explorer" / "ui" / "main.py")


@pytest.fixture(autouse=True)
def _own_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    yield
    jobs.shut_down()
    memory.clear()


def _app(**query: str) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app


def _said(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    return "\n".join(str(part.value) for part in parts)


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine"))


def test_it_opens_on_the_default_checkpoint() -> None:
    app = _app().run()
    assert not app.exception
    assert app.selectbox(key="checkpoint").value == "fashion-vae-mlp-z10"
    assert "t-SNE of 10,000 test images" in _said(app)
    assert "trustworthiness" in _said(app)
    # On the image of median error: the panel is never empty.
    error = checkpoints.get("fashion-vae-mlp-z10").codes().reconstruction_error
    (typical,) = re.findall(r"image ([\d,]+) · reconstruction error", _said(app))
    assert error[int(typical.replace(",", ""))] == pytest.approx(np.median(error), rel=1e-3)
    assert "point" not in app.query_params


def test_a_link_opens_a_point() -> None:
    app = _app(checkpoint="digits-vae-z2", point="7").run()
    assert not app.exception
    assert "image 7 · reconstruction error" in _said(app)
    assert "nearest codes, by all 2 latent dimensions" in _said(app)


def test_a_point_goes_along_to_other_pages_but_not_to_other_data() -> None:
    app = _app(checkpoint="fashion-vae-mlp-z10", point="7").run()
    del app.query_params["point"]  # as the links of the navigation do
    app.switch_page(str(pages.path("cluster"))).run()
    assert "image 7" in _said(app)
    assert app.query_params["point"] == "7"
    app.selectbox(key="checkpoint").set_value("mnist-ae-cnn-z2").run()
    assert not app.exception
    assert "point" not in app.query_params
    assert "image 7" not in _said(app)


def test_a_link_to_an_absent_checkpoint_says_so_until_another_is_chosen() -> None:
    app = _app(checkpoint="mine-alone").run()
    assert not app.exception
    assert "mine-alone, which cannot be opened here" in _said(app)
    app.run()
    assert "mine-alone" in _said(app)
    app.selectbox(key="checkpoint").set_value("digits-vae-z2").run()
    assert "mine-alone" not in _said(app)


def test_what_is_selected_goes_along_to_links_pages_and_pictures() -> None:
    app = _app(selected="class-3").run()
    assert "1,000 selected" in [heading.value for heading in app.header]
    assert "All 1,000 selected" not in _said(app)
    app.segmented_control(key="projection").set_value("pca").run()
    app.selectbox(key="colour").set_value("error").run()
    assert "1,000 selected" in [heading.value for heading in app.header]
    del app.query_params["selected"]  # as the links of the navigation do
    app.switch_page(str(pages.path("cluster"))).run()
    app.switch_page(str(pages.path("map"))).run()
    assert app.query_params["selected"] == "class-3"
    app.selectbox(key="checkpoint").set_value("mnist-ae-cnn-z2").run()
    assert "selected" not in app.query_params


def test_a_class_is_selected_by_its_name_and_cleared() -> None:
    app = _app().run()
    app.segmented_control(key="panel").set_value("selection").run()
    app.selectbox(key="class to select").select_index(3).run()
    assert app.query_params["selected"] == "class-3"
    assert "1,000 selected" in [heading.value for heading in app.header]
    next(button for button in app.button if button.label == "Clear").click().run()
    assert "selected" not in app.query_params
    assert not any("selected" in heading.value for heading in app.header)


@pytest.mark.parametrize("text", ["class-99", "list-0123456789abcdef", "all", "", "class-", "<b>"])
def test_a_nonsense_selection_is_none(text: str) -> None:
    app = _app(selected=text).run()
    assert not app.exception
    assert "selected" not in app.query_params


def test_fifty_neighbours_by_angle() -> None:
    app = _app(near="50", distance="Cosine").run()
    assert not app.exception
    assert "The 50 nearest codes" in _said(app)
    assert app.query_params["near"] == "50"


@pytest.mark.parametrize("point", ["-1", "599", "seven", "7.5", "", "1e9", "<script>"])
def test_a_nonsense_point_is_no_point(point: str) -> None:
    app = _app(checkpoint="digits-vae-z2", point=point).run()
    assert not app.exception
    assert "higher than **50%**" in _said(app)
    assert "point" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [
        {"checkpoint": "../../etc/passwd"},
        {"projection": "magic"},
        {"colour": "z99"},
        {"space": "outer"},
        {"dimensions": "4-D"},
    ],
)
def test_a_nonsense_link_shows_the_default(query: dict[str, str]) -> None:
    app = _app(**query).run()
    assert not app.exception
    assert not app.error
    assert "t-SNE of 10,000 test images" in _said(app)


def test_a_colour_that_another_checkpoint_lacks_leaves_the_link() -> None:
    app = _app(checkpoint="digits-vae-z2", colour="KL divergence").run()
    assert app.selectbox(key="colour").value == "kl"
    app.selectbox(key="checkpoint").set_value("mnist-ae-cnn-z2").run()
    assert not app.exception
    assert app.selectbox(key="colour").value == "label"
    assert "colour" not in app.query_params


def test_a_space_of_two_dimensions_is_not_drawn_in_three() -> None:
    app = _app(projection="PCA", dimensions="3-D").run()
    assert app.segmented_control(key="dimensions").value == "3d"
    app.selectbox(key="checkpoint").set_value("digits-vae-z2").run()
    for page in (app, _app(checkpoint="digits-vae-z2", dimensions="3-D").run()):
        assert not page.exception
        assert not page.error
        assert page.segmented_control(key="dimensions").value == "2d"
        assert "of 599 test images" in _said(page)
        assert "dimensions" not in page.query_params
    # Its pixels are 64.
    app.segmented_control(key="space").set_value("original").run()
    app.segmented_control(key="dimensions").set_value("3d").run()
    assert not app.error
    assert app.segmented_control(key="dimensions").value == "3d"


def test_pixels_that_are_not_here_are_one_sentence_and_no_job() -> None:
    app = _app(checkpoint="mnist-vae-mlp-z10", projection="t-SNE", space="Pixels").run()
    assert not app.exception
    (error,) = app.error
    assert "MNIST is not on this machine" in error.value
    assert jobs.list_jobs() == []


def test_a_link_to_an_absent_checkpoint_brings_no_point_of_its_data() -> None:
    app = _app(checkpoint="mine-alone", point="5").run()
    assert "image 5 " not in _said(app)
    assert "point" not in app.query_params


def test_raw_axes_begin_with_the_dimensions_that_matter_most() -> None:
    app = _app(projection="Raw axes").run()
    assert not app.exception
    stats = describe(*_codes("fashion-vae-mlp-z10"))
    axes = [widget.value for widget in app.number_input if widget.label.startswith("Axis")]
    assert axes == sorted(stats.order[:2])
    assert stats.active[axes].all()


def _codes(name: str) -> tuple[np.ndarray, np.ndarray | None]:
    codes = checkpoints.get(name).codes().latent
    return codes.z_mean, codes.kl


def test_a_method_keeps_its_options_while_another_is_looked_at(mine: Path) -> None:
    app = _app(projection="t-SNE").run()
    app.slider[0].set_value(12)
    next(button for button in app.button if button.label == "Compute").click()
    app.run()
    assert [job.spec["perplexity"] for job in jobs.list_jobs()] == [12]
    app.segmented_control(key="projection").set_value("pca").run()
    app.segmented_control(key="projection").set_value("tsne").run()
    assert not app.exception
    assert app.slider[0].value == 12
    assert {job.spec["perplexity"] for job in jobs.list_jobs()} == {12}


def test_raw_axes_of_pixels_begin_with_those_that_vary_most() -> None:
    app = _app(checkpoint="digits-vae-z2", projection="Raw axes", space="Pixels").run()
    assert not app.exception
    images = datasets.load("digits", "test", download=False).images
    variance = images.reshape(len(images), -1).var(axis=0)
    axes = [widget.value for widget in app.number_input if widget.label.startswith("Axis")]
    assert axes == sorted(np.argsort(-variance, kind="stable")[:2])
    assert variance[axes].min() > 0 == variance[0]  # the first pixel is always black


@pytest.mark.parametrize("dimensions", ["2-D", "3-D"])
def test_a_colour_does_not_stretch_the_noise_of_an_unused_dimension(dimensions: str) -> None:
    stats = describe(*_codes("fashion-vae-mlp-z10"))
    unused, used = int(np.flatnonzero(~stats.active)[0]), int(np.flatnonzero(stats.active)[0])
    link = {"checkpoint": "fashion-vae-mlp-z10", "projection": "PCA", "dimensions": dimensions}
    assert "not in use: its values differ by" in _said(_app(**link, colour=f"z {unused}").run())
    assert "not in use: its values differ by" not in _said(_app(**link, colour=f"z {used}").run())
    checkpoint = checkpoints.get("fashion-vae-mlp-z10")
    view = ProjectionRequest(checkpoint.name, ProjectionSpec(PCA())).get()
    color = colours.colours(checkpoint)[f"z{unused}"].draw(checkpoint, view).color
    assert isinstance(color, Values)
    # Its noise takes a small part of the scale.
    span = stats.high[unused] - stats.low[unused]
    assert color.high - color.low > 5 * span
    assert color.low < stats.mean[unused] < color.high


def test_options_of_one_checkpoint_are_not_applied_to_another(mine: Path) -> None:
    shutil.copytree(mine, mine.with_name("other"))
    app = _app(checkpoint="mine", projection="t-SNE").run()
    app.slider[0].set_value(12)
    next(button for button in app.button if button.label == "Compute").click()
    app.run()
    assert app.query_params["options"] == "perplexity-12"
    app.selectbox(key="checkpoint").set_value("other").run()
    assert not app.exception
    assert "t-SNE of 599 test images" in _said(app)  # the one that was there, not a job
    assert app.slider[0].value == 30
    assert "options" not in app.query_params
    assert {job.name.split("/")[0] for job in jobs.list_jobs()} == {"mine"}


def test_options_travel_in_links() -> None:
    link = {"checkpoint": "fashion-vae-mlp-z10", "projection": "Raw axes"}
    app = _app(**link, options="axes-1-7").run()
    assert not app.exception
    axes = [widget.value for widget in app.number_input if widget.label.startswith("Axis")]
    assert axes == [1, 7]
    assert app.query_params["options"] == "axes-1-7"
    app.segmented_control(key="projection").set_value("pca").run()
    assert "options" not in app.query_params
    app.segmented_control(key="projection").set_value("raw").run()
    assert app.query_params["options"] == "axes-1-7"


@pytest.mark.parametrize(
    "text", ["axes-1", "axes-1-1", "axes-1-99", "axes--1-2", "depth-3", "axes-1-٣x", "~~", "<b>"]
)
def test_options_that_cannot_be_leave_the_link(text: str) -> None:
    app = _app(checkpoint="fashion-vae-mlp-z10", projection="Raw axes", options=text).run()
    assert not app.exception
    assert not app.error
    assert "options" not in app.query_params


@pytest.mark.parametrize("colour", ["Label", "Reconstruction error", "KL divergence", "z 1"])
@pytest.mark.parametrize("projection", ["Raw axes", "PCA", "t-SNE", "UMAP"])
def test_every_colour_on_every_projection(projection: str, colour: str) -> None:
    app = _app(checkpoint="digits-vae-z2", projection=projection, colour=colour).run()
    assert not app.exception
    assert not app.error
    assert f"{projection} of 599 test images" in _said(app)


@pytest.mark.parametrize("space", ["Pixels", "Reconstructions"])
def test_other_spaces_are_projected_at_once_by_pca(space: str) -> None:
    app = _app(checkpoint="digits-vae-z2", projection="PCA", space=space).run()
    assert not app.exception
    assert "pixels" in _said(app)


def test_a_checkpoint_without_its_images_still_opens() -> None:
    app = _app(checkpoint="mnist-vae-mlp-z10", point="3").run()
    assert not app.exception
    assert "EXPLORER_DATA" in _said(app)
    assert "image 3 · reconstruction error" in _said(app)


def test_no_checkpoints_say_how_to_train_one(checkpoint_folder: Path) -> None:
    app = _app().run()
    assert not app.exception
    assert "python -m explorer train" in _said(app)


def test_a_broken_checkpoint_is_named_and_the_others_open(mine: Path) -> None:
    (mine.parent / "torn").mkdir()
    app = _app().run()
    assert not app.exception
    assert app.selectbox(key="checkpoint").options == ["mine"]
    assert "torn: config.json is missing" in _said(app)


@pytest.mark.parametrize("file", ["codes.npz", "decoder.onnx"])
def test_a_corrupt_checkpoint_is_one_sentence(mine: Path, file: str) -> None:
    (mine / file).write_bytes(b"garbage")
    app = _app(point="7").run()
    assert not app.exception
    assert f"{file}" in _said(app)
    assert "Traceback" not in _said(app)


def test_a_damaged_picture_is_computed_again(mine: Path) -> None:
    for path in (mine / "projections").glob("pca-*"):
        path.write_bytes(b"garbage")
    app = _app(projection="PCA").run()
    assert not app.exception
    assert "PCA of 599 test images" in _said(app)


def test_hostile_text_in_a_config_is_not_html(mine: Path) -> None:
    config = json.loads((mine / "config.json").read_text())
    config["training"]["epochs"] = "<script>alert(1)</script>"
    (mine / "config.json").write_text(json.dumps(config))
    shutil.copytree(SHIPPED / "digits-vae-z2", mine.with_name("good"))
    app = _app().run()
    assert not app.exception
    assert app.selectbox(key="checkpoint").options == ["good"]
    assert "mine: config.json is invalid: epochs of the training" in _said(app)
    html = "".join(str(element.proto) for element in app.get("html"))
    assert "<script>alert" not in html


@pytest.mark.slow
def test_a_projection_that_is_absent_is_computed_as_a_job(mine: Path) -> None:
    shutil.rmtree(mine / "projections")
    app = _app(projection="t-SNE").run()
    assert not app.exception
    (job,) = jobs.list_jobs()
    assert job.name.startswith("mine/tsne-")
    assert "until the first picture is there" in _said(app) or "as it is now" in _said(app)
    assert "reconstruction error" in _said(app)  # the panel stays
    assert jobs.wait(job.id, 120).state == "done"
    app.run()
    assert not app.exception
    assert "t-SNE of 599 test images" in _said(app)


@pytest.mark.slow
def test_a_projection_that_was_computed_and_damaged_is_computed_again(mine: Path) -> None:
    shutil.rmtree(mine / "projections")
    _app(projection="t-SNE").run()
    (first,) = jobs.list_jobs()
    assert jobs.wait(first.id, 120).state == "done"
    (file,) = (mine / "projections").glob("tsne-*")
    file.write_bytes(b"garbage")
    app = _app(projection="t-SNE").run()
    assert not app.exception
    (second,) = jobs.list_jobs()
    assert second.id != first.id
    assert jobs.wait(second.id, 120).state == "done"
    app.run()
    assert "t-SNE of 599 test images" in _said(app)


def test_a_class_that_opens_one_link_begins_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api._DISPATCHER, "launch", lambda *args: None)
    together = Barrier(8)

    def visit(_: int) -> str:
        together.wait()
        return job_status._begin("t-SNE", lambda: jobs.submit("t-SNE", projections.warm_up_job)).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(visit, range(8)))
    assert ids == {job.id for job in jobs.list_jobs()}
    assert len(ids) == 1


@pytest.mark.slow
def test_what_another_session_looks_at_is_not_stopped(mine: Path) -> None:
    shutil.rmtree(mine / "projections")
    mine_alone, other = _app(projection="t-SNE"), _app(projection="t-SNE")
    mine_alone.run()
    other.run()
    (job,) = jobs.list_jobs()
    mine_alone.segmented_control(key="projection").set_value("umap").run()
    assert not jobs.get(job.id).stopped
    assert jobs.wait(job.id, 120).state == "done"


@pytest.mark.slow
def test_a_failing_projection_is_one_sentence(mine: Path) -> None:
    arrays = dict(np.load(mine / "codes.npz"))
    np.savez(mine / "codes.npz", **{key: array[:40] for key, array in arrays.items()})
    shutil.rmtree(mine / "projections")
    app = _app(projection="t-SNE").run()
    (job,) = jobs.list_jobs()
    assert jobs.wait(job.id, 120).state == "failed"
    app.run()
    assert not app.exception
    assert "perplexity" in app.error[0].value
