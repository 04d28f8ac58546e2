"""The real kinds of jobs, as `tests.fuzz.kills` asks for them."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints, jobs
from explorer.checkpoints import names
from explorer.clustering.spec import default_spec
from explorer.clustering.sweep import SweepSpec
from explorer.core.errors import ExplorerError
from explorer.jobs import Job
from explorer.models.spec import ModelSpec
from explorer.projection import METHODS, ProjectionSpec
from explorer.runs.classifiers import ClassifierRequest
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.runs.request import Request
from explorer.runs.sweeps import SweepRequest
from explorer.training import beta_grid, queue, run_store, snapshots
from explorer.training.spec import TrainSpec
from tests.checkpoints.test_foreign import _foreign

SHIPPED = Path(__file__).parents[2] / "checkpoints" / "digits-vae-z2"
PATIENCE = 240.0  # seconds
_EPOCHS = 12
_SPEC = TrainSpec("digits", ModelSpec("vae", "mlp", (8, 8, 1), 3, (16,)), _EPOCHS, batch_size=32)
_ROUGH = replace(_SPEC, epochs=3)


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes:
        begin: Asks for it, in the app.
        again: Asks for it again after a kill; the job, or None if nothing is left to do.
        file: A file or folder that is there when its result is.
        result: What there is of it, comparable; None: nothing.
    """

    begin: Callable[[], Job]
    again: Callable[[], Job | None]
    file: Callable[[], Path]
    result: Callable[[], Any]


def _of(request: Request[Any], folder: str, arrays: Callable[[Any], Any]) -> Kind:
    def result() -> Any:
        found = request.find()
        return None if found is None else _hashed(arrays(found))

    def file() -> Path:
        return checkpoints.root() / request.checkpoint / folder / f"{request.key}.npz"

    return Kind(request.submit, request.submit, file, result)


def _hashed(arrays: Any) -> str:
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()


def _train() -> Job:
    return queue.start(_SPEC, "new", with_projections=False)


def _keep() -> Job:
    """Make a checkpoint of a training that was stopped: the job `finish_job`."""
    if not names.is_taken("new"):
        stopped = queue.start(replace(_SPEC, epochs=10_000), "new")
        jobs.wait(stopped.id, PATIENCE, lambda job: bool(_epochs("new")))
        jobs.stop(stopped.id)
        jobs.wait(stopped.id, PATIENCE)
    return queue.keep("new")


def _on(name: str, go_on: Callable[[str], Job]) -> Job | None:
    """Go on with a training that left something."""
    left = [item.name for item in run_store.list_unfinished()]
    return go_on(name) if name in left else None


def _epochs(name: str) -> list[int]:
    try:
        return [int(row["epoch"]) for row in run_store.read(name).rows]
    except ExplorerError:
        return []


def _trained(name: str) -> Any:
    """Return the epochs of a checkpoint's losses and whether its film has the last one."""
    if not (checkpoints.root() / name).exists():
        return None
    checkpoint = checkpoints.get(name)
    epochs = checkpoint.history()["epoch"].astype(int).tolist()
    return len(checkpoint.codes().labels), epochs, snapshots.epochs(checkpoint.snapshots)


def _of_epochs(kept: bool) -> Any:
    found = _trained("new")
    if found is None:
        return None
    n, epochs, film = found
    whole = epochs == list(range(1, len(epochs) + 1)) and film[-1:] == epochs[-1:]
    return n, whole, kept or len(epochs)


def _grid() -> Job:
    beta_grid.start("grid", _ROUGH, [0.01, 4.0], [3])
    job = queue.get("grid-z3-b0.01").job
    assert job is not None
    return job


def _grid_again() -> Job | None:
    """Resume what is not done of a grid; return the last job."""
    last = None
    for training in queue.list_trainings():
        if training.unfinished is not None and not training.active:
            last = queue.resume(training.name)
        elif training.active and training.job is not None:
            last = training.job
    return last


def _grid_result() -> Any:
    grids = beta_grid.list_grids()
    states = [cell.state for grid in grids for cell in beta_grid.cells(grid)]
    return states if states == ["done", "done"] else None


def _checkpoint(name: str) -> Callable[[], Path]:
    return lambda: checkpoints.root() / name


_GMM = default_spec("gmm", n_clusters=10, n_init=100)
_SWEPT = default_spec("gmm", n_init=10)
KINDS: dict[str, Kind] = {
    "projection": _of(
        ProjectionRequest("mine", ProjectionSpec(METHODS["tsne"](perplexity=29.0))),
        "projections",
        lambda found: (found.embedding, found.indices),
    ),
    "clustering": _of(
        ClusteringRequest("mine", _GMM),
        "clusterings",
        lambda run: (run.clustering.labels, run.distances),
    ),
    "foreign decoder": _of(
        ClusteringRequest("theirs", default_spec("gmm", n_clusters=10, space="reconstructed")),
        "clusterings",
        lambda run: (run.clustering.labels,),
    ),
    "sweep": _of(
        SweepRequest("mine", SweepSpec(_SWEPT, tuple(range(2, 16)), ("bic",))),
        "clusterings",
        lambda found: (found.table,),
    ),
    "classifier": _of(
        ClassifierRequest("mine", default_spec("kmeans", n_clusters=60, n_init=300)),
        "clusterings",
        lambda run: (run.train_counts, run.test_counts, run.offender_images),
    ),
    "training": Kind(
        _train,
        lambda: _on("new", queue.resume),
        _checkpoint("new"),
        lambda: _of_epochs(False),
    ),
    "keep a stopped training": Kind(
        _keep, lambda: _on("new", queue.keep), _checkpoint("new"), lambda: _of_epochs(True)
    ),
    "grid of trainings": Kind(_grid, _grid_again, _checkpoint("grid-z3-b0.01"), _grid_result),
}


def until(what: Callable[[], Any]) -> bool:
    """Wait until something is so; return whether it came to be."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def folders() -> Iterator[Path]:
    """Folders of checkpoints and jobs, with two checkpoints, one's decoder somebody else's."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        path = Path(name)
        os.environ |= {
            "EXPLORER_CHECKPOINTS": str(path / "checkpoints"),
            "EXPLORER_JOBS": str(path / "jobs"),
            "EXPLORER_CACHE": str(path / "cache"),
            "EXPLORER_DATA": "",
        }
        for own in ("mine", "theirs"):
            shutil.copytree(SHIPPED, path / "checkpoints" / own)
        _foreign(path / "checkpoints" / "theirs" / "decoder.onnx")
        yield path
