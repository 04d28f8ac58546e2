"""Trainings as jobs: what is kept when they are stopped or killed, and what is refused."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from explorer import checkpoints, datasets, jobs
from explorer.core.errors import ExplorerError
from explorer.datasets import catalog, sources
from explorer.models.spec import ModelSpec
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest
from explorer.training import backend, beta_grid, cost, queue, run_store, snapshots
from explorer.training.presets import PRESETS
from explorer.training.queue import TrainingJob
from explorer.training.spec import TrainSpec

_FOR_LONG = 10_000  # epochs
_PATIENCE = 600.0  # seconds; a machine with nothing else to do needs a tenth of it


@pytest.fixture(scope="module", autouse=True)
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One set of workers and of folders for all tests: each has trainings of its own name."""
    folder = tmp_path_factory.mktemp("training")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DASK_SCHEDULER_ADDRESS", raising=False)
        patch.delenv("EXPLORER_READ_ONLY", raising=False)
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder / "checkpoints"))
        patch.setenv("EXPLORER_JOBS", str(folder / "jobs"))
        yield folder
        for job in jobs.list_jobs():
            jobs.stop(job.id)
        jobs.shut_down()


def _spec(epochs: int = 2, **options: object) -> TrainSpec:
    model = ModelSpec("vae", "mlp", (8, 8, 1), 3, (16,))
    return TrainSpec("digits", model, **{"epochs": epochs, "batch_size": 64, **options})  # type: ignore[arg-type]


def _until(name: str, what: Callable[[TrainingJob], bool]) -> TrainingJob:
    deadline = time.monotonic() + _PATIENCE
    while not what(training := queue.get(name)):
        assert time.monotonic() < deadline, training
    return training


def _ended(name: str) -> TrainingJob:
    return _until(name, lambda training: not training.active)


def _trains(name: str, epochs: int = 1) -> TrainingJob:
    def enough(training: TrainingJob) -> bool:
        assert training.active, training.job
        left = training.unfinished
        return training.state == "running" and left is not None and left.epochs >= epochs

    return _until(name, enough)


# The life of a training


def test_a_training_becomes_a_checkpoint_with_its_film_and_its_maps() -> None:
    job = queue.start(_spec(3), "whole", "me")
    assert (job.name, job.slot, job.owner) == ("training/whole", "training", "me")
    assert queue.get("whole").unfinished == run_store.read("whole")
    training = _ended("whole")
    assert (training.state, training.unfinished) == ("done", None)
    checkpoint = checkpoints.get("whole")
    assert checkpoint.history()["epoch"].tolist() == [1, 2, 3]
    kept = snapshots.read_all(checkpoint.path / "frames")
    assert kept is not None
    assert [item.epoch for item in kept.items] == [1, 2, 3]
    assert kept.originals.shape == kept.items[0].reconstructions.shape == (10, 8, 8, 1)
    assert kept.items[0].points.shape == (599, 2)
    np.testing.assert_array_equal(kept.labels, checkpoint.codes().labels)
    # The last picture is of the finished model: PCA of its codes, but for turns and reflections.
    z = checkpoint.codes().latent.z_mean
    shown = kept.items[-1].points
    expected = np.linalg.svd(z - z.mean(axis=0), compute_uv=False)[:2]
    np.testing.assert_allclose(np.linalg.svd(shown, compute_uv=False), expected, rtol=1e-3)
    for spec in projections.shipped(2):
        job = jobs.find(ProjectionRequest("whole", spec).job_name)
        assert job is not None
        assert jobs.wait(job.id, _PATIENCE).state == "done"
        assert ProjectionRequest("whole", spec).find() is not None


def test_a_stopped_training_keeps_its_whole_epochs() -> None:
    queue.start(_spec(_FOR_LONG), "stopped")
    _trains("stopped")
    queue.stop("stopped")
    training = _ended("stopped")
    assert training.state == "stopped"
    assert training.unfinished is not None
    reached = training.unfinished.epochs
    assert training.unfinished.history()["epoch"].tolist() == list(range(1, reached + 1))
    assert training.unfinished.device["backend"].startswith("tensorflow")
    assert training.unfinished.images_per_second > 0

    queue.resume("stopped")
    with pytest.raises(ExplorerError, match="being trained already"):
        queue.resume("stopped")
    with pytest.raises(ExplorerError, match="stop it"):
        queue.discard("stopped")
    _trains("stopped", reached + 1)
    queue.stop("stopped")
    assert _ended("stopped").state == "stopped"
    queue.keep("stopped")
    assert _ended("stopped").state == "done"
    history = checkpoints.get("stopped").history()
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))
    assert len(history) > reached


