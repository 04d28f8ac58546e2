"""The compare page without a browser."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import checkpoints
from explorer.ui.compare.presets import PRESETS
from tests.app import opened, said
from tests.conftest import SHIPPED

pytestmark = pytest.mark.usefixtures("own_jobs")


def _page(**query: str) -> AppTest:
    return opened("compare", **query)


def _maps(app: AppTest) -> list[dict[str, Any]]:
    def sent(node: Any) -> Iterator[dict[str, Any]]:
        if hasattr(node, "children"):
            for child in node.children.values():
                yield from sent(child)
        elif getattr(node, "type", "") == "bidi_component":
            yield from json.loads(node.proto.json)

    return [data for data in sent(app._tree) if data.get("role") == "map"]


def test_every_preset_names_checkpoints_that_ship_and_opens() -> None:
    app = _page(checkpoint="mnist-ae-cnn-z2")
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


def test_neighbours_in_common_are_a_colour_with_its_mean() -> None:
    app = _page(checkpoint="digits-vae-z2")
    app.selectbox(key="compare-colour").select("shared").run()
    assert not app.exception
    assert all(data["color"]["kind"] == "values" for data in _maps(app))
    assert "**100%** of the 10 nearest codes are the same" in said(app)


def test_the_chosen_image_is_drawn_by_both() -> None:
    app = _page(checkpoint="mnist-ae-cnn-z2", **{"with": "mnist-vae-cnn-z2"}, point="5")
    label = checkpoints.get("mnist-ae-cnn-z2").codes().labels[5]
    assert f"**{label}** · image 5" in said(app)
    for side, name in (("Left", "mnist-ae-cnn-z2"), ("Right", "mnist-vae-cnn-z2")):
        error = checkpoints.get(name).codes().reconstruction_error[5]
        assert f"{side}: error **{error:.1f}** nats" in said(app)


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
