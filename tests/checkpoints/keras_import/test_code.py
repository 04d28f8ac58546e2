"""A visitor's own layers: their Python file runs only where the server allows it."""

import io
from pathlib import Path

import h5py
import numpy as np
import pytest

from explorer.checkpoints.keras_import import bring, code, read
from explorer.checkpoints.keras_import.request import Import
from explorer.core.errors import ExplorerError
from explorer.runs import imports
from tests.checkpoints.keras_import import made, shapes

CODE = """
import keras
class Dense(keras.layers.Layer):
    def __init__(self, units, activation=None, **more):
        super().__init__(**more)
        self.inner = keras.layers.Dense(units, activation=activation)
    def call(self, x):
        return 2 * self.inner(x)
"""


def _python(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_python_file_is_run_only_where_it_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = made.counted(made.values())
    with h5py.File(io.BytesIO(weights), "a") as file:
        file.move("layers/dense_1/vars", "layers/dense_1/inner/vars")
        file.flush()
        weights = file.id.get_file_image()
    path = made.keras(tmp_path / "m.keras", made.custom(), weights)
    data, brought = shapes.data(shapes.some(8, 8, 1)), read.read([(path, path.name, "")])
    with pytest.raises(ExplorerError, match="give the Python file that defines them"):
        bring.look_at(brought, data)
    python = _python(tmp_path / "mine.py", CODE)
    wanted = Import(((str(path), path.name, ""),), "digits", code=(str(python), "mine.py"))
    for job in (imports.look_job, imports.model_job):
        with pytest.raises(ExplorerError, match="Python files are not taken here"):
            job(wanted)
    looked, _, decoder = bring.look_at(brought, data, custom=code.classes(python, "mine.py"))
    assert looked.z_dim == 2
    kernel, bias = made.values()["out"]
    z = np.array([[1.0, -2.0]], np.float32)
    assert (
        np.abs(np.asarray(decoder(z)).ravel() - 2 / (1 + np.exp(-z @ kernel - bias))).max() < 1e-5
    )
    wrong = _python(tmp_path / "wrong.py", "raise SystemExit(3)")
    with pytest.raises(ExplorerError, match=r"wrong.py fails when it is run: SystemExit: 3"):
        code.classes(wrong, "wrong.py")
