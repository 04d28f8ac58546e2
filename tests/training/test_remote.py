"""Workers started as docs/REMOTE.md says: a training goes on when one of them is killed."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from explorer import checkpoints, jobs
from explorer.jobs import api, dispatcher, workers
from explorer.models.spec import ModelSpec
from explorer.training import queue, snapshots
from explorer.training.spec import TrainSpec
from tests.training.waiting import PATIENCE, trains

REMOTE = Path(__file__).parents[2] / "docs" / "REMOTE.md"


def _documented() -> list[list[str]]:
    """Return the commands of the page: that of the scheduler, and one for a worker."""
    text = REMOTE.read_text(encoding="utf-8")
    scheduler, worker = (
        re.search(rf"^dask {kind} .*$", text, re.MULTILINE).group().replace('"', "").split()  # type: ignore[union-attr]
        for kind in ("scheduler", "worker")
    )
    return [scheduler, worker]


@pytest.fixture
def two_workers(
    checkpoint_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Start the documented commands, on a free port; both workers offer `training`."""
    monkeypatch.setenv("EXPLORER_JOBS", str(tmp_path / "jobs"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    scheduler, worker = _documented()
    with ExitStack() as stack:
        for words in (scheduler, worker, worker):
            command = [sys.executable, "-m", *(word.replace("8786", port) for word in words)]
            process = subprocess.Popen(
                command, env=workers.environment(), stderr=subprocess.DEVNULL, cwd=REMOTE.parents[1]
            )
            stack.callback(process.wait, 30)
            stack.callback(process.kill)
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", f"tcp://127.0.0.1:{port}")
        app = dispatcher.Dispatcher()
        monkeypatch.setattr(api, "_DISPATCHER", app)
        monkeypatch.setattr(dispatcher, "_CONNECT_SECONDS", 120)
        yield
        app.shut_down()


@pytest.mark.slow
@pytest.mark.usefixtures("two_workers")
def test_killing_one_of_two_workers_loses_nothing() -> None:
    model = ModelSpec("ae", "mlp", (8, 8, 1), 2, (16,))
    queue.start(
        TrainSpec("digits", model, epochs=30, batch_size=32), "mine", with_projections=False
    )
    first = trains("mine")
    assert first.job is not None
    assert first.job.pid is not None
    assert first.job.pid != os.getpid()
    psutil.Process(first.job.pid).kill()
    ended = jobs.wait(first.job.id, PATIENCE, lambda job: job.state == "done")
    while ended.state != "done":  # it reads interrupted until the other worker takes over
        assert ended.state == "interrupted"
        ended = jobs.wait(first.job.id, PATIENCE, lambda job: job.state == "done")
    assert ended.attempts == 2
    assert ended.pid != first.job.pid
    history = checkpoints.get("mine").history()
    assert history["epoch"].tolist() == list(range(1, 31))
    assert (history["seconds"].diff().dropna() > 0).all()
    assert snapshots.epochs(checkpoints.get("mine").path / "frames")[-1] == 30
