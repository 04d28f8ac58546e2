"""Models as users save them import, and decode to the users' own numbers."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.checkpoints import export
from explorer.checkpoints.keras_import import bring, onnx_pair, read
from explorer.checkpoints.onnx import Decoder, Encoder
from tests.checkpoints.keras_import import shapes, shapes_more
from tests.checkpoints.keras_import.shapes import Shape

KERAS2 = Path(__file__).with_name("keras2.zip")
with zipfile.ZipFile(KERAS2) as archive:
    OLD = sorted({name.split("/")[0] for name in archive.namelist()})


@pytest.fixture(scope="module")
def keras2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make_keras2.py` made."""
    folder = tmp_path_factory.mktemp("keras2")
    with zipfile.ZipFile(KERAS2) as archive:
        archive.extractall(folder)
    return folder


def _old(folder: Path) -> Shape:
    about = json.loads((folder / "about.json").read_text())
    files = [folder / name for name in about["files"]]
    files = [
        Path(shutil.make_archive(str(file), "zip", folder, file.name)) if file.is_dir() else file
        for file in files
    ]
    with np.load(folder / "numbers.npz") as arrays:
        numbers = dict(arrays)
    return Shape(files, **numbers, kind=about["kind"], scale=about["scale"])


def _check(shape: Shape, folder: Path) -> None:
    brought = read.read(shape.paths)
    data = shapes.data(shape.images)
    if brought.graphs:
        looked = onnx_pair.look_at(brought, data, folder, "", shape.scale)
        z = Encoder(folder / "encoder.onnx").encode(shape.images).z_mean
    else:
        looked, encoder, decoder = bring.look_at(brought, data, shape.bottleneck, shape.scale)
        codes = encoder(shape.images)
        z = np.asarray(codes[0] if shape.kind == "vae" else codes)
        export._export_onnx(decoder, folder / "decoder.onnx")
    assert (looked.kind, looked.z_dim) == (shape.kind, shape.z.shape[1])
    assert np.abs(z - shape.z).max() <= 1e-4 * max(1, np.abs(shape.z).max())
    pixels = Decoder(folder / "decoder.onnx").decode(shape.z)
    assert np.abs(pixels - shape.pixels.reshape(pixels.shape)).max() <= 1e-4


@pytest.mark.parametrize("make", [*shapes.ALL, *shapes_more.ALL], ids=lambda make: make.__name__)
def test_a_model_decodes_to_its_owners_numbers(
    make: Callable[[Path], Shape], tmp_path: Path
) -> None:
    _check(make(tmp_path), tmp_path)


@pytest.mark.parametrize("name", OLD)
def test_a_model_of_keras_2_decodes_to_its_owners_numbers(
    name: str, keras2: Path, tmp_path: Path
) -> None:
    _check(_old(keras2 / name), tmp_path)
