"""The published figures measured here, as far as it needs neither images nor a training."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans

from explorer import checkpoints
from explorer.cli.main import main
from explorer.core.errors import ExplorerError
from explorer.reproduce.measure import SOURCES, measure, trainings
from explorer.reproduce.published import FIGURES, SOURCE_B
from tests.conftest import SHIPPED


@pytest.fixture(autouse=True)
def _copies(checkpoint_folder: Path) -> None:
    for name in ("mnist-ae-cnn-z2", "mnist-vae-cnn-z2", "mnist-ae-dense-z3", "mnist-vae-mlp-z10"):
        shutil.copytree(SHIPPED / name, checkpoint_folder / name)
        shutil.rmtree(checkpoint_folder / name / "clusterings", ignore_errors=True)


def test_every_figure_is_there_once_and_every_source_is_measured() -> None:
    names = [(each.source, each.figure, each.data, each.space) for each in FIGURES]
    assert len(set(names)) == len(names)
    assert SOURCES == ("A1", "A2", "A3", "B", "C", "D", "N2D", "DEC")
    assert sum(each.source == "B" for each in FIGURES) == 18
    assert {each.published for each in FIGURES if each.source == "B"} == {
        value for data in SOURCE_B.values() for space in data.values() for value in space
    }
    assert set(trainings()) == {"mnist-a3", "mnist-n2d", "fashion-n2d"}


def test_the_ranges_of_the_codes() -> None:
    z = checkpoints.get("mnist-ae-cnn-z2").codes().latent.z_mean
    expected = [z[:, 0].min(), z[:, 0].max(), z[:, 1].min(), z[:, 1].max()]
    found = list(measure(("A1",)))
    assert [each.ours for each in found] == pytest.approx(expected)
    assert [each.beaten for each in found] == [None] * 4
    (reach,) = measure(("A2",))
    assert reach.ours == pytest.approx(
        np.abs(checkpoints.get("mnist-vae-cnn-z2").codes().latent.z_mean).max()
    )
    assert reach.beaten


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


def test_another_source_is_one_sentence() -> None:
    with pytest.raises(ExplorerError, match=r"The sources are A1, .*Received: 'E'"):
        list(measure(("E",)))


def test_the_command_prints_json_and_writes_its_table_where_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.md"
    file.write_text(
        "# Ours\n\n<!-- reproduce A2 -->\nold\n<!-- end of reproduce A2 -->\n\nAfter.\n"
    )
    assert main(["reproduce", "A2", "A1", "--json", "--write", str(file)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 5
    keys = {"source", "figure", "data", "space", "published", "ours", "spread", "beaten", "command"}
    assert all(keys <= row.keys() for row in rows)
    text = file.read_text()
    assert text.startswith("# Ours\n\n<!-- reproduce A2 -->")
    assert "old" not in text
    assert text.index("After.") < text.index("<!-- reproduce A1 -->")
    assert "| largest distance from 0 on an axis | mnist, latent | 4 | 3." in text
    assert main(["reproduce", "A2", "A1", "--json", "--write", str(file)]) == 0
    assert file.read_text() == text
