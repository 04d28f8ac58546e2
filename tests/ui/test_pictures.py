"""The small pictures of the library: drawn when they are asked for, kept under a hash."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer import datasets
from explorer.core import memory
from explorer.core.errors import ExplorerError
from explorer.runs import exports
from explorer.ui.server import pictures
from tests.ui.test_server import Server

_, CSV, _ = exports.FORMS


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    yield
    memory.clear()


def _image(address: str) -> np.ndarray:
    with Image.open(io.BytesIO(pictures.find(*address.split("/")[1:]))) as image:
        return np.asarray(image)


def test_a_checkpoint_has_a_map_and_reconstructions(mine: Path) -> None:
    small_map = _image(pictures.of_checkpoint("mine", "map"))
    assert small_map.shape == (224, 224, 4)
    assert 0.02 < (small_map[..., 3] > 0).mean() < 0.6
    tiles = _image(pictures.of_checkpoint("mine", "reconstructions"))
    assert tiles.shape == (8 + 1 + 8, 5 * 8 + 4, 4)
    assert not tiles[8, :, 3].any()  # nothing between them
    before = pictures.of_checkpoint("mine", "map")
    os.utime(mine / "codes.npz", (1, 1))
    assert pictures.of_checkpoint("mine", "map") != before
    for file in (before.rsplit("/", 1)[1], "map-0.png", "sheet-000000000000.png", "../x"):
        with pytest.raises(ExplorerError, match="no such picture"):
            pictures.find("checkpoint", "mine", file)
    with pytest.raises(ExplorerError, match="no such picture"):
        pictures.find("other", "mine", before.rsplit("/", 1)[1])


def test_a_data_set_has_a_contact_sheet_class_by_class() -> None:
    sheet = _image(pictures.of_dataset("digits"))
    assert sheet.shape == (5 * 9 - 1, 12 * 9 - 1, 4)
    data = datasets.load("digits", "test")
    rows = pictures.contact(data.labels)
    np.testing.assert_array_equal(data.labels[rows], np.repeat(np.arange(10), 6))
    second = np.rint(data.images[rows[1], ..., 0] * 255)
    np.testing.assert_array_equal(sheet[:8, 9:17, 0], second)
    assert pictures.contact(np.zeros(3, int)).tolist() == [0, 1, 2]
    assert len(pictures.contact(np.arange(100))) == 60


@pytest.mark.parametrize("z_dim", [1, 2, 5])
def test_codes_of_any_dimension_have_a_place(z_dim: int) -> None:
    z = np.random.default_rng(0).normal(size=(50, z_dim)).astype(np.float32)
    flat = pictures.flat(z)
    assert flat.shape == (50, 2)
    assert np.isfinite(flat).all()
    drawn = pictures.scattered(np.vstack([flat, [[1e9, -1e9]]]), np.arange(51))
    assert (drawn[..., 3] > 0).sum() > 50
    same = pictures.scattered(np.zeros((4, 2)), np.zeros(4, int))
    assert (same[..., 3] > 0).any()


def test_browsers_get_pictures_and_exports(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    exports.export_job("mine", CSV)
    found = exports.find("mine", CSV)
    assert found is not None
    server = Server("class")
    try:
        answer, content = server.get(f"class/{pictures.of_checkpoint('mine', 'map')}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
        assert "immutable" in answer.headers["Cache-Control"]
        assert content.startswith(b"\x89PNG")
        answer, content = server.get(f"class/{exports.address(found)}")
        assert content == found.read_bytes()
        assert 'attachment; filename="mine-codes.csv"' in answer.headers["Content-Disposition"]
        for wrong in (
            "class/pictures/checkpoint/none/map-000000000000.png",
            "class/pictures/checkpoint/mine/map-000000000000.png",
            "class/pictures/dataset/..%2f..%2fmine/sheet-000000000000.png",
            "class/exports/000000000000/mine.zip",
            "class/exports/..%2f..%2fcheckpoints/mine",
            "class/exports/../../checkpoints/mine/config.json",
        ):
            assert server.get(wrong)[0].status == 404
    finally:
        server.close()