def test_a_training_stopped_before_it_began_can_be_begun_or_discarded() -> None:
    queue.start(_spec(_FOR_LONG), "first")
    queue.start(_spec(1), "second")
    assert queue.get("second").state == "queued"
    queue.stop("second")
    assert _ended("second").state == "interrupted"
    with pytest.raises(ExplorerError, match="whole epoch yet"):
        queue.keep("second")
    queue.discard("second")
    with pytest.raises(ExplorerError, match="no training 'second'"):
        queue.get("second")
    assert not run_store.is_taken("second")
    _trains("first")
    queue.stop("first")
    _ended("first")
    queue.discard("first")
    assert not run_store.folder("first").exists()


def test_a_killed_worker_is_noticed_and_the_training_resumed_without_a_gap() -> None:
    queue.start(_spec(30, batch_size=32), "killed")
    job = _trains("killed").job
    assert job is not None
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    killed = time.monotonic()
    training = _until("killed", lambda training: training.state == "interrupted")
    assert time.monotonic() - killed < 10
    assert training.job is not None
    assert "killed, or out of memory" in training.job.error
    reached = training.unfinished.epochs if training.unfinished else 0
    assert 1 <= reached < 30
    assert not run_store.is_locked("killed")
    queue.resume("killed")
    assert _ended("killed").state == "done"
    assert checkpoints.get("killed").history()["epoch"].tolist() == list(range(1, 31))
    assert snapshots.epochs(checkpoints.get("killed").path / "frames")[-1] == 30


def test_a_checkpoint_is_trained_further_from_its_weights() -> None:
    queue.start(_spec(12), "base")
    _ended("base")
    further = _spec(1, start="base", learning_rate=1e-6)
    with pytest.raises(ExplorerError, match="cannot be the start"):
        queue.start(replace(further, model=replace(further.model, z_dim=4, beta=1.0)), "further")
    queue.start(further, "further")
    assert _ended("further").state == "done"
    before, after = checkpoints.get("base"), checkpoints.get("further")
    assert after.metrics["test_total_loss"] == pytest.approx(
        before.metrics["test_total_loss"], rel=0.02
    )
    assert after.training["start"] == "base"
    assert "--start base" in after.training["command"]


def test_a_grid_is_trained_in_the_queue_and_told_in_a_table() -> None:
    grid = beta_grid.start("grid", _spec(2), [4.0, 0.01], [2, 3])
    assert grid.trainings == ("grid-z2-b0.01", "grid-z2-b4", "grid-z3-b0.01", "grid-z3-b4")
    assert beta_grid.list_grids() == [grid]
    with pytest.raises(ExplorerError, match="already"):
        beta_grid.start("grid", _spec(2), [1.0], [2])
    for name in grid.trainings:
        assert _ended(name).state == "done"
    cells = beta_grid.cells(grid)
    assert [(cell.state, cell.epochs) for cell in cells] == [("done", 2)] * 4
    weak, strong = cells[2], cells[3]
    assert weak.losses["kl_loss"] > strong.losses["kl_loss"]
    assert weak.spread is not None
    assert strong.spread is not None
    assert weak.spread > strong.spread
    assert weak.active_dimensions is not None
    assert 0 <= weak.active_dimensions <= 3
    assert weak.knn_accuracy is not None
    # Against scikit-learn, leaving each image out.
    from sklearn.model_selection import LeaveOneOut, cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    codes = checkpoints.get(weak.name).codes()
    score = cross_val_score(
        KNeighborsClassifier(10), codes.latent.z_mean, codes.labels, cv=LeaveOneOut()
    ).mean()
    assert weak.knn_accuracy == pytest.approx(score, abs=0.01)
    kept = beta_grid.last_snapshot(weak)
    assert kept is not None
    assert [item.epoch for item in kept.items] == [2]


# What is refused, or fails with a reason


@pytest.mark.parametrize("n", [0, 25])
def test_a_grid_of_no_or_too_many_trainings_is_refused(n: int) -> None:
    with pytest.raises(ExplorerError, match="1 to 24 trainings"):
        beta_grid.specs(_spec(), [float(beta) for beta in range(n)], [2])


def test_a_model_that_cannot_be_is_refused() -> None:
    with pytest.raises(ExplorerError, match="z_dim must be a whole number from 1 to 512"):
        ModelSpec("vae", "mlp", (28, 28, 1), 0)
    with pytest.raises(ExplorerError, match="more than the 200,000,000"):
        ModelSpec("vae", "mlp", (28, 28, 1), 10, (30_000, 30_000))


