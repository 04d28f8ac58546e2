"""Codes without a model: everything but decoding works, with images and without."""

from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, datasets
from explorer.checkpoints import codes_import, spaces
from explorer.clustering.majority_vote import source_spec
from explorer.core.errors import ExplorerError
from explorer.datasets import DatasetInfo, user
from explorer.latent.portraits import portraits
from explorer.runs import points
from explorer.runs.classifiers import ClassifierRequest
from explorer.ui.server import files
from explorer.ui.shared import sights
from tests.app import drawn, opened, said

pytestmark = pytest.mark.usefixtures("own_jobs")
N = 60


@pytest.fixture(params=["images", "alone"])
def codes(request: pytest.FixtureRequest, checkpoint_folder: Path) -> str:
    """Sixty codes in three groups: with images and labels, or alone."""
    random = np.random.default_rng(0)
    labels = np.arange(N) % 3
    z = random.normal(size=(N, 2)) + 5 * np.eye(3)[labels][:, :2]
    alone = request.param == "alone"
    with user.new_folder("mine") as folder:
        images = None if alone else random.integers(0, 256, (N, 8, 8, 3), np.uint8)
        user.write_part(folder, "test", images, 0 * labels if alone else labels)
        shape, names = ((0, 0, 0), ()) if alone else ((8, 8, 3), ("a", "b", "c"))
        about = DatasetInfo("mine", "Mine", shape, names, 0, N, (), created="2026")
        user.write_config(folder, about)
    codes_import.write("mine", "mine", z, 0 * labels if alone else labels)
    return str(request.param)


def test_every_page_opens(codes: str) -> None:
    for page in ("map", "cluster", "compare"):
        app = opened(page, checkpoint="mine", point="7", selected="class-0")
        assert not app.exception
        assert not app.error, [error.value for error in app.error]
        assert ("image 7" if codes == "images" else "Image 7") in said(app)
        assert "reconstruction error" not in said(app)
        for data in drawn(app, "map"):
            assert all(data["image_shape"])  # the browser makes canvases of it
            assert data["model"] is data["codes"] is data["errors"] is data["place"] is None
    assert "not on this machine" not in said(app)


def test_decode_says_why_there_is_nothing_to_decode(codes: str) -> None:
    app = opened("decode", checkpoint="mine")
    (told,) = app.info
    assert told.value == (
        "mine cannot be decoded, because its codes were imported without a model: see them on Map, "
        "Cluster and Compare."
    )
    assert not app.exception


def test_what_needs_a_decoder_is_not_offered(codes: str) -> None:
    mine = checkpoints.get("mine")
    there = ["latent", "original", "edges"] if codes == "images" else ["latent"]
    assert list(spaces.offered(mine)) == there
    app = opened("map", checkpoint="mine", space="reconstructed", colour="error")
    assert not app.exception
    assert not app.error
    assert "error" not in app.selectbox(key="colour").options


def test_pictures_are_the_images_or_the_codes_themselves(codes: str) -> None:
    mine = checkpoints.get("mine")
    rows = np.array([3, 0])
    seen = sights.pictures(mine, rows)
    if codes == "images":
        np.testing.assert_array_equal(seen, datasets.load("mine").images[rows])
    else:
        assert sights.are_codes(mine)
        assert seen.shape == (2, 8, 8, 1)
    assert [tile.caption for tile in sights.tiles(mine, 3)] == [
        "original" if codes == "images" else "code"
    ]


def test_it_is_clustered_and_classified_on_what_there_is(codes: str) -> None:
    mine = checkpoints.get("mine")
    spec = source_spec("kmeans", space="latent", n_clusters=3, scaling="none", n_init=1)
    found = points.fitting(mine, spec)
    assert "codes of the test images alone" in found.note
    assert found.spec.fit_on == "test"
    run = ClassifierRequest("mine", found.spec).compute()
    assert run.n_train == run.n_test == N // 2


def test_portraits_of_codes_that_are_alike_are_alike() -> None:
    z = np.array([[0.0, 1, 2, 3, 4], [0, 1, 2, 3, 4.1], [4, 3, 2, 1, 0]])
    seen = portraits(z, np.zeros(5), np.full(5, 4))
    assert seen.shape == (3, 9, 9, 1)
    assert np.abs(seen[0] - seen[1]).max() < np.abs(seen[0] - seen[2]).max()
    assert seen[0, 0, 0, 0] == 0
    assert seen[0, 3, 3, 0] == 1
    assert seen[0, 8, 8, 0] == 0.5


def test_images_that_are_too_many_are_sent_one_by_one(
    codes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_IMAGE_BYTES", 1000)
    mine = checkpoints.get("mine")
    assert files.image_address(mine) is None
    address = files.single_address(mine)
    if codes == "alone":
        assert address is None
        return
    assert address is not None
    name = address.replace("*", "7").rpartition("/")[2]
    found = files.find("mine", name).content
    wanted = np.rint(datasets.load("mine").images[7] * 255)
    np.testing.assert_array_equal(np.frombuffer(found[-192:], np.uint8), wanted.ravel())
    for other, sentence in (
        (name.replace("-7-", "-60-"), "There are 60 images"),
        (f"{name[:-20]}{'0' * 16}.npy", "have changed since"),
        ("image-x-0000000000000000.npy", "has no file of that name"),
    ):
        with pytest.raises(ExplorerError, match=sentence):
            files.find("mine", other)
