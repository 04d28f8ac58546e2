"""A small training, and waiting for it."""

import time
from collections.abc import Callable
from threading import Event

from explorer.models.spec import ModelSpec
from explorer.training import queue
from explorer.training.queue import TrainingJob
from explorer.training.spec import TrainSpec

FOR_LONG = 10_000  # epochs
PATIENCE = 600.0  # seconds; a machine with nothing else to do needs a tenth of it
_PAUSE = 0.05  # seconds between two looks: who looks all the time takes a core from the training


def small(epochs: int = 2, **options: object) -> TrainSpec:
    model = ModelSpec("vae", "mlp", (8, 8, 1), 3, (16,))
    return TrainSpec("digits", model, **{"epochs": epochs, "batch_size": 64, **options})  # type: ignore[arg-type]


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, and fail when patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, condition
        Event().wait(_PAUSE)


def until(name: str, what: Callable[[TrainingJob], bool]) -> TrainingJob:
    wait_for(lambda: what(queue.get(name)))
    return queue.get(name)


def ended(name: str) -> TrainingJob:
    return until(name, lambda training: not training.active)


def trains(name: str, epochs: int = 1) -> TrainingJob:
    def enough(training: TrainingJob) -> bool:
        assert training.active, training.job
        left = training.unfinished
        return training.state == "running" and left is not None and left.epochs >= epochs

    return until(name, enough)
