"""A result whose disk fills up at any of its writes, and two processes that compute the same."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from explorer.clustering import default_spec
from explorer.clustering.sweep import SweepSpec
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.projection import ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs.classifiers import ClassifierRequest
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.runs.request import Request
from explorer.runs.sweeps import SweepRequest

KMEANS = default_spec("kmeans", n_clusters=3)
REQUESTS = {
    "projection": ProjectionRequest("mine", ProjectionSpec(PCA())),
    "clustering": ClusteringRequest("mine", KMEANS),
    "sweep": SweepRequest("mine", SweepSpec(KMEANS, (2, 3))),
    "classifier": ClassifierRequest("mine", default_spec("kmeans", n_clusters=20)),
}


class _Disk:
    """Refuses one of the writes, as a disk does that is full or read-only."""

    def __init__(self, refused: int, number: int) -> None:
        self.refused, self.number, self.writes = refused, number, 0
        self._path = storage.atomic_path

    def atomic_path(self, path: Path) -> Any:
        self.writes += 1
        if self.writes == self.refused:
            raise OSError(self.number, os.strerror(self.number))
        return self._path(path)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[..., _Disk]:
    def make(refused: int, number: int = errno.ENOSPC) -> _Disk:
        disk = _Disk(refused, number)
        monkeypatch.setattr(storage, "atomic_path", disk.atomic_path)
        return disk

    return make


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("kind", REQUESTS)
def test_a_disk_that_is_full_at_any_write_is_a_sentence_and_the_next_try_is_whole(
    mine: Path, full: Callable[..., _Disk], kind: str, number: int
) -> None:
    request: Request[Any] = REQUESTS[kind]
    for folder in (mine / "projections", mine / "clusterings"):
        storage.remove_folder(folder)
    before = _files(mine)
    writes = full(0)
    request.get()
    for refused in range(1, writes.writes + 1):
        for name in _files(mine) - before:
            (mine / name).unlink()
        disk = full(refused, number)
        with pytest.raises(ExplorerError, match=r"could not be kept in the folder of mine"):
            request.get()
        assert disk.writes == refused
        assert not [name for name in _files(mine) if ".writing" in name]
        assert request.find() is None  # half of it is nothing
        full(0)
        assert request.get() is not None
        assert request.find() is not None
    assert writes.writes >= 1


def test_two_processes_that_compute_the_same_leave_one_whole_result(mine: Path) -> None:
    code = (
        "from explorer.clustering import default_spec\n"
        "from explorer.runs.clusterings import ClusteringRequest\n"
        "request = ClusteringRequest('mine', default_spec('kmeans', n_clusters=4))\n"
        "for _ in range(5): request.keep(request.compute())\n"
    )
    options: dict[str, Any] = {"cwd": Path(__file__).parents[2], "stderr": subprocess.PIPE}
    both = [subprocess.Popen([sys.executable, "-c", code], **options) for _ in range(2)]
    request = ClusteringRequest("mine", default_spec("kmeans", n_clusters=4))
    found = []
    while any(process.poll() is None for process in both):
        found.append(request.find())  # whole or absent at any moment
    assert [process.communicate()[1] for process in both] == [b"", b""]
    whole = request.find()
    assert whole is not None
    seen = [run for run in found if run is not None]
    assert all((run.clustering.labels == whole.clustering.labels).all() for run in seen)
