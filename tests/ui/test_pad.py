"""The pad's Python side: what it sends, what it takes back, and parity of the decoders."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import checkpoints
from explorer.checkpoints.onnx import Decoder
from explorer.latent import geometry, neighbors
from explorer.latent.stats import describe, fitted_prior, standard_prior
from explorer.training.presets import RECIPES
from explorer.ui.components import packed
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
        "model": module.pack(b"weights"),
        "codes": module.pack_array(codes, np.float32),
        "labels": module.pack_array(np.arange(30) % 2, np.int32),
        "stats": describe(codes),
        "neighbour_quantiles": neighbors.neighbour_quantiles(codes),
        "prior": fitted_prior(codes),
        "class_names": ("cat", "dog"),
        "class_colors": ("#000000", "#ffffff"),
        "start": Start("token", "image 0", (0.0, 1.0, 2.0)),
        "maps": (
            PadMap(
                "PCA", module.pack_array(points, np.float32), geometry.linear_map(codes, points)
            ),
            PadMap("UMAP", module.pack_array(points**3, np.float32), None),
        ),
        "centroids": (NamedCode("cluster 1", (0.0, 0.0, 0.0)),),
    }
    return PadData(**(fields | changes))


class FakeMedia:
    """Stands in for Streamlit's files: an address for each content and place."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, content: bytes, mimetype: str, coordinates: str) -> str:
        assert mimetype == "application/gzip"
        self.files[f"/media/{coordinates}"] = content
        return f"/media/{coordinates}"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Draws the pad without Streamlit; returns the message, and what Python makes of an answer."""

    class Sent:
        media = FakeMedia()
        message: dict[str, Any]

        def draw(self, data: PadData, answer: dict[str, Any] | None = None) -> module.PadState:
            def component(**arguments: Any) -> dict[str, Any]:
                self.message = arguments["data"]
                return answer or {}

            monkeypatch.setattr(module, "_component", lambda: component)
            return module.latent_pad(data, key="pad")

    sent = Sent()
    runtime = type("Runtime", (), {"media_file_mgr": sent.media})
    monkeypatch.setattr(module, "get_instance", lambda: runtime)
    return sent


def test_sends_addresses_of_compressed_files_and_no_file(sent: Any) -> None:
    sent.draw(make_data())
    text = json.dumps(sent.message, allow_nan=False)
    assert len(text) < 10_000
    assert gzip.decompress(sent.media.files[sent.message["model"]]) == b"weights"
    codes = np.load(io.BytesIO(gzip.decompress(sent.media.files[sent.message["codes"]])))
    assert codes.dtype == np.float32
    assert codes.shape == (30, 3)
    assert sent.message["images"] is None


def test_a_preview_sends_addresses_and_keys(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.arange(8, dtype=np.float32).reshape(4, 2)
    images = module.pack_images(np.ones((4, 4, 5, 1)))
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(module, "_component", lambda: lambda **told: messages.append(told["data"]))
    for sent_images in (images, None):
        module.preview(
            ["map", "neighbours"],
            "images",
            image_shape=(4, 5, 1),
            z_dim=2,
            model=module.pack(b"weights"),
            codes=module.pack_array(codes, np.float32),
            images=sent_images,
        )
    with_images, without = messages
    assert with_images["role"] == "preview"
    assert with_images["places"] == ["map", "neighbours"]
    assert (with_images["image_shape"], with_images["z_dim"]) == ([4, 5, 1], 2)
    arrived = np.load(io.BytesIO(gzip.decompress(sent.media.files[with_images["images"]])))
    np.testing.assert_array_equal(arrived, np.full((4, 4, 5, 1), 255, np.uint8))
    assert without == {**with_images, "images": None}


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
    assert sent.draw(make_data(), answer).z == (1.0, 2.5, 3.0)
    assert sent.draw(make_data()).z is None


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
    assert sent.draw(make_data(), {"place": place}).z is None


def test_tells_why_the_browser_cannot_decode(sent: Any) -> None:
    state = sent.draw(make_data(), {"failure": "This browser has WebAssembly switched off."})
    assert state.failure == "This browser has WebAssembly switched off."
    assert sent.draw(make_data(), {"failure": None}).failure is None


def test_packs_images_as_bytes_unless_they_are_too_many() -> None:
    images = np.array([0, 0.5, 1, 2]).reshape(1, 2, 2, 1)
    packed = module.pack_images(images)
    assert packed is not None
    pixels = np.load(io.BytesIO(gzip.decompress(packed.content)))
    assert pixels.ravel().tolist() == [0, 128, 255, 255]
    assert module.pack_images(np.zeros((module.MAX_IMAGE_BYTES + 1, 1, 1, 1), np.uint8)) is None


def test_the_same_content_gives_the_same_file() -> None:
    assert module.pack(b"abc") == module.pack(b"abc")


class TestIsBuilt:
    @pytest.fixture
    def dist(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(module, "DIST", tmp_path / "dist")
        return tmp_path / "dist"

    def test_needs_the_folder_and_one_script(self, dist: Path) -> None:
        assert not module.is_built()
        dist.mkdir()
        assert not module.is_built()
        (dist / "index-ABC.js").touch()
        assert module.is_built()

    def test_two_scripts_are_none(self, dist: Path) -> None:
        dist.mkdir()
        (dist / "index-A.js").touch()
        (dist / "index-B.js").touch()
        assert not module.is_built()


def test_images_that_come_to_this_machine_later_are_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = checkpoints.get("mnist-ae-cnn-z2")
    assert packed.images(checkpoint) is None
    labels = checkpoint.codes().labels
    images = np.zeros((len(labels), 28, 28), np.uint8)
    np.savez(tmp_path / "mnist.npz", x_test=images, y_test=labels.astype(np.uint8))
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert packed.images(checkpoint) is not None
