"""What can be chosen on the map page: selections, options, colours; without a browser."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, datasets, jobs, projection
from explorer.latent.stats import describe
from explorer.projection import ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.scatter_map import Groups, Values
from explorer.ui.map import colours
from explorer.ui.shared import pages
from tests.app import addressed, said
from tests.conftest import SHIPPED

pytestmark = pytest.mark.usefixtures("own_jobs")


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine"))


def _codes(name: str) -> tuple[np.ndarray, np.ndarray | None]:
    codes = checkpoints.get(name).codes().latent
    return codes.z_mean, codes.kl


def test_what_is_selected_goes_along_to_links_pages_and_pictures() -> None:
    app = addressed(selected="class-3").run()
    assert "1,000 selected" in [heading.value for heading in app.header]
    assert "All 1,000 selected" not in said(app)
    app.segmented_control(key="projection").set_value("pca").run()
    app.selectbox(key="colour").set_value("error").run()
    assert "1,000 selected" in [heading.value for heading in app.header]
    del app.query_params["selected"]  # as the links of the navigation do
    app.switch_page(str(pages.path("cluster"))).run()
    assert "**1,000** selected" in said(app)
    app.switch_page(str(pages.path("map"))).run()
    assert app.query_params["selected"] == "class-3"
    app.selectbox(key="checkpoint").set_value("mnist-ae-cnn-z2").run()
    assert "selected" not in app.query_params


def test_a_class_is_selected_by_its_name_and_cleared() -> None:
    app = addressed().run()
    app.segmented_control(key="panel").set_value("selection").run()
    app.selectbox(key="class to select").select_index(3).run()
    assert app.query_params["selected"] == "class-3"
    assert "1,000 selected" in [heading.value for heading in app.header]
    next(button for button in app.button if button.label == "Clear").click().run()
    assert "selected" not in app.query_params
    assert not any("selected" in heading.value for heading in app.header)


@pytest.mark.parametrize("text", ["class-99", "list-0123456789abcdef", "all", "", "class-", "<b>"])
def test_a_nonsense_selection_is_none(text: str) -> None:
    app = addressed(selected=text).run()
    assert not app.exception
    assert "selected" not in app.query_params


def test_fifty_neighbours_by_angle() -> None:
    app = addressed(near="50", distance="Cosine").run()
    assert not app.exception
    assert "The 50 nearest codes" in said(app)
    assert app.query_params["near"] == "50"


def test_raw_axes_begin_with_the_dimensions_that_matter_most() -> None:
    app = addressed(projection="Raw axes").run()
    assert not app.exception
    stats = describe(*_codes("fashion-vae-mlp-z10"))
    axes = [widget.value for widget in app.number_input if widget.label.startswith("Axis")]
    assert axes == sorted(stats.order[:2])
    assert stats.active[axes].all()


def test_a_method_keeps_its_options_while_another_is_looked_at(mine: Path) -> None:
    app = addressed(projection="t-SNE").run()
    app.slider[0].set_value(12)
    (opened,) = app.get("popover")
    next(button for button in app.button if button.label == "Compute").click()
    app.run()
    (now,) = app.get("popover")
    assert now.proto.id != opened.proto.id  # another one, which is closed
    assert [job.spec["perplexity"] for job in jobs.list_jobs()] == [12]
    app.segmented_control(key="projection").set_value("pca").run()
    app.segmented_control(key="projection").set_value("tsne").run()
    assert not app.exception
    assert app.slider[0].value == 12
    assert {job.spec["perplexity"] for job in jobs.list_jobs()} == {12}


def test_raw_axes_of_pixels_begin_with_those_that_vary_most() -> None:
    app = addressed(checkpoint="digits-vae-z2", projection="Raw axes", space="Pixels").run()
    assert not app.exception
    images = datasets.load("digits", "test", download=False).images[:]
    variance = images.reshape(len(images), -1).var(axis=0)
    axes = [widget.value for widget in app.number_input if widget.label.startswith("Axis")]
    assert axes == sorted(np.argsort(-variance, kind="stable")[:2])
    assert variance[axes].min() > 0 == variance[0]  # the first pixel is always black


@pytest.mark.parametrize("dimensions", ["2-D", "3-D"])
def test_a_colour_does_not_stretch_the_noise_of_an_unused_dimension(dimensions: str) -> None:
    stats = describe(*_codes("fashion-vae-mlp-z10"))
    unused, used = int(np.flatnonzero(~stats.active)[0]), int(np.flatnonzero(stats.active)[0])
    link = {"checkpoint": "fashion-vae-mlp-z10", "projection": "PCA", "dimensions": dimensions}
    assert "not in use: its values differ by" in said(addressed(**link, colour=f"z {unused}").run())
    assert "not in use: its values differ by" not in said(
        addressed(**link, colour=f"z {used}").run()
    )
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
    app = addressed(checkpoint="mine", projection="t-SNE").run()
    app.slider[0].set_value(12)
    next(button for button in app.button if button.label == "Compute").click()
    app.run()
    assert app.query_params["options"] == "perplexity-12"
    app.selectbox(key="checkpoint").set_value("other").run()
    assert not app.exception
    assert "t-SNE of 599 test images" in said(app)  # the one that was there, not a job
    assert app.slider[0].value == 30
    assert "options" not in app.query_params
    assert {job.name.split("/")[0] for job in jobs.list_jobs()} == {"mine"}


def test_options_travel_in_links() -> None:
    link = {"checkpoint": "fashion-vae-mlp-z10", "projection": "Raw axes"}
    app = addressed(**link, options="axes-1-7").run()
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
    app = addressed(checkpoint="fashion-vae-mlp-z10", projection="Raw axes", options=text).run()
    assert not app.exception
    assert not app.error
    assert "options" not in app.query_params


@pytest.mark.parametrize("colour", ["Label", "Reconstruction error", "KL divergence", "z 1"])
@pytest.mark.parametrize("projection", ["Raw axes", "PCA", "t-SNE", "UMAP"])
def test_every_colour_on_every_projection(projection: str, colour: str) -> None:
    app = addressed(checkpoint="digits-vae-z2", projection=projection, colour=colour).run()
    assert not app.exception
    assert not app.error
    assert f"{projection} of 599 test images" in said(app)


def test_every_factor_is_a_colour_with_the_scale_that_it_needs() -> None:
    checkpoint = checkpoints.get("shapes-beta-z6-b1")
    z, _ = _codes(checkpoint.name)
    view = projection.project(z, ProjectionSpec(PCA(), n_components=3))
    offered = colours.colours(checkpoint)
    drawn = {
        factor.name: offered[f"factor-{factor.name}"].draw(checkpoint, view)
        for factor in datasets.info("shapes").factors
    }
    shape = drawn["shape"].color
    assert isinstance(shape, Groups)
    assert list(shape.names) == ["square", "disc", "triangle"]
    x = drawn["x"].color
    assert isinstance(x, Values)
    assert (x.title, x.low, x.high) == ("x (pixels)", 4.5, 11.5)
    for drawing in drawn.values():
        assert json.loads(drawing.figure())["data"]
