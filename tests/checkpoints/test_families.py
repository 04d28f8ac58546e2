"""Families: what was trained alike but for β, and nothing else."""

import json
import shutil
from pathlib import Path
from typing import Any

from explorer import checkpoints
from explorer.checkpoints import Checkpoint
from explorer.checkpoints.families import families, members_last
from explorer.training.presets import FAMILY
from tests.conftest import SHIPPED


def _copy(folder: Path, name: str, *, beta: float, **training: Any) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", folder / name)
    path = folder / name / "config.json"
    config = json.loads(path.read_text())
    config["model"]["beta"] = beta
    config["training"] |= training
    path.write_text(json.dumps(config))


def test_a_family_shares_all_but_beta(checkpoint_folder: Path) -> None:
    for beta in (4.0, 0.1, 1.0):
        _copy(checkpoint_folder, f"mine-z2-b{beta:g}", beta=beta)
    _copy(checkpoint_folder, "another-start", beta=2.0, seed=7)
    _copy(checkpoint_folder, "longer", beta=2.0, epochs=201)
    _copy(checkpoint_folder, "twice", beta=4.0)
    (family,) = families(checkpoints.list_checkpoints())
    assert [member.model.beta for member in family.members] == [0.1, 1.0, 4.0]
    assert family.members[-1].name == "mine-z2-b4"  # of two with one β, the first
    assert family.name == "mine-z2"


def test_families_are_listed_after_all_others(checkpoint_folder: Path) -> None:
    for name, beta, seed in (("a-b8", 8.0, 0), ("a-b0.5", 0.5, 0), ("b", 1.0, 7)):
        _copy(checkpoint_folder, name, beta=beta, seed=seed)
    found = [item for item in checkpoints.list_checkpoints() if isinstance(item, Checkpoint)]
    assert [item.name for item in members_last(found)] == ["b", "a-b0.5", "a-b8"]
    assert families(found[-1:]) == []


def test_the_families_that_ship_are_whole() -> None:
    found = {family.name: family for family in families(checkpoints.list_checkpoints())}
    shipped = [found[name] for name in ("mnist-beta-z2", "shapes-beta-z6")]
    members = [member for family in shipped for member in family.members]
    assert [member.name for member in members] == list(FAMILY)
    for member in members:
        assert member.model == FAMILY[member.name].model
        codes = member.codes()
        assert codes.latent.z_mean.shape == (len(codes.labels), member.z_dim)
        assert "--beta" in member.training["command"] or member.model.beta == 1
        assert member.training["seconds"] > 0
