"""Training on JAX: the same losses as TensorFlow's, and as where the images lie on the device.

What a GPU runs is tested so on any machine.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import checkpoints
from tests.conftest import SHIPPED
from tests.training.train_on_backend import START


def _train_on(backend: str, folder: Path) -> Any:
    environment = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "EXPLORER_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "JAX_PLATFORMS": "cpu",
        "EXPLORER_CHECKPOINTS": str(folder),
    }
    folder.mkdir()
    shutil.copytree(SHIPPED / START, folder / START)
    command = [sys.executable, "-m", "tests.training.train_on_backend"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_jax_trains_as_tensorflow_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {backend: _train_on(backend, tmp_path / backend) for backend in ("tensorflow", "jax")}
    assert [found[backend]["backend"] for backend in found] == list(found)
    same = {backend: np.array(found[backend]["same"]) for backend in found}
    assert same["jax"].shape == (5, 6)
    # The optimiser moved: what is compared is more than the start.
    assert same["jax"][0, 0] != pytest.approx(same["jax"][-1, 0], rel=1e-3)
    # Sums in float32, in another order: measured, they agree to 2 parts in 10 million.
    np.testing.assert_allclose(same["jax"], same["tensorflow"], rtol=1e-5)
    # Rows of images on the device, many steps in one call, and the rest of an epoch step by step.
    np.testing.assert_allclose(found["jax"]["on_device"], found["jax"]["sent"], rtol=1e-5)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "jax"))
    checkpoint = checkpoints.get("on-device")
    assert checkpoint.training["backend"].startswith("jax")
    assert len(checkpoint.codes().labels) == 599
