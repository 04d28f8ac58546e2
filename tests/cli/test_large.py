"""`encode` and `cluster --distributed`, as a script calls them."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer import datasets
from explorer.cli.main import main

pytestmark = pytest.mark.slow


def test_codes_are_written_and_clustered(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "images.npy", datasets.load("digits", "test").images[:200])
    codes = str(tmp_path / "codes")
    images = str(tmp_path / "images.npy")
    assert main(["encode", "mine", "--images", images, "--codes", codes, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 200
    arguments = ["cluster", "mine", "--distributed", "--workers", "1", "--json"]
    assert main(arguments) == 1
    assert "needs --codes FOLDER" in capsys.readouterr().err
    assert main([*arguments, "--codes", codes, "--method", "minibatch", "--n-clusters", "4"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert sum(answer["sizes"]) == answer["fitted_on"] == 200
    assert main(["cluster", "other", *arguments[2:], "--codes", codes]) == 1
    assert "holds codes of mine" in capsys.readouterr().err