def test_a_data_set_that_is_not_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "DEBIAN_FILES", Path("/nowhere"))
    with pytest.raises(ExplorerError, match="EXPLORER_DATA"):
        queue.start(PRESETS["A2"].spec, "absent")
    assert not run_store.folder("absent").exists()


def test_a_data_set_that_goes_away_fails_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked for on a machine that has it, run by a worker that neither has nor can load it.
    monkeypatch.setattr(datasets, "check_here", lambda name: None)
    monkeypatch.setattr(sources, "DEBIAN_FILES", Path("/nowhere"))
    spec = _spec()
    missing = replace(spec, dataset="mnist", model=replace(spec.model, image_shape=(28, 28, 1)))
    run_store.create("gone", missing)

    def no_download(name: str) -> Path:
        raise catalog.absent(datasets.info(name))

    monkeypatch.setattr(catalog, "download", no_download)
    with pytest.raises(ExplorerError, match="MNIST is not on this machine"):
        queue.train_job("gone")
    assert run_store.read("gone").epochs == 0
    shutil.rmtree(run_store.folder("gone"))


def test_a_disk_without_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(ExplorerError, match="0 MB left"):
        queue.start(_spec(), "no-room")
    assert not run_store.folder("no-room").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_disk_that_fills_up_ends_the_training_with_a_sentence(tmp_path: Path) -> None:
    # Files may hold 16 kB: the spec fits, the state after the first epoch does not.
    command = (
        "ulimit -f 16; trap '' XFSZ; exec "
        f"{sys.executable} -m explorer train --dataset digits --kind vae --architecture mlp "
        "--widths 64 --z-dim 2 --epochs 2 --name full"
    )
    environment = {**os.environ, "EXPLORER_CHECKPOINTS": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "could not be kept" in done.stderr
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".partial"]
    assert not list(tmp_path.rglob("*.lock"))


@pytest.mark.parametrize("name", ["../evil", "", ".hidden"])
def test_a_name_cannot_leave_the_folder(name: str) -> None:
    with pytest.raises(ExplorerError, match="cannot be a name"):
        queue.start(_spec(), name)


def test_a_name_is_given_once() -> None:
    run_store.create("taken", _spec())
    with pytest.raises(ExplorerError, match="is taken"):
        queue.start(_spec(), "taken")
    queue.discard("taken")


def test_what_a_command_trains_is_left_alone() -> None:
    run_store.create("command", _spec())
    with run_store.locked("command"):
        assert queue.get("command").state == "elsewhere"
        for act in (queue.resume, queue.discard, queue.keep):
            with pytest.raises(ExplorerError, match="being trained"):
                act("command")
        with pytest.raises(ExplorerError, match="another process"), run_store.locked("command"):
            pass
    assert queue.get("command").state == "stopped"
    queue.discard("command")


def test_a_read_only_app_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run_store.create("shown", _spec())
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    calls: list[Callable[[], object]] = [
        lambda: queue.start(_spec(), "new"),
        lambda: beta_grid.start("new", _spec(), [1.0], [2]),
        *(
            lambda act=act: act("shown")  # type: ignore[misc]
            for act in (
                queue.resume,
                queue.keep,
                queue.stop,
                queue.discard,
            )
        ),
    ]
    for call in calls:
        with pytest.raises(ExplorerError, match="read-only"):
            call()
    assert queue.get("shown").state == "stopped"
    monkeypatch.delenv("EXPLORER_READ_ONLY")
    queue.discard("shown")


# Which library trains


@pytest.mark.parametrize(
    ("wanted", "gpus", "chosen"),
    [
        ("", {"tensorflow": 1, "jax": 1}, "tensorflow"),
        ("", {"tensorflow": 0, "jax": 2}, "jax"),
        ("", {"tensorflow": 0, "jax": 0}, "tensorflow"),
        ("", {"tensorflow": 0}, "tensorflow"),
        ("jax", {"tensorflow": 1, "jax": 0}, "jax"),
        ("torch", {"tensorflow": 1, "torch": 0}, "torch"),
    ],
)
def test_the_backend_is_the_one_with_a_gpu(wanted: str, gpus: dict[str, int], chosen: str) -> None:
    assert backend.choose(wanted, gpus) == chosen


