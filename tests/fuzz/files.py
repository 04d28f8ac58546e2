"""Folders in which somebody has changed a file, and all that reads them."""

import hashlib
import json
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from explorer import checkpoints, jobs
from explorer.checkpoints import Checkpoint, spaces
from explorer.clustering.spec import default_spec
from explorer.clustering.sweep import SweepSpec
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.jobs import workers
from explorer.models.spec import ModelSpec
from explorer.projection import ProjectionSpec
from explorer.runs import large, projections
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.runs.sweeps import SweepRequest
from explorer.training import beta_grid, queue, run_store, snapshots
from explorer.training.spec import TrainSpec
from tests.fuzz import values

SHIPPED = Path(__file__).parents[2] / "checkpoints" / "digits-vae-z2"
KMEANS = default_spec("kmeans", n_clusters=10)
SWEEP = SweepSpec(KMEANS, (2, 3, 4))
KINDS = (
    *("job.json", ".partial", ".sweeps", "config.json", "codes.npz", "projections", "clusterings"),
    *("onnx", "parquet"),
)
# Where a whole one lies.
_PLACES = {
    "job.json": "jobs/good",
    ".partial": "checkpoints/.partial/good",
    ".sweeps": "checkpoints/.sweeps",
    "parquet": "codes/good",
}
_CHUNK = 300
_PATIENCE = 60  # seconds that one case may take


