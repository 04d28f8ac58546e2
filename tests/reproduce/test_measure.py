"""The published figures measured here, as far as it needs neither images nor a training."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans

from explorer import checkpoints
from explorer.cli.main import _parser, main
from explorer.cli.train import train_spec
from explorer.clustering import default_spec
from explorer.core.errors import ExplorerError
from explorer.reproduce import measure as measuring
from explorer.reproduce.measure import SOURCES, measure
from explorer.reproduce.protocols import Clusters, How, Model, Starts
from explorer.reproduce.published import FIGURES, SOURCE_B
from explorer.training.presets import DEC
from tests.conftest import SHIPPED


@pytest.fixture(autouse=True)
def _copies(checkpoint_folder: Path) -> None:
    for name in ("mnist-ae-cnn-z2", "mnist-vae-cnn-z2", "mnist-ae-dense-z3", "mnist-vae-mlp-z10"):
        shutil.copytree(SHIPPED / name, checkpoint_folder / name)
        shutil.rmtree(checkpoint_folder / name / "clusterings", ignore_errors=True)


def test_every_figure_is_there_once_and_every_source_is_measured() -> None:
    names = [(each.source, each.figure, each.data, each.space, each.protocol) for each in FIGURES]
    assert len(set(names)) == len(names)
    assert SOURCES == ("A1", "A2", "A3", "B", "C", "D", "N2D", "DEC")
    assert {each.published for each in FIGURES if each.source == "B"} == {
        value for data in SOURCE_B.values() for space in data.values() for value in space
    }
    parser = _parser()
    for each in FIGURES:  # every command is one: the seeds of many starts are told as a range
        command = each.how.command().replace("0…35", "0")
        parser.parse_args(command.removeprefix("python -m explorer ").split())
        if trained := each.how.trained():
            words = trained.removeprefix("python -m explorer ").split()
            assert each.how.model.train is not None
            assert train_spec(vars(parser.parse_args(words))) == each.how.model.train


def test_the_ranges_of_the_codes() -> None:
    z = checkpoints.get("mnist-ae-cnn-z2").codes().latent.z_mean
    expected = [z[:, 0].min(), z[:, 0].max(), z[:, 1].min(), z[:, 1].max()]
    found = list(measure(("A1",)))
    assert [each.ours for each in found] == pytest.approx(expected)
    assert [each.beaten for each in found] == [None] * 4
    reach, *untrained = measure(("A2",), trains=False)
    assert reach.ours == pytest.approx(
        np.abs(checkpoints.get("mnist-vae-cnn-z2").codes().latent.z_mean).max()
    )
    assert reach.beaten
    assert [each.ours for each in untrained] == [None, None]
    assert all("python -m explorer train" in each.why for each in untrained)


def test_the_purity_of_codes_over_seeds_and_no_images_is_a_reason() -> None:
    pixels, codes = measure(("D",), seeds=(0, 1))
    assert (pixels.ours, pixels.beaten) == (None, None)
    assert "MNIST" in pixels.why
    test = checkpoints.get("mnist-ae-dense-z3").codes()
    values = []
    for seed in (0, 1):
        labels = KMeans(10, n_init=10, random_state=seed).fit(test.latent.z_mean).labels_
        values.append(
            np.mean([
                np.bincount(test.labels[labels == c]).max() / (labels == c).sum()
                for c in range(10)
            ])
        )  # fmt: skip
    assert codes.ours == pytest.approx(np.mean(values), abs=1e-3)
    assert codes.spread == pytest.approx(np.std(values, ddof=1), abs=1e-3)
    assert codes.beaten is True


def test_of_many_starts_the_one_of_the_lowest_inertia_is_told_and_all_are_spread() -> None:
    model = Model("mnist-ae-dense-z3")
    spec = default_spec("kmeans", n_init=1, n_clusters=12)
    inertias = Clusters(model, spec, "inertia").values(How((0, 1, 2)))
    purities = Clusters(model, spec, "purity_macro").values(How((0, 1, 2)))
    ours, spread = Starts(model, spec, "purity_macro", n=3).measured(How())
    assert ours == purities[int(np.argmin(inertias))]
    assert spread == pytest.approx(np.std(purities, ddof=1))
    assert Starts(model, spec, "inertia", n=3, kept=2).measured(How())[0] == inertias[2]


def test_what_is_trained_once_for_each_seed_has_names_and_commands_of_its_own() -> None:
    model = Model("mnist-dec-{seed}", DEC["mnist"])
    with pytest.raises(ExplorerError, match=r"mnist-dec-3, .*--seed 3 .*--name mnist-dec-3"):
        model.get(3, trains=False)


def test_another_source_is_one_sentence() -> None:
    with pytest.raises(ExplorerError, match=r"The sources are A1, .*Received: 'E'"):
        list(measure(("E",)))


def test_the_command_prints_json_and_writes_its_table_where_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "KEPT", tmp_path / "measured.json")
    file = tmp_path / "results.md"
    file.write_text(
        "# Ours\n\n<!-- reproduce A2 -->\nold\n<!-- end of reproduce A2 -->\n\nAfter.\n"
    )
    assert main(["reproduce", "A2", "A1", "--json", "--no-training", "--write", str(file)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 7
    assert measuring.kept() == sorted(rows, key=lambda row: row["source"])
    keys = {"source", "figure", "data", "space", "published", "ours", "spread", "beaten", "command"}
    assert all(keys <= row.keys() for row in rows)
    text = file.read_text()
    assert text.startswith("# Ours\n\n<!-- reproduce A2 -->")
    assert "old" not in text
    assert text.index("After.") < text.index("<!-- reproduce A1 -->")
    assert "| largest distance from 0 on an axis | mnist, latent | 4 | 3." in text
    assert "KL weight 4" in text
    # A note is told once, below the table, under the number that its rows have.
    row = next(line for line in text.splitlines() if "KL weight 0.1" in line)
    first = row.split(" | ")[5].split(", ")[0]
    (note,) = (line for line in text.splitlines() if line.startswith(f"{first}. "))
    assert text.count(note.removeprefix(f"{first}. ")) == 1
    assert main(["reproduce", "A2", "A1", "--json", "--no-training", "--write", str(file)]) == 0
    assert file.read_text() == text
