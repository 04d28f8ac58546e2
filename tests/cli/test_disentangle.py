"""`python -m explorer disentangle`: for other programs, and for people."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer import datasets
from explorer.cli import main
from explorer.core import storage
from explorer.latent.disentanglement import SCORES
from tests.conftest import SHIPPED


@pytest.fixture
def shapes(checkpoint_folder: Path) -> tuple[str, ...]:
    """A checkpoint of `shapes` whose two dimensions are the places; returns the factors' names."""
    path = checkpoint_folder / "mine"
    shutil.copytree(SHIPPED / "digits-vae-z2", path)
    config = json.loads((path / "config.json").read_text())
    config["dataset"] = "shapes"
    config["model"]["image_shape"] = [16, 16, 1]
    (path / "config.json").write_text(json.dumps(config))
    data = datasets.load("shapes", "test")
    assert data.factors is not None
    z = data.factors[:, 2:4].astype(np.float32)
    storage.write_npz(
        path / "codes.npz",
        z_mean=z,
        z_log_var=np.zeros_like(z),
        labels=data.labels,
        reconstruction_error=np.zeros(len(z), np.float32),
    )
    return data.info.factor_names


def test_a_model_of_places_tells_of_places_alone(
    shapes: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["disentangle", "mine", "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert tuple(answer["factors"]) == shapes == ("shape", "size", "x", "y", "brightness")
    information = np.array(answer["information"])
    assert information[2, 0] == information[3, 1] == 1
    assert np.delete(information, [2, 3], axis=0).max() < 0.05
    assert answer["mig"] == pytest.approx(2 / 5, abs=0.05)
    assert set(SCORES) <= answer.keys()
    assert (answer["n"], answer["seed"]) == (1620, 0)


def test_data_without_known_factors_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["disentangle", "digits-vae-z2"]) == 1
    assert "train on shapes. Received: digits." in capsys.readouterr().err