class Base:
    """Folders of checkpoints and jobs: `good` is whole and stays so, `mine` is changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.jobs = path / "jobs"
        self.surroundings = {
            "EXPLORER_CHECKPOINTS": str(self.checkpoints),
            "EXPLORER_JOBS": str(self.jobs),
            "EXPLORER_CACHE": str(path / "cache"),
        }
        os.environ |= self.surroundings
        (path / "outside").mkdir()
        (path / "outside" / "secret.json").write_text('{"secret": "SECRET-OF-THE-HOST"}')
        (path / "outside" / "folder").mkdir()
        good = self.checkpoints / "good"
        shutil.copytree(SHIPPED, good)
        ClusteringRequest("good", KMEANS).get()
        SweepRequest("good", SWEEP).get()
        self._training("good")
        self._job("good")
        self._kept = path / "kept"
        for part in ("checkpoints/good", "checkpoints/.partial/good", "jobs/good"):
            shutil.copytree(path / part, self._kept / part)
        grid = {"name": "mine", "trainings": ["good", "mine", "gone"], "created": "2026"}
        storage.write_json(self._kept / _PLACES[".sweeps"] / "mine.json", grid)
        self._codes(self._kept / _PLACES["parquet"])
        self.outside = self._outside()

    def _training(self, name: str) -> None:
        spec = TrainSpec("digits", ModelSpec("vae", "mlp", (8, 8, 1), 2, (32,)), 3)
        run_store.create(name, spec)
        folder = run_store.folder(name)
        storage.write_json(folder / "device.json", {"backend": "jax", "device": "CPU"})
        row = {"epoch": 1.0, "total_loss": 5.0, "val_total_loss": 5.0}
        facts = {"history": [row], "seconds": 1.0, "facts": {"images_per_second": 5.0}}
        np.savez(folder / "state.npz", facts=np.array(json.dumps(facts)), variable_0=np.zeros(3))
        strip = np.zeros((8, 8 * 10, 1), np.uint8)
        np.savez(folder / "1.npz", strip=strip, points=np.zeros((50, 2), np.float32))
        (folder / "frames").mkdir()
        shutil.move(folder / "1.npz", folder / "frames" / "1.npz")

    def _job(self, name: str) -> None:
        content = {
            **{"name": f"training/{name}", "slot": "training", "owner": "me", "spec": None},
            **{"state": "failed", "fraction": 0.5, "message": "Waiting", "created": 1.0},
            **{"updated": 2.0, "remote": False, "attempts": 1, "error": "It failed.", "round": 0},
            **{"submitter": workers.this_process(), "started": 1.5, "ended": 2.0, "result": None},
        }
        storage.write_json(self.jobs / name / "job.json", content)

    def _codes(self, folder: Path) -> None:
        """Write codes as `encode` does."""
        about = {"checkpoint": "good", "images": "i.npy", "labels": None, "n": 599, "z_dim": 2}
        storage.write_json(folder / "about.json", about | {"chunk": _CHUNK})
        test = checkpoints.get("good").codes()
        for start in (0, _CHUNK):
            rows = slice(start, start + _CHUNK)
            z = test.latent.z_mean[rows]
            columns = {"z0": z[:, 0], "z1": z[:, 1], "label": test.labels[rows]}
            parquet.write_table(pa.table(columns), large._codes_file(folder, start))

    def restore(self, kind: str) -> Path:
        """Make `mine` anew; return what is to be changed."""
        mine = self._mine(kind)
        values._gone(mine)
        kept = self._kept / _PLACES.get(kind, "checkpoints/good")
        shutil.copytree(kept, mine, symlinks=True)
        return mine

    def _mine(self, kind: str) -> Path:
        place = self.path / _PLACES.get(kind, "checkpoints/good")
        return place if kind == ".sweeps" else place.with_name("mine")

    def forget(self) -> None:
        """Take `mine` away, of all kinds."""
        for kind in KINDS:
            values._gone(self._mine(kind))

    def _outside(self) -> dict[str, str]:
        """Return all that lies beside the folders, and the whole neighbours in them."""
        found = {}
        for folder in (self.path / "outside", self.checkpoints / "good", self.jobs / "good"):
            for path in sorted(folder.rglob("*")):
                content = path.read_bytes() if path.is_file() else b""
                about = f"{path.lstat().st_mtime_ns} {hashlib.sha256(content).hexdigest()}"
                found[str(path.relative_to(self.path))] = about if path.is_file() else "folder"
        found |= {entry.name: "" for entry in self.path.iterdir()}
        return found

    def accept(self) -> None:
        """Take the folders as they are now for what they were."""
        self.outside = self._outside()

    def disturbed(self) -> list[str]:
        """Return what is no longer as it was outside of `mine`."""
        now = self._outside()
        names = now.keys() | self.outside.keys()
        wrong = {name for name in names if now.get(name) != self.outside.get(name)}
        return sorted(wrong - {"cache", "home", "codes"})


@dataclass(frozen=True)
class Finding:
    """What must not be."""

    kind: str
    number: int
    what: str


def change(base: Base, kind: str, dice: random.Random) -> None:
    """Change one file of one kind."""
    mine = base.restore(kind)
    if kind in ("job.json", "config.json"):
        values.damage_json(mine / kind, dice)
    elif kind == ".partial":
        which = dice.choice(("spec.json", "device.json", "state.npz", "frames", "frames/1.npz", ""))
        if not which or which == "frames":
            values.damage_folder(mine / which, dice)
        elif which.endswith("json"):
            values.damage_json(mine / which, dice)
        else:
            values.damage_npz(mine / which, dice)
    elif kind == ".sweeps":
        if dice.random() < 0.1:
            values.damage_folder(mine, dice)
        else:
            values.damage_json(mine / "mine.json", dice)
    elif kind == "parquet":
        if dice.random() < 0.5:
            values.damage_json(mine / "about.json", dice)
        else:
            values.damage(large._codes_file(mine, dice.choice((0, _CHUNK))), dice)
    elif kind == "codes.npz":
        values.damage_npz(mine / kind, dice)
    elif kind == "onnx":
        values.damage(mine / dice.choice(("decoder.onnx", "encoder.onnx", "history.csv")), dice)
    elif dice.random() < 0.1:
        values.damage_folder(mine / kind, dice)
    else:
        path = dice.choice(sorted((mine / kind).glob("*.*")))
        (values.damage_json if path.suffix == ".json" else values.damage_npz)(path, dice)


def _checkpoint_readers() -> Iterator[Callable[[], Any]]:
    yield checkpoints.list_checkpoints

    def mine() -> Checkpoint:
        return checkpoints.get("mine")

    yield lambda: asdict(mine())
    yield lambda: spaces.describe(mine())
    yield lambda: mine().history().describe()
    yield lambda: mine().decoder().decode(np.zeros((2, 2)))
    yield lambda: mine().encoder().encode(np.zeros((2, 8, 8, 1)))
    for spec in projections.shipped(2):
        yield lambda spec=spec: ProjectionRequest("mine", spec).find()
    yield lambda: ProjectionRequest("mine", ProjectionSpec()).find()
    yield lambda: _whole(ClusteringRequest("mine", KMEANS).find())
    yield lambda: _whole(SweepRequest("mine", SWEEP).find())


def _whole(run: Any) -> Any:
    """Ask for what pages show of a result."""
    if isinstance(run, type(None)):
        return None
    request = ClusteringRequest if hasattr(run, "clustering") else SweepRequest
    return json.dumps(request("mine", run.spec).summary(run))


def _job_readers() -> Iterator[Callable[[], Any]]:
    yield jobs.damaged
    yield queue.list_trainings
    yield lambda: jobs.stop("mine")
    yield lambda: jobs.partial("mine")
    yield lambda: [jobs.ahead(job) for job in jobs.list_jobs()]
    yield lambda: jobs.discard("mine")


def _training_readers() -> Iterator[Callable[[], Any]]:
    yield queue.list_trainings
    yield lambda: [
        (item.history().describe(), item.images_per_second) for item in run_store.list_unfinished()
    ]
    yield lambda: snapshots.read_all(run_store.folder("mine") / "frames")
    yield lambda: snapshots.last_points(run_store.folder("mine") / "frames")
    yield lambda: run_store.read_spec("mine").command
    yield lambda: queue.discard("mine")


def _grid_readers() -> Iterator[Callable[[], Any]]:
    def told() -> None:
        for grid in beta_grid.list_grids():
            for cell in beta_grid.cells(grid):
                beta_grid.last_snapshot(cell)

    yield told
    yield lambda: beta_grid._file("mine")  # where one would be written


def _codes_readers(base: Base) -> Iterator[Callable[[], Any]]:
    folder = base.path / "codes" / "mine"
    yield lambda: large._sample(folder, large.read_about(folder), 100, 0)


def readers(kind: str, base: Base) -> Iterator[Callable[[], Any]]:
    """Return all that reads files of a kind."""
    known = {"job.json": _job_readers, ".partial": _training_readers, ".sweeps": _grid_readers}
    if kind == "parquet":
        return _codes_readers(base)
    return known.get(kind, _checkpoint_readers)()


def run(base: Base, kind: str, number: int, seed: int) -> list[Finding]:
    """Change a file, read it by every reader; return what must not be."""
    dice = random.Random(f"{seed} {kind} {number}")
    change(base, kind, dice)
    told = []
    for read in readers(kind, base):
        try:
            with _in_time():
                read()
        except ExplorerError as error:
            sentence = str(error)
            if "SECRET-OF-THE-HOST" in sentence or not 10 < len(sentence) < 2000:
                told.append(f"no sentence: {sentence[:300]}")
        except BaseException as error:
            told.append(f"{type(error).__name__}: {str(error)[:200]} in {_place(error)}")
    told += [f"changed: {name}" for name in base.disturbed()]
    names = [item.name for item in checkpoints.list_checkpoints() if isinstance(item, Checkpoint)]
    trainings = [item.name for item in run_store.list_unfinished()]
    if "good" not in names or "good" not in trainings or jobs.get("good").state != "failed":
        told.append("the whole neighbours are not listed")
    return [Finding(kind, number, what) for what in dict.fromkeys(told)]


@contextmanager
def _in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise _Late("it took too long")

    former = signal.signal(signal.SIGALRM, late)
    signal.alarm(_PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "explorer" in code.co_filename and "tests" not in code.co_filename:
            place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class _Late(BaseException):
    """No reader may catch it."""
