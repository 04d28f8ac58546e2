"""`python -m tests.training.train_on_backend`: train on KERAS_BACKEND; print the losses as JSON."""

import json
from typing import Any

import keras

from explorer import checkpoints
from explorer.core.progress import Progress
from explorer.training import device, fit, run_store
from explorer.training.spec import TrainSpec

START = "digits-vae-z2"


def _losses(name: str, rows: Any) -> list[list[float]]:
    return [[value for key, value in row.items() if "loss" in key] for row in rows]


def _same_steps(epochs: int) -> list[list[float]]:
    """Train the same steps on every backend: the same weights, and all images in each batch.

    The random numbers of backends differ: a constant stands in for the noise of the sampling.
    """
    normal = keras.random.normal
    keras.random.normal = lambda shape, seed=None: 0.5 * keras.ops.ones(shape)
    model = checkpoints.get(START).model
    spec = TrainSpec("digits", model, epochs + 1, batch_size=1198, start=START)

    def report(progress: Progress) -> bool:
        return progress.fraction < 1  # no checkpoint is needed: the last epoch is given up

    fit.train(spec, "same", report=report)
    keras.random.normal = normal
    return _losses("same", run_store.read("same").rows)


def _path(name: str, fits: bool, stop: bool) -> list[list[float]]:
    """Train batches with images that are sent, or that lie on the device."""
    device.fits = lambda images: fits
    spec = TrainSpec("digits", checkpoints.get(START).model, 3, batch_size=64, seed=1)
    fit.train(spec, name, report=lambda progress: not stop or progress.fraction < 0.99)
    rows = run_store.read(name).rows if stop else checkpoints.get(name).history().to_dict("records")
    return _losses(name, rows)[:2]


if __name__ == "__main__":
    answer: dict[str, Any] = {"backend": keras.backend.backend(), "same": _same_steps(5)}
    if keras.backend.backend() == "jax":
        answer["sent"] = _path("sent", fits=False, stop=True)
        answer["on_device"] = _path("on-device", fits=True, stop=False)
    print(json.dumps(answer))
