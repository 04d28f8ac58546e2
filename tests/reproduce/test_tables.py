"""Tables of sources, computed from a checkpoint."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from sklearn.cluster import KMeans

from explorer import checkpoints
from explorer.core.errors import ExplorerError
from explorer.reproduce import tables
from explorer.reproduce.tables import RepresentationsRequest
from tests.mine import NAME, run

pytestmark = pytest.mark.usefixtures("mine")


def test_the_table_of_representations_has_a_row_for_each_space_and_noise() -> None:
    assert RepresentationsRequest(NAME, 0.3).find() is None
    table = tables.representations(NAME, 0.3)
    assert [(row["space"], row["noise"]) for row in table.rows] == [
        (space, noise) for noise in (0.0, 0.3) for space in ("original", "reconstructed", "latent")
    ]
    assert {row["found on"] for row in table.rows} == {"train"}
    spec = tables.representations_spec("latent").change(noise=0.3)
    scores = run(NAME, spec).scores
    assert table.rows[-1]["davies_bouldin"] == scores["davies_bouldin"]
    # What the source claims: codes are clustered better than pixels, by all three.
    original, _, latent = table.rows[:3]
    assert latent["davies_bouldin"] < original["davies_bouldin"]
    assert latent["silhouette"] > original["silhouette"]
    assert latent["calinski_harabasz"] > original["calinski_harabasz"]
    assert RepresentationsRequest(NAME, 0.3).find() == table
    json.dumps(asdict(table))


def test_the_tables_of_accuracy_and_purity() -> None:
    purities = tables.purities(NAME)
    assert [row["points"] for row in purities.rows] == ["original", "latent"]
    z = checkpoints.get(NAME).codes()
    labels = KMeans(10, n_init=10, random_state=0).fit(z.latent.z_mean).labels_
    expected = np.mean([
        np.bincount(z.labels[labels == c]).max() / (labels == c).sum() for c in range(10)
    ])  # fmt: skip
    assert purities.rows[1]["purity_macro"] == pytest.approx(expected)


def test_a_table_that_is_stopped_says_so() -> None:
    with pytest.raises(ExplorerError, match="stopped"):
        tables.purities(NAME, lambda progress: False)
