"""The compare page without a browser."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints
from explorer.ui.compare import form, path
from explorer.ui.compare.presets import PRESETS
from explorer.ui.components.gallery import data_url
from explorer.ui.shared import cached
from tests.app import drawn, opened, said
from tests.conftest import SHIPPED

pytestmark = pytest.mark.usefixtures("own_jobs")


def _page(**query: str) -> AppTest:
    return opened("compare", **query)


def _maps(app: AppTest) -> list[dict[str, Any]]:
    return drawn(app, "map")


def test_every_preset_names_checkpoints_that_ship_and_opens() -> None:
    app = _page(checkpoint="mnist-ae-cnn-z2", **{"compare-tab": "Training"})  # the quickest
    for key, preset in PRESETS.items():
        assert {preset.left, preset.right} <= {path.name for path in SHIPPED.iterdir()}
        if "original" in preset.spaces:
            continue  # its images are not on the machine of the tests
        app.selectbox(key="preset").select(key).run()
        assert not app.exception
        assert not app.error
        assert app.selectbox(key="checkpoint").value == preset.left
        assert app.selectbox(key="with").value == preset.right
        left, right = _maps(app)
        assert preset.what in said(app)
        for spec, data in ((preset.left, left), (preset.right, right)):
            assert spec in data["points"]
        if key == "pictures":
            assert left["points"] != right["points"]
            assert left["color"] == right["color"]
            assert "nearest points are the same in both pictures" in said(app)


def test_maps_of_latent_axes_have_one_scale_and_one_camera() -> None:
    app = _page(checkpoint="mnist-ae-cnn-z2", **{"with": "mnist-vae-cnn-z2"})
    assert not app.exception
    left, right = _maps(app)
    assert left["extent"] == right["extent"]
    assert left["camera"] == right["camera"] == left["name"] == right["name"]
    codes = checkpoints.get("mnist-ae-cnn-z2").codes().latent.z_mean
    assert left["extent"][0] == pytest.approx(codes[:, 0].min())
    assert "both at one scale" in said(app)
    app.selectbox(key="right-picture").select("tsne").run()
    left, right = _maps(app)
    assert left["extent"] is right["extent"] is left["camera"] is None
    assert "each at a scale of its own" in said(app)


def test_the_measures_of_both_are_in_a_table() -> None:
    app = _page(checkpoint="mnist-ae-cnn-z2", **{"with": "mnist-vae-cnn-z2"})
    table = app.dataframe[0].value.set_index("Measure")
    assert list(table.columns) == ["mnist-ae-cnn-z2", "mnist-vae-cnn-z2"]
    spread = [float(value) for value in table.loc["Spread of the codes"]]
    for name, value in zip(table.columns, spread, strict=True):
        z = checkpoints.get(name).codes().latent.z_mean
        assert value == pytest.approx(np.sqrt(np.mean(z.std(axis=0) ** 2)), abs=0.01)
    assert spread[0] > spread[1]  # what the KL term does
    assert table.loc["KL loss", "mnist-ae-cnn-z2"] == "–"


@pytest.fixture
def pair(checkpoint_folder: Path) -> dict[str, str]:
    """The address of two models of the same few images, one whose codes are turned."""
    for name in ("one", "other"):
        shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / name)
    file = checkpoint_folder / "other" / "codes.npz"
    with np.load(file) as archive:
        arrays = dict(archive)
    arrays["z_mean"] = arrays["z_mean"] * np.float32([1, -0.3])
    np.savez(file, **arrays)
    return {"checkpoint": "one", "with": "other"}


def test_the_tabs_show_what_both_make_of_the_same(pair: dict[str, str]) -> None:
    app = _page(**pair, **{"compare-tab": "Path", "path-a": "3", "path-b": "7", "point": "5"})
    rows = [data for data in drawn(app, "gallery") if data["name"].startswith("path-")]
    assert [len(data["tiles"]) for data in rows] == [path.STEPS + 2] * 2
    ends = [[tiles[0]["src"], tiles[-1]["src"]] for tiles in (data["tiles"] for data in rows)]
    images = cached.originals(checkpoints.get("one"))
    assert ends == [[data_url(images[3]), data_url(images[7])]] * 2
    marks = _maps(app)[1]["marks"]
    z = checkpoints.get("other").codes().latent.z_mean
    assert [cross["name"] for cross in marks["crosses"]] == ["A", "B"]
    assert marks["outlines"] == [pytest.approx([*z[3], *z[7]])]
    app.button(key="take-path-a").click().run()
    assert _maps(app)[0]["marks"]["crosses"][0]["x"] == pytest.approx(z[5, 0])
    assert app.number_input(key="path-a").value == 5

    app = _page(**pair, **{"compare-tab": "Noise"})
    rows = [data for data in drawn(app, "gallery") if data["name"].startswith("row-")]
    assert [data["name"] for data in rows] == [
        *("row-clean", "row-noisy", "row-denoised-0", "row-denoised-1")
    ]
    assert "Noisy · error" in said(app)
    assert "standard deviation 0.2" in said(app)

    app = _page(**pair, **{"compare-tab": "Clusters", form.COLOUR: "In another cluster"})
    assert not app.exception
    assert "of the images are in another cluster on the other side" in said(app)
    assert all(len(data["color"]["groups"]) == 2 for data in _maps(app))
    assert any(data["name"] == "moved-0" for data in drawn(app, "gallery"))

    app = _page(**pair, **{"compare-tab": "Representations"})
    assert [button.label for button in app.button] == [
        f"Compare the three representations of {name}" for name in ("one", "other")
    ]

    app = _page(**pair, **{"compare-tab": "Spaces"})
    assert "of the plane of one" in said(app)
    assert "nearest other code is of another class" in said(app)
    assert not app.exception


def test_a_link_to_a_model_that_cannot_be_compared_says_why(
    pair: dict[str, str], checkpoint_folder: Path
) -> None:
    shutil.copytree(SHIPPED / "mnist-ae-cnn-z2", checkpoint_folder / "mnist")
    app = _page(**pair | {"with": "nobody"})
    assert "asks to compare with nobody, which cannot be opened here" in said(app)
    assert len(_maps(app)) == 2
    app.selectbox(key="with").select("one").run()
    assert "asks to compare" not in said(app)
    app = _page(**pair | {"with": "mnist"})
    assert "only models of the same images can be compared" in said(app)


def test_models_of_other_images_are_not_compared(pair: dict[str, str]) -> None:
    file = checkpoints.get("other").path / "codes.npz"
    with np.load(file) as archive:
        arrays = {name: array[:-1] for name, array in archive.items()}
    np.savez(file, **arrays)
    assert "do not have the same test images" in said(_page(**pair))


def test_neighbours_in_common_are_a_colour_with_its_mean() -> None:
    app = _page(checkpoint="digits-vae-z2")
    app.selectbox(key="compare-colour").select("shared").run()
    assert not app.exception
    assert all(data["color"]["kind"] == "values" for data in _maps(app))
    assert "**100%** of the 10 nearest points are the same" in said(app)


def test_the_chosen_image_is_drawn_by_both() -> None:
    app = _page(checkpoint="mnist-ae-cnn-z2", **{"with": "mnist-vae-cnn-z2"}, point="5")
    label = checkpoints.get("mnist-ae-cnn-z2").codes().labels[5]
    assert f"**{label}** · image 5" in said(app)
    for name in ("mnist-ae-cnn-z2", "mnist-vae-cnn-z2"):
        error = checkpoints.get(name).codes().reconstruction_error[5]
        assert f"{name}: error **{error:.1f}** nats" in said(app)


def test_losses_on_other_scales_are_not_compared() -> None:
    query = {"checkpoint": "mnist-ae-cnn-z2", "compare-tab": "Losses"}
    app = _page(**query, **{"with": "mnist-ae-dense-z3"})
    assert "their errors cannot be compared" in said(app)
    app.selectbox(key="with").select("mnist-vae-cnn-z2").run()
    assert not app.exception
    assert "keeps, mnist" in said(app)


def test_one_checkpoint_alone_is_compared_with_itself(checkpoint_folder: Path) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    app = _page()
    assert not app.exception
    assert app.selectbox(key="with").options == ["mine"]
    assert len(_maps(app)) == 2
