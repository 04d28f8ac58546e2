"""The command line: what other programs read, and what people are told."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from explorer import cli, datasets
from explorer.errors import ExplorerError
from tests.conftest import SHIPPED


def test_list_answers_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "--json"]) == 0
    found = {item["name"]: item for item in json.loads(capsys.readouterr().out)}
    shipped = found["digits-vae-z2"]
    assert {"dataset", "kind", "z_dim", "metrics"} <= set(shipped)
    assert shipped["kind"] == "vae"
    assert shipped["z_dim"] == 2
    assert shipped["metrics"]["test_total_loss"] > 0


def test_list_names_the_broken(checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkpoint_folder / "empty").mkdir()
    assert cli.main(["list", "--json"]) == 0
    assert "config.json is missing" in json.loads(capsys.readouterr().out)[0]["broken"]
    cli.main(["list"])
    assert "BROKEN" in capsys.readouterr().out


def test_describe_tells_where_the_codes_lie(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["describe", "digits-vae-z2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    z = np.load(SHIPPED / "digits-vae-z2" / "codes.npz")["z_mean"]
    assert [row["max"] for row in answer["dimensions"]] == pytest.approx(z.max(axis=0).tolist())
    assert all(row["kl"] > 0.1 for row in answer["dimensions"])
    cli.main(["describe", "digits-vae-z2"])
    assert "599 test codes" in capsys.readouterr().out


def test_project_answers_in_json_and_keeps_the_file(
    checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    shutil.rmtree(checkpoint_folder / "mine" / "projections")
    assert cli.main(["project", "mine", "--method", "tsne", "--perplexity", "20", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["method"] == "tsne"
    assert answer["perplexity"] == 20
    assert answer["seconds"] > 0
    assert answer["trustworthiness"] > 0.9
    assert answer["knn_accuracy"] > 0.6
    assert Path(answer["file"]).is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["project", "nobody"], "There is no checkpoint 'nobody'"),
        (["project", "../../etc"], "cannot be a name"),
        (["project", "digits-vae-z2", "--perplexity", "1000"], None),
        (["project", "digits-vae-z2", "--method", "tsne", "--perplexity", "500"], "perplexity"),
        (["train"], "--dataset, --kind, --architecture, --z-dim missing"),
        (["train", "--recipe", "digits-vae-z2", "--z-dim", "0"], "z_dim must lie between"),
        (["finish", "nobody"], "no unfinished training 'nobody'"),
    ],
)
def test_a_mistake_is_one_sentence(
    words: list[str], sentence: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    status = cli.main(words)
    said = capsys.readouterr().err
    if sentence is None:  # UMAP, the default, has no perplexity
        assert status == 0
        return
    assert status == 1
    assert sentence in said
    assert "Traceback" not in said


def test_a_data_set_that_is_absent_stops_before_the_training(
    checkpoint_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def offline(name: str) -> Path:
        raise ExplorerError(datasets._three_ways(datasets.info(name)))

    monkeypatch.setattr(datasets, "download", offline)
    assert cli.main(["train", "--recipe", "mnist-ae-cnn-z2"]) == 1
    assert "EXPLORER_DATA" in capsys.readouterr().err
    assert list(checkpoint_folder.rglob("*.json")) == []
