"""The map page and the sidebar, without a browser."""

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from explorer import checkpoints, jobs
from explorer.jobs import api
from explorer.runs import projections
from explorer.ui.shared import job_status, pages
from tests.app import addressed, said
from tests.conftest import SHIPPED

pytestmark = pytest.mark.usefixtures("own_jobs")


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine"))


def test_it_opens_on_the_default_checkpoint() -> None:
    app = addressed().run()
    assert not app.exception
    assert app.selectbox(key="checkpoint").value == "fashion-vae-mlp-z10"
    assert "t-SNE of 10,000 test images" in said(app)
    assert "trustworthiness" in said(app)
    # On the image of median error: the panel is never empty.
    error = checkpoints.get("fashion-vae-mlp-z10").codes().reconstruction_error
    (typical,) = re.findall(r"image ([\d,]+) · reconstruction error", said(app))
    assert error[int(typical.replace(",", ""))] == pytest.approx(np.median(error), rel=1e-3)
    assert "point" not in app.query_params


def test_a_link_opens_a_point() -> None:
    app = addressed(checkpoint="digits-vae-z2", point="7").run()
    assert not app.exception
    assert "image 7 · reconstruction error" in said(app)
    assert "nearest codes, by all 2 latent dimensions" in said(app)


def test_a_point_goes_along_to_other_pages_but_not_to_other_data() -> None:
    app = addressed(checkpoint="fashion-vae-mlp-z10", point="7").run()
    del app.query_params["point"]  # as the links of the navigation do
    app.switch_page(str(pages.path("cluster"))).run()
    assert "image 7" in said(app)
    assert app.query_params["point"] == "7"
    app.selectbox(key="checkpoint").set_value("mnist-ae-cnn-z2").run()
    assert not app.exception
    assert "point" not in app.query_params
    assert "image 7" not in said(app)


def test_a_link_to_an_absent_checkpoint_says_so_until_another_is_chosen() -> None:
    app = addressed(checkpoint="mine-alone").run()
    assert not app.exception
    assert "mine-alone, which cannot be opened here" in said(app)
    app.run()
    assert "mine-alone" in said(app)
    app.selectbox(key="checkpoint").set_value("digits-vae-z2").run()
    assert "mine-alone" not in said(app)


@pytest.mark.parametrize("point", ["-1", "599", "seven", "7.5", "", "1e9", "<script>"])
def test_a_nonsense_point_is_no_point(point: str) -> None:
    app = addressed(checkpoint="digits-vae-z2", point=point).run()
    assert not app.exception
    assert "higher than **50%**" in said(app)
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
    app = addressed(**query).run()
    assert not app.exception
    assert not app.error
    assert "t-SNE of 10,000 test images" in said(app)


def test_a_colour_that_another_checkpoint_lacks_leaves_the_link() -> None:
    app = addressed(checkpoint="digits-vae-z2", colour="KL divergence").run()
    assert app.selectbox(key="colour").value == "kl"
    app.selectbox(key="checkpoint").set_value("mnist-ae-cnn-z2").run()
    assert not app.exception
    assert app.selectbox(key="colour").value == "label"
    assert "colour" not in app.query_params


def test_a_space_of_two_dimensions_is_not_drawn_in_three() -> None:
    app = addressed(projection="PCA", dimensions="3-D").run()
    assert app.segmented_control(key="dimensions").value == "3d"
    app.selectbox(key="checkpoint").set_value("digits-vae-z2").run()
    for page in (app, addressed(checkpoint="digits-vae-z2", dimensions="3-D").run()):
        assert not page.exception
        assert not page.error
        assert page.segmented_control(key="dimensions").value == "2d"
        assert "of 599 test images" in said(page)
        assert "dimensions" not in page.query_params
    # Its pixels are 64.
    app.segmented_control(key="space").set_value("original").run()
    app.segmented_control(key="dimensions").set_value("3d").run()
    assert not app.error
    assert app.segmented_control(key="dimensions").value == "3d"


def test_pixels_that_are_not_here_are_one_sentence_and_no_job() -> None:
    app = addressed(checkpoint="mnist-vae-mlp-z10", projection="t-SNE", space="Pixels").run()
    assert not app.exception
    (error,) = app.error
    assert "MNIST is not on this machine" in error.value
    assert jobs.list_jobs() == []


