"""Trainings as jobs: what is kept when they are stopped or killed, and what is refused."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from explorer import checkpoints, datasets, jobs
from explorer.checkpoints import names
from explorer.core import owners
from explorer.core.errors import ExplorerError
from explorer.datasets import catalog, sources
from explorer.runs import projections
from explorer.runs.projections import ProjectionRequest
from explorer.training import beta_grid, queue, run_store, snapshots
from explorer.training.presets import PRESETS
from tests.training.waiting import FOR_LONG, PATIENCE, ended, small, trains, until

pytestmark = pytest.mark.usefixtures("folders")


# The life of a training


@pytest.mark.slow
def test_a_training_becomes_a_checkpoint_with_its_film_and_its_maps() -> None:
    me = "a" * 16
    job = queue.start(small(3), "whole", me)
    assert (job.name, job.slot, job.owner) == ("training/whole", "training", me)
    assert queue.get("whole").unfinished == run_store.read("whole")
    training = ended("whole")
    assert (training.state, training.unfinished) == ("done", None)
    checkpoint = checkpoints.get("whole")
    assert owners.of(checkpoint.path) == me
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
        assert jobs.wait(job.id, PATIENCE).state == "done"
        assert ProjectionRequest("whole", spec).find() is not None


@pytest.mark.slow
def test_a_stopped_training_keeps_its_whole_epochs() -> None:
    queue.start(small(FOR_LONG), "stopped")
    trains("stopped")
    queue.stop("stopped")
    training = ended("stopped")
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
    trains("stopped", reached + 1)
    queue.stop("stopped")
    assert ended("stopped").state == "stopped"
    queue.keep("stopped")
    assert ended("stopped").state == "done"
    history = checkpoints.get("stopped").history()
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))
    assert len(history) > reached


@pytest.mark.slow
def test_a_training_stopped_before_it_began_can_be_begun_or_discarded() -> None:
    queue.start(small(FOR_LONG), "first")
    queue.start(small(1), "second")
    assert queue.get("second").state == "queued"
    queue.stop("second")
    assert ended("second").state == "interrupted"
    with pytest.raises(ExplorerError, match="whole epoch yet"):
        queue.keep("second")
    queue.discard("second")
    with pytest.raises(ExplorerError, match="no training 'second'"):
        queue.get("second")
    assert not names.is_taken("second")
    trains("first")
    queue.stop("first")
    ended("first")
    queue.discard("first")
    assert not run_store.folder("first").exists()


@pytest.mark.slow
def test_a_killed_worker_is_noticed_and_the_training_resumed_without_a_gap() -> None:
    queue.start(small(30, batch_size=32), "killed")
    job = trains("killed").job
    assert job is not None
    assert job.pid is not None
    os.kill(job.pid, signal.SIGKILL)
    killed = time.monotonic()
    training = until("killed", lambda training: training.state == "interrupted")
    assert time.monotonic() - killed < 10
    assert training.job is not None
    assert "killed, or out of memory" in training.job.error
    reached = training.unfinished.epochs if training.unfinished else 0
    assert 1 <= reached < 30
    assert not run_store.is_locked("killed")
    queue.resume("killed")
    assert ended("killed").state == "done"
    assert checkpoints.get("killed").history()["epoch"].tolist() == list(range(1, 31))
    assert snapshots.epochs(checkpoints.get("killed").path / "frames")[-1] == 30


@pytest.mark.slow
def test_a_checkpoint_is_trained_further_from_its_weights() -> None:
    queue.start(small(12), "base")
    ended("base")
    further = small(1, start="base", learning_rate=1e-6)
    with pytest.raises(ExplorerError, match="cannot be the start"):
        queue.start(replace(further, model=replace(further.model, z_dim=4, beta=1.0)), "further")
    queue.start(further, "further")
    assert ended("further").state == "done"
    before, after = checkpoints.get("base"), checkpoints.get("further")
    assert after.metrics["test_total_loss"] == pytest.approx(
        before.metrics["test_total_loss"], rel=0.02
    )
    assert after.training["start"] == "base"
    assert "--start base" in after.training["command"]


# What is refused, or fails with a reason


def test_a_data_set_that_is_not_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "DEBIAN_FILES", Path("/nowhere"))
    with pytest.raises(ExplorerError, match="EXPLORER_DATA"):
        queue.start(PRESETS["A2"].spec, "absent")
    assert not run_store.folder("absent").exists()


@pytest.mark.slow
def test_a_data_set_that_goes_away_fails_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked for on a machine that has it, run by a worker that neither has nor can load it.
    monkeypatch.setattr(datasets, "check_here", lambda name: None)
    monkeypatch.setattr(sources, "DEBIAN_FILES", Path("/nowhere"))
    spec = small()
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
        queue.start(small(), "no-room")
    assert not run_store.folder("no-room").exists()


@pytest.mark.slow
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
        queue.start(small(), name)


def test_a_name_is_given_once() -> None:
    run_store.create("taken", small())
    with pytest.raises(ExplorerError, match="is taken"):
        queue.start(small(), "taken")
    queue.discard("taken")


def test_what_a_command_trains_is_left_alone() -> None:
    run_store.create("command", small())
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
    run_store.create("shown", small())
    monkeypatch.setenv("EXPLORER_READ_ONLY", "1")
    calls: list[Callable[[], object]] = [
        lambda: queue.start(small(), "new"),
        lambda: beta_grid.start("new", small(), [1.0], [2]),
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
