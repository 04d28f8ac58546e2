"""Data sets in chunks on disk: the same as in memory, by one process or two, one of them killed."""

import os
from pathlib import Path

import numpy as np
import psutil
import pytest

from explorer import checkpoints, clustering, datasets
from explorer.clustering.spec import default_spec
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress
from explorer.runs import large
from explorer.runs.large import Where

pytestmark = pytest.mark.slow


@pytest.fixture
def images(mine: Path, tmp_path: Path) -> Path:
    data = datasets.load("digits", "test")
    np.save(tmp_path / "images.npy", data.images)
    np.save(tmp_path / "labels.npy", data.labels)
    return tmp_path / "images.npy"


def _codes(folder: Path, n: int, chunk: int) -> np.ndarray:
    return np.concatenate([large.read_codes(folder, start)[0] for start in range(0, n, chunk)])


def test_two_workers_one_killed_do_what_is_done_in_memory(images: Path, tmp_path: Path) -> None:
    folder, chunk = tmp_path / "codes", 50
    killed = []

    def kill_one(progress: Progress) -> bool:
        if progress.fraction > 0 and not killed:
            workers = [p for p in psutil.Process().children() if "spawn_main" in str(p.cmdline())]
            assert len(workers) >= 2
            workers[-1].kill()
            killed.append(workers[-1].pid)
        return True

    labels = tmp_path / "labels.npy"
    environment = dict(os.environ)
    about = large.encode("mine", images, folder, labels, chunk, Where(2), kill_one)
    assert killed
    assert dict(os.environ) == environment
    checkpoint = checkpoints.get("mine")
    test = checkpoint.codes()
    n = len(test.labels)
    assert about["n"] == n
    z = _codes(folder, n, chunk)
    np.testing.assert_allclose(z, test.latent.z_mean, atol=1e-5)

    spec = default_spec("gmm", n_clusters=10)
    answer = large.cluster(folder, spec, where=Where(2))
    here = clustering.fit(z, spec).clustering
    assert answer["fitted_on"] == answer["n"] == n
    assert answer["sizes"] == here.sizes.tolist()
    scores = clustering.metrics.score(here.labels, test.labels, z)
    assert answer["accuracy"] == scores["accuracy"]

    # What is there is not encoded again; a sample stands for codes that are too many.
    images.rename(tmp_path / "elsewhere.npy")
    np.save(images, np.zeros((n, 8, 8, 1), np.float32))
    with pytest.raises(ExplorerError, match="holds other codes"):
        large.encode("mine", images, folder, None, chunk, Where(1))
    large.encode("mine", images, folder, labels, chunk, Where(1))
    np.testing.assert_array_equal(_codes(folder, n, chunk), z)
    sampled = large.cluster(folder, default_spec("minibatch", n_clusters=5), 100, Where(1))
    assert sampled["fitted_on"] == 100
    assert sum(sampled["sizes"]) == n
    storage.write_json(folder / "about.json", large.read_about(folder) | {"chunk": 60})
    with pytest.raises(ExplorerError, match=r"does not fit about\.json"):
        large.cluster(folder, default_spec("minibatch"), 100, Where(1))


def test_what_does_not_fit_is_told_in_a_sentence(images: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "wide.npy", np.zeros((4, 9, 9), np.uint8))
    with pytest.raises(ExplorerError, match="takes images of shape"):
        large.encode("mine", tmp_path / "wide.npy", tmp_path / "codes")
    with pytest.raises(ExplorerError, match="one label for each image"):
        large.encode("mine", images, tmp_path / "codes", tmp_path / "wide.npy")
    with pytest.raises(ExplorerError, match=r"not a readable \.npy"):
        large.encode("mine", tmp_path / "absent.npy", tmp_path / "codes")


@pytest.mark.parametrize("about", [[], {}, {"checkpoint": "a", "n": "5", "chunk": 1, "z_dim": 2}])
def test_codes_that_are_damaged_are_told_in_a_sentence(about: object, tmp_path: Path) -> None:
    storage.write_json(tmp_path / "about.json", about)
    with pytest.raises(ExplorerError, match=r"about\.json is damaged"):
        large.cluster(tmp_path, default_spec("minibatch"))
    (tmp_path / "codes-000000000000.parquet").write_bytes(b"PAR1")
    os.mkfifo(tmp_path / "codes-000000000001.parquet")
    for start in range(3):
        with pytest.raises(ExplorerError, match="encode these images again"):
            large.read_codes(tmp_path, start)