def test_a_link_to_an_absent_checkpoint_brings_no_point_of_its_data() -> None:
    app = addressed(checkpoint="mine-alone", point="5").run()
    assert "image 5 " not in said(app)
    assert "point" not in app.query_params


@pytest.mark.parametrize("space", ["Pixels", "Reconstructions"])
def test_other_spaces_are_projected_at_once_by_pca(space: str) -> None:
    app = addressed(checkpoint="digits-vae-z2", projection="PCA", space=space).run()
    assert not app.exception
    assert "pixels" in said(app)


def test_a_checkpoint_without_its_images_still_opens() -> None:
    app = addressed(checkpoint="mnist-vae-mlp-z10", point="3").run()
    assert not app.exception
    assert "EXPLORER_DATA" in said(app)
    assert "image 3 · reconstruction error" in said(app)


def test_no_checkpoints_say_how_to_train_one(checkpoint_folder: Path) -> None:
    app = addressed().run()
    assert not app.exception
    assert "python -m explorer train" in said(app)


def test_a_broken_checkpoint_is_named_and_the_others_open(mine: Path) -> None:
    (mine.parent / "torn").mkdir()
    app = addressed().run()
    assert not app.exception
    assert app.selectbox(key="checkpoint").options == ["mine"]
    assert "torn: config.json is missing" in said(app)


@pytest.mark.parametrize("file", ["codes.npz", "decoder.onnx"])
def test_a_corrupt_checkpoint_is_one_sentence(mine: Path, file: str) -> None:
    (mine / file).write_bytes(b"garbage")
    app = addressed(point="7").run()
    assert not app.exception
    assert f"{file}" in said(app)
    assert "Traceback" not in said(app)


def test_a_damaged_picture_is_computed_again(mine: Path) -> None:
    for path in (mine / "projections").glob("pca-*"):
        path.write_bytes(b"garbage")
    app = addressed(projection="PCA").run()
    assert not app.exception
    assert "PCA of 599 test images" in said(app)


def test_hostile_text_in_a_config_is_not_html(mine: Path) -> None:
    config = json.loads((mine / "config.json").read_text())
    config["training"]["epochs"] = "<script>alert(1)</script>"
    (mine / "config.json").write_text(json.dumps(config))
    shutil.copytree(SHIPPED / "digits-vae-z2", mine.with_name("good"))
    app = addressed().run()
    assert not app.exception
    assert app.selectbox(key="checkpoint").options == ["good"]
    assert "mine: config.json is invalid: epochs of the training" in said(app)
    html = "".join(str(element.proto) for element in app.get("html"))
    assert "<script>alert" not in html


@pytest.mark.slow
def test_a_projection_that_is_absent_is_computed_as_a_job(mine: Path) -> None:
    shutil.rmtree(mine / "projections")
    app = addressed(projection="t-SNE").run()
    assert not app.exception
    (job,) = jobs.list_jobs()
    assert job.name.startswith("mine/tsne-")
    assert "until t-SNE has a picture" in said(app) or "as it is now" in said(app)
    assert "reconstruction error" in said(app)  # the panel stays
    assert jobs.wait(job.id, 120).state == "done"
    app.run()
    assert not app.exception
    assert "t-SNE of 599 test images" in said(app)


@pytest.mark.slow
def test_a_projection_that_was_computed_and_damaged_is_computed_again(mine: Path) -> None:
    shutil.rmtree(mine / "projections")
    addressed(projection="t-SNE").run()
    (first,) = jobs.list_jobs()
    assert jobs.wait(first.id, 120).state == "done"
    (file,) = (mine / "projections").glob("tsne-*")
    file.write_bytes(b"garbage")
    app = addressed(projection="t-SNE").run()
    assert not app.exception
    (second,) = jobs.list_jobs()
    assert second.id != first.id
    assert jobs.wait(second.id, 120).state == "done"
    app.run()
    assert "t-SNE of 599 test images" in said(app)


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
    mine_alone, other = addressed(projection="t-SNE"), addressed(projection="t-SNE")
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
    app = addressed(projection="t-SNE").run()
    (job,) = jobs.list_jobs()
    assert jobs.wait(job.id, 120).state == "failed"
    app.run()
    assert not app.exception
    assert "perplexity" in app.error[0].value