def test_a_backend_that_is_none_or_not_installed_is_refused() -> None:
    with pytest.raises(ExplorerError, match="must be one of"):
        backend.choose("theano", {"tensorflow": 1})
    with pytest.raises(ExplorerError, match="not installed"):
        backend.choose("jax", {"tensorflow": 1})


@pytest.mark.parametrize(
    ("n", "batch_size", "n_validation", "used"),
    [(60_000, 512, 10_000, 4), (1198, 64, 599, 1), (1200, 64, 1000, 4), (1202, 64, 1000, 2)],
)
def test_gpus_share_batches_only_evenly(
    n: int, batch_size: int, n_validation: int, used: int
) -> None:
    devices = [f"gpu:{i}" for i in range(4)]
    sizes = (*backend.batch_sizes(n, batch_size), *backend.batch_sizes(n_validation, 1000))
    assert backend.parallel(devices, sizes) == devices[:used]


# What it will take


def test_an_estimate_scales_what_was_measured() -> None:
    model = ModelSpec("vae", "mlp", (28, 28, 1), 10)
    spec = TrainSpec("mnist", model, epochs=10, batch_size=500)
    facts = {"images_per_second": 20_000, "batch_size": 500, "device": backend.cpu_name()}
    known = checkpoints.Checkpoint(Path("known"), "mnist", model, facts, {}, "")
    assert cost.estimate(spec, []).seconds is None
    told = cost.estimate(spec, [known])
    assert told.parameters == model.parameters
    assert told.images_per_second == pytest.approx(20_000)
    assert told.seconds == pytest.approx(30)
    assert (told.measured_on, told.elsewhere) == ("known", False)
    wide = replace(spec, model=replace(model, widths=(2048, 1024, 512)))
    slower = cost.estimate(wide, [known])
    assert slower.seconds is not None
    assert slower.seconds > 4 * 30
    other = replace(known, training={**facts, "device": "GPU: H100"})
    assert cost.estimate(spec, [other]).elsewhere
    assert cost.estimate(spec, [known, other]).measured_on == "known"
    for nonsense in ({"images_per_second": 1e-308}, {"images_per_second": 0}, {"batch_size": 0}):
        unknown = replace(known, training={**facts, **nonsense})
        assert cost.estimate(spec, [unknown]).seconds is None


def test_the_estimated_size_is_that_of_a_checkpoint() -> None:
    shipped = Path(__file__).parents[2] / "checkpoints" / "fashion-vae-mlp-z10"
    size = sum(path.stat().st_size for path in shipped.iterdir() if path.is_file())
    assert cost.estimate(PRESETS["B"].spec, []).checkpoint_bytes == pytest.approx(size, rel=0.1)


def test_presets_are_what_the_sources_trained() -> None:
    assert PRESETS["A3"].spec.model.z_dim == 25
    assert PRESETS["A3"].spec.model.loss == "mse"
    data = datasets.info("mnist").n_train - PRESETS["A3"].spec.validation_size
    assert data == 50_000
    assert PRESETS["N2D"].spec.model.widths == (500, 500, 2000)
    assert PRESETS["N2D"].spec.model.z_dim == 10


# Pictures


def test_codes_are_turned_to_lie_as_before() -> None:
    random = np.random.default_rng(0)
    codes = (random.normal(size=(300, 5)) * [9, 5, 1, 1, 1]).astype(np.float32)
    before = snapshots.flatten(codes)
    turned = codes @ np.linalg.qr(random.normal(size=(5, 5)))[0].astype(np.float32)
    np.testing.assert_allclose(snapshots.flatten(turned, before), before, atol=1e-3)
    two = codes[:, :2]
    assert snapshots.flatten(two) is not None
    np.testing.assert_array_equal(snapshots.flatten(two, before), two)
    assert snapshots.flatten(codes[:, :1]).shape == (300, 2)


def test_a_damaged_picture_does_not_hide_the_others(tmp_path: Path) -> None:
    images = np.zeros((10, 8, 8, 1), np.float32)
    snapshots.create(tmp_path, images, np.arange(10))
    for epoch in (1, 2, 3):
        snapshots.add(tmp_path, epoch, images, np.zeros((10, 2), np.float32))
    (tmp_path / "0002.npz").write_bytes(b"damaged")
    kept = snapshots.read_all(tmp_path)
    assert kept is not None
    assert [item.epoch for item in kept.items] == [1, 3]
    few = snapshots.read_all(tmp_path, at_most=1)
    assert few is not None
    assert few.items[0].epoch == 3
    assert snapshots.read_all(tmp_path / "nothing") is None
