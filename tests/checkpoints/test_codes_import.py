"""Codes without a model: a checkpoint in which everything works but decoding."""

from pathlib import Path

import numpy as np
import pytest

from explorer import checkpoints, datasets
from explorer.checkpoints import codes_import, spaces
from explorer.cli.main import main
from explorer.core.errors import ExplorerError
from explorer.models.spec import MAX_Z_DIM, BroughtSpec


def _codes(n: int = 599, z_dim: int = 5) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, z_dim)).astype(np.float32)


def test_codes_of_a_known_data_set_are_a_checkpoint(
    checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = datasets.load("digits").labels
    made = codes_import.write("codes", "digits", _codes(), labels)
    assert checkpoints.list_checkpoints() == [made]
    assert not made.model.decodes
    assert (made.z_dim, made.model.kind) == (5, "ae")
    np.testing.assert_array_equal(made.codes().latent.z_mean, _codes())
    assert spaces.points(made, "original").shape == (599, 64)
    with pytest.raises(ExplorerError, match="codes has no decoder: its codes were imported"):
        spaces.points(made, "reconstructed")
    assert made.history().empty
    assert main(["list"]) == main(["describe", "codes"]) == 0
    assert "no decoder" in capsys.readouterr().out


def test_the_name_stays_with_whoever_came_first(checkpoint_folder: Path) -> None:
    labels = datasets.load("digits").labels
    codes_import.write("codes", "digits", _codes(), labels, _codes())
    assert checkpoints.get("codes").model.kind == "vae"
    with pytest.raises(ExplorerError, match="'codes' is taken"):
        codes_import.write("codes", "digits", _codes(), labels)
    with pytest.raises(ExplorerError, match="599 test images: bring a code of each"):
        codes_import.write("others", "digits", _codes(5), labels[:5])
    assert [path.name for path in checkpoint_folder.iterdir()] == ["codes"]


def test_a_brought_model_says_what_there_is_of_it() -> None:
    assert BroughtSpec("ae", "none", (0, 0, 0), MAX_Z_DIM).parameters == 0
    assert BroughtSpec("vae", "imported", (8, 8, 3), 2).decodes
    with pytest.raises(ExplorerError, match="must measure 8 × 8"):
        BroughtSpec("ae", "imported", (0, 0, 0), 2)
    with pytest.raises(ExplorerError, match="architecture must be one of imported"):
        BroughtSpec("ae", "mlp", (8, 8, 1), 2)
