"""The story of β without a browser."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.latent.posterior import AgainstPrior
from explorer.ui.server import files
from explorer.ui.story import words
from tests.app import opened, said
from tests.checkpoints.test_families import _copy

pytestmark = pytest.mark.usefixtures("own_jobs")

AE = AgainstPrior((9.0, 8.0), 12.0, 0.01, 0.05)
VAE = AgainstPrior((3.0, 2.0), 1.02, 0.1, 0.85)
HALF = AgainstPrior((1.5, 0.0), 1.01, 0.8, 1.0)
DEAD = AgainstPrior((0.0, 0.0), 1.0, 1.0, 1.0)


def test_the_answer_is_read_from_the_numbers() -> None:
    betas = [0.0, 0.1, 1.0, 4.0, 8.0]
    told = words.answer(betas, [AE, AE, VAE, HALF, DEAD])
    assert "between β = 0.1, in effect an autoencoder, and β = 1, a VAE" in told
    assert "fall silent at β = 4." in told
    assert "have at β = 8." in told
    assert "Not in this family" in words.answer(betas[1:2], [VAE])
    assert "still in use at β = 1" in words.answer([0.5, 1.0], [VAE, VAE])
    assert "In all of this family" in words.answer([0.0, 1.0], [AE, AE])
    assert "those of β = 0, 1." in words.answer([0.0, 0.1, 1.0], [AE, VAE, AE])
    assert "from 0.1 to 0.01, and the spread of all codes from 1.02 to 12 " in words.shift(
        betas[:2], [AE, VAE]
    )


def test_each_model_is_told_by_its_own_numbers() -> None:
    assert "12.0 times as wide as the prior" in words.verdict(AE)
    assert "1.02 times" in words.verdict(VAE)
    assert "1 of 2 dimensions" in words.verdict(HALF)
    assert words.verdict(DEAD).startswith("Collapsed")


def test_a_grid_that_was_trained_opens_as_a_story(checkpoint_folder: Path) -> None:
    assert "A grid of β" in said(opened("story"))
    for beta in (0.1, 1.0):
        _copy(checkpoint_folder, f"any-b{beta:g}", beta=beta)
        _copy(checkpoint_folder, f"all-b{beta:g}", beta=beta, seed=9)  # the first in the list
    grid = {"trainings": ["any-b0.1", "any-b1"], "created": "2026-11-21"}
    (checkpoint_folder / ".sweeps").mkdir()
    (checkpoint_folder / ".sweeps" / "any.json").write_text(json.dumps(grid))
    app = opened("train", what="grid")
    next(button for button in app.button if "story" in button.label).click().run()
    assert app.selectbox(key="family").value == "any-b0.1"
    assert not app.exception
    assert not app.error
    ((data,),) = [json.loads(node.proto.json) for node in app._tree.get("bidi_component")]
    assert [member["beta"] for member in data["members"]] == [0.1, 1.0]
    assert data["start"] == 1
    for member in data["members"]:
        _, name, file = member["pictures"].split("/")
        header = files.find(name, file).content[:128].decode("latin1")
        assert f"({data['pairs'] + data['drawn']}, 8, 8, 1)" in header
        assert "u1" in header
    points = files.find(*data["members"][0]["points"].split("/")[1:]).content
    assert np.frombuffer(points[-4 * 2 * 599 :], "<f4").shape == (1198,)
