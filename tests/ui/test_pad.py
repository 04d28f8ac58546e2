"""The pad's Python side: what it sends, what it takes back, and parity of the decoders."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints.onnx import Decoder
from explorer.datasets import Drawing
from explorer.latent import geometry, neighbors
from explorer.latent.stats import describe, fitted_prior, standard_prior
from explorer.training.presets import RECIPES
from explorer.ui.components import frontend
from explorer.ui.components import pad as module
from explorer.ui.components.pad import NamedCode, PadData, PadMap, Start

GOLDEN = json.loads(
    (Path(__file__).parents[1] / "golden" / "decoders.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_onnx_runtime_decodes_as_keras_did(name: str) -> None:
    golden = GOLDEN[name]
    images = Decoder(checkpoints.get(name).decoder_file).decode(np.array(golden["z"]))
    assert list(images.shape[1:]) == golden["shape"]
    np.testing.assert_allclose(images.reshape(3, -1), golden["images"], atol=1e-4, rtol=0)


def test_every_shipped_checkpoint_is_in_the_golden_file() -> None:
    assert sorted(GOLDEN) == sorted(RECIPES), "run: python tests/golden/make.py decoders"


def make_data(**changes: Any) -> PadData:
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(30, 3)).astype(np.float32)
    points = codes[:, :2]
    fields: dict[str, Any] = {
        "name": "a-checkpoint",
        "kind": "ae",
        "image_shape": (4, 5, 1),
        "model": "explorer/mine/decoder-0.onnx",
        "encoder": "explorer/mine/encoder-0.onnx",
        "stds": None,
        "loss": "mse",
        "error_quantiles": np.linspace(0, 1, 101),
        "drawing": Drawing(1.0, "box"),
        "codes": "explorer/mine/codes-0.npy",
        "labels": "explorer/mine/labels-0.npy",
        "stats": describe(codes),
        "neighbour_quantiles": neighbors.neighbour_quantiles(codes),
        "prior": fitted_prior(codes),
        "class_names": ("cat", "dog"),
        "class_colors": ("#000000", "#ffffff"),
        "start": Start("token", 0, (0.0, 1.0, 2.0), (0.0, 1.0, 2.0)),
        "maps": (
            PadMap("PCA", "explorer/mine/points-pca-0.npy", geometry.linear_map(codes, points)),
            PadMap("UMAP", "explorer/mine/points-umap-0.npy", None),
        ),
        "centroids": (NamedCode("cluster 1", (0.0, 0.0, 0.0)),),
    }
    return PadData(**(fields | changes))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Draws the pad without Streamlit; returns the message, and what Python makes of an answer."""

    class Sent:
        message: dict[str, Any]

        def draw(self, data: PadData, answer: dict[str, Any] | None = None) -> Any:
            def component(**arguments: Any) -> dict[str, Any]:
                (self.message,) = arguments["data"]
                return answer or {}

            monkeypatch.setattr(frontend, "_component", lambda: component)
            return module.latent_pad(data, key="pad")

    return Sent()


def test_sends_addresses_and_no_file(sent: Any) -> None:
    sent.draw(make_data())
    text = json.dumps(sent.message, allow_nan=False)
    assert len(text) < 10_000
    assert sent.message["model"] == "explorer/mine/decoder-0.onnx"
    assert [shown["points"] for shown in sent.message["maps"]] == [
        "explorer/mine/points-pca-0.npy",
        "explorer/mine/points-umap-0.npy",
    ]
    assert sent.message["images"] is None


def test_tells_which_maps_have_a_formula(sent: Any) -> None:
    sent.draw(make_data())
    pca, umap = sent.message["maps"]
    np.testing.assert_allclose(pca["linear"]["axes"], [[1, 0, 0], [0, 1, 0]], atol=1e-6)
    assert umap["linear"] is None


def test_sends_a_fitted_prior_by_its_factor_and_a_vaes_without(sent: Any) -> None:
    sent.draw(make_data())
    assert [len(row) for row in sent.message["prior"]["factor"]] == [1, 2, 3]
    sent.draw(make_data(prior=standard_prior(3)))
    assert sent.message["prior"]["factor"] is None


def test_takes_the_released_z_of_this_start(sent: Any) -> None:
    answer = {"place": {"token": "token", "z": [1, 2.5, 3]}}
    assert sent.draw(make_data(), answer) == (1.0, 2.5, 3.0)
    assert sent.draw(make_data()) is None


@pytest.mark.parametrize(
    "place",
    [
        {"token": "another checkpoint's", "z": [1, 2, 3]},
        {"token": "token", "z": [1, 2]},
        {"token": "token", "z": [1, 2, float("nan")]},
        {"token": "token", "z": [1, 2, "3"]},
        {"token": "token", "z": None},
        {"token": "token"},
        "nonsense",
    ],
)
def test_ignores_what_is_no_z_of_this_start(sent: Any, place: Any) -> None:
    assert sent.draw(make_data(), {"place": place}) is None
