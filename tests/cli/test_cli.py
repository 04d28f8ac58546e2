"""The command line: what other programs read, and what people are told."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from explorer import checkpoints, datasets
from explorer.cli import main, train
from explorer.clustering import metrics
from explorer.core.storage import read_npz
from explorer.datasets import catalog
from tests.conftest import SHIPPED


def test_list_answers_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["list", "--json"]) == 0
    found = {item["name"]: item for item in json.loads(capsys.readouterr().out)}
    shipped = found["digits-vae-z2"]
    assert {"dataset", "kind", "z_dim", "metrics"} <= set(shipped)
    assert shipped["kind"] == "vae"
    assert shipped["z_dim"] == 2
    assert shipped["metrics"]["test_total_loss"] > 0


def test_list_names_the_broken(checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkpoint_folder / "empty").mkdir()
    (checkpoint_folder / os.fsdecode(b"\xff\x1b[2J")).mkdir()
    config = json.loads((SHIPPED / "digits-vae-z2" / "config.json").read_text()) | {"metrics": {}}
    (checkpoint_folder / "no-metrics").mkdir()
    (checkpoint_folder / "no-metrics" / "config.json").write_text(json.dumps(config))
    assert main.main(["list", "--json"]) == 0
    reasons = "\n".join(item["broken"] for item in json.loads(capsys.readouterr().out))
    assert "config.json is missing" in reasons
    assert "config.json lacks 'test_total_loss'" in reasons
    main.main(["list"])
    told = capsys.readouterr().out.splitlines()
    assert [line.isprintable() and "BROKEN" in line for line in told] == [True] * 3


def test_describe_tells_where_the_codes_lie(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["describe", "digits-vae-z2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    z = np.load(SHIPPED / "digits-vae-z2" / "codes.npz")["z_mean"]
    assert [row["max"] for row in answer["dimensions"]] == pytest.approx(z.max(axis=0).tolist())
    assert all(row["kl"] > 0.1 for row in answer["dimensions"])
    main.main(["describe", "digits-vae-z2"])
    assert "599 test codes" in capsys.readouterr().out


@pytest.mark.slow
def test_project_answers_in_json_and_keeps_the_file(
    checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    shutil.rmtree(checkpoint_folder / "mine" / "projections")
    assert main.main(["project", "mine", "--method", "tsne", "--perplexity", "20", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["method"] == "tsne"
    assert answer["perplexity"] == 20
    assert answer["seconds"] > 0
    assert answer["trustworthiness"] > 0.9
    assert answer["knn_accuracy"] > 0.6
    assert Path(answer["file"]).is_file()


@pytest.mark.parametrize(
    ("method", "options", "chosen"),
    [
        ("raw", ["--axes", "9", "3", "5"], {"axes": [9, 3, 5]}),
        ("isomap", ["--n-neighbors", "7", "--seed", "2"], {"n_neighbors": 7, "seed": 2}),
    ],
)
def test_a_methods_own_parameters_are_options(
    method: str,
    options: list[str],
    chosen: dict[str, Any],
    checkpoint_folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(SHIPPED / "digits-vae-z2", checkpoint_folder / "mine")
    words = ["project", "mine", "--method", method, "--space", "original", "--n-components", "3"]
    assert main.main([*words, *options, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {"method": method, "space": "original", "n_components": 3, **chosen}.items() <= (
        answer.items()
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["project", "nobody"], "There is no checkpoint 'nobody'"),
        (["project", "../../etc"], "cannot be a name"),
        (["project", "digits-vae-z2", "--perplexity", "1000"], None),
        (["project", "digits-vae-z2", "--method", "tsne", "--perplexity", "500"], "perplexity"),
        (["project", "digits-vae-z2", "--method", "raw", "--axes", "0", "0"], "axes must be"),
        (["project", "digits-vae-z2", "--n-components", "4"], "n_components must be"),
        (["train"], "--dataset, --kind, --architecture, --z-dim missing"),
        (["train", "--recipe", "digits-vae-z2", "--z-dim", "0"], "z_dim must be a whole number"),
        (["cluster", "nobody"], "There is no checkpoint 'nobody'"),
        (["cluster", "digits-vae-z2", "--n-clusters", "0"], "n_clusters must be a whole number"),
        (["cluster", "digits-vae-z2", "--n-clusters", "600"], "at least n_clusters = 600"),
        (["cluster", "digits-vae-z2", "--noise", "nan"], "noise must be a number"),
        (["cluster", "digits-vae-z2", "--pca", "3"], "at most 2 components"),
        (["sweep", "digits-vae-z2", "--k-from", "5", "--k-to", "4"], "whole numbers from 1 up"),
        (["sweep", "digits-vae-z2", "--measures", "bic"], "can measure inertia"),
        (["sweep", "digits-vae-z2", "--method", "hdbscan"], "finds the number of clusters"),
        (["classify", "digits-vae-z2", "--method", "hdbscan"], "puts every point into a cluster"),
        (["score", "/nowhere.npz"], "There is no file /nowhere.npz"),
        (["tables", "E"], "The sources with tables are B, C and D. Received: 'E'"),
        pytest.param(
            *(["finish", "nobody"], "no unfinished training 'nobody'"), marks=pytest.mark.slow
        ),
    ],
)
def test_a_mistake_is_one_sentence(
    words: list[str], sentence: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main.main(words)
    said = capsys.readouterr().err
    if sentence is None:  # UMAP, the default, has no perplexity
        assert status == 0
        return
    assert status == 1
    assert sentence in said
    assert "Traceback" not in said


@pytest.fixture
def mine(checkpoint_folder: Path) -> Path:
    target = checkpoint_folder / "mine"
    shutil.copytree(SHIPPED / "digits-vae-z2", target)
    shutil.rmtree(target / "clusterings", ignore_errors=True)
    return target


def test_a_recipe_without_its_pictures_is_a_failure(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train, "RECIPES", {"mine": train.RECIPES["digits-vae-z2"]})
    monkeypatch.setattr(train, "FAMILY", {})
    assert main.main(["recipes"]) == 0  # all of it is there
    (mine / "codes.npz").write_bytes(b"damaged")
    assert main.main(["recipes"]) == 1
    assert "codes.npz" in capsys.readouterr().err


def test_cluster_prints_every_metric(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["cluster", "mine", "--method", "gmm", "--space", "latent", "--n-clusters", "10"]
    assert main.main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(metrics.NAMES) <= set(answer)
    assert answer["space"] == "latent"
    assert answer["silhouette_sample"] == 599
    assert answer["spec"]["method"] == "gmm"
    assert answer["bic"] > 0
    assert sum(answer["sizes"]) == 599
    found = read_npz(Path(answer["file"]), "labels")["labels"]
    codes = checkpoints.get("mine").codes()
    scores = metrics.score(found, codes.labels, codes.latent.z_mean)
    assert all(answer[name] == scores[name] for name in metrics.NAMES)
    assert main.main(words) == 0
    said = capsys.readouterr().out
    assert f"{answer['accuracy']:.4f}" in said
    assert "silhouette on 599 of them, seed 0" in said


def test_sweep_answers_in_json(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sweep", "mine", "--k-from", "2", "--k-to", "8", "--k-step", "2", "--n-init", "1"]
    assert main.main([*words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["k"] == [2, 4, 6, 8]
    assert answer["inertia"] == sorted(answer["inertia"], reverse=True)
    assert answer["suggestion"]["inertia"] in answer["k"]
    assert main.main(words) == 0
    assert "by rule of thumb" in capsys.readouterr().out


def test_classify_answers_in_json(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["classify", "mine", "--n-clusters", "50", "--n-init", "2", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert 0 < answer["train_error"] < 0.2
    wrong = sum(map(sum, answer["test_counts"])) - sum(
        row[i] for i, row in enumerate(answer["test_counts"])
    )
    assert answer["test_error"] == pytest.approx(wrong / 599)
    assert answer["spec"]["space"] == "original"
    assert answer["n_train"] == 1198


@pytest.mark.parametrize("with_points", [True, False])
def test_score_prints_every_score(
    with_points: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    truth, found = rng.integers(0, 4, 200), rng.integers(0, 5, 200)
    x = rng.normal(size=(200, 3))
    arrays = {"labels_true": truth, "labels_pred": found} | ({"x": x} if with_points else {})
    np.savez(tmp_path / "labels.npz", **arrays)
    assert main.main(["score", str(tmp_path / "labels.npz"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == list(metrics.NAMES)
    assert answer["ari"] == pytest.approx(sk.adjusted_rand_score(truth, found))
    assert answer["nmi"] == pytest.approx(sk.normalized_mutual_info_score(truth, found))
    if with_points:
        assert answer["silhouette"] == pytest.approx(sk.silhouette_score(x, found))
        assert answer["davies_bouldin"] == pytest.approx(sk.davies_bouldin_score(x, found))
    else:
        assert answer["silhouette"] is None


def test_tables_are_printed(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["tables", "B", "D", "--checkpoint", "mine", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [table["source"] for table in answer["tables"]] == ["B", "D"]
    assert len(answer["tables"][0]["rows"]) == 6
    assert main.main(["tables", "D", "--checkpoint", "mine"]) == 0
    said = capsys.readouterr().out
    assert "Source D: mine" in said
    assert "purity_macro" in said


def test_a_table_without_its_checkpoint_says_so(
    checkpoint_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["tables", "D"]) == 1
    said = capsys.readouterr()
    assert "There is no checkpoint 'mnist-ae-dense-z3'" in said.out
    assert "No table could be computed" in said.err


@pytest.mark.slow
def test_the_commands_need_neither_streamlit_nor_dask() -> None:
    code = (
        "import sys\n"
        "for name in ('streamlit', 'dask', 'distributed', 'plotly'): sys.modules[name] = None\n"
        "import explorer.runs.clusterings, explorer.runs.sweeps, explorer.runs.classifiers\n"
        "import explorer.reproduce.tables, explorer.cli.main\n"
        "assert not {'tensorflow', 'umap'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.slow
def test_a_data_set_that_is_absent_stops_before_the_training(
    checkpoint_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def offline(name: str) -> Path:
        raise catalog.absent(datasets.info(name))

    monkeypatch.setattr(catalog, "download", offline)
    assert main.main(["train", "--recipe", "mnist-ae-cnn-z2"]) == 1
    assert "EXPLORER_DATA" in capsys.readouterr().err
    assert list(checkpoint_folder.rglob("*.json")) == []
