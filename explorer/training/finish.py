"""Make a checkpoint of a training."""

import os
import subprocess
import sys
from dataclasses import asdict

import keras
import pandas as pd

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, export
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.training import run_store
from explorer.training.callbacks import losses_of
from explorer.training.model import build
from explorer.training.state import State, restore

# What a checkpoint tells of the training's options, besides the command.
_RECORDED = (
    *("batch_size", "learning_rate", "optimizer", "momentum", "initializer"),
    *("seed", "patience", "dtype", "start"),
)


def finish(name: str) -> Checkpoint:
    """Make a checkpoint of a training's last (or best) epoch, and remove the training's files.

    Raises:
        ExplorerError: If there is no such training, or it has not trained an epoch yet.
    """
    with run_store.locked(name):
        return _finish(name)


def _finish(name: str) -> Checkpoint:
    folder = run_store.folder(name)
    spec = run_store.read_spec(name)
    state = State.load(folder / run_store.STATE)
    if not state.variables:
        raise ExplorerError(f"{name} has not trained a whole epoch yet: nothing can be kept.")
    best = folder / run_store.BEST
    kept = State.load(best) if best.exists() else state
    # In float32 whatever it was trained in: the variables always are.
    model = build(spec, seed=spec.seed, dtype="float32")
    restore(model, kept.variables)
    test = datasets.load(spec.dataset, "test")
    losses = model.evaluate(test.images[:], batch_size=1000, verbose=0, return_dict=True)
    checkpoint = export.write(
        name,
        dataset=spec.dataset,
        model=spec.model,
        training={
            **state.facts,
            "epochs": state.epochs,
            "best_epoch": kept.epochs,
            **{key: value for key, value in asdict(spec).items() if key in _RECORDED},
            "validation": f"{spec.validation_size} training images"
            if spec.validation_size
            else "test images",
            "seconds": round(state.seconds, 1),
            "command": f"{spec.command} --name {name}",
        },
        metrics={f"test_{key}": value for key, value in losses_of(losses).items()},
        history=pd.DataFrame(state.history),
        encoder=model.encoder,
        decoder=model.decoder,
        images=test.images,
        labels=test.labels,
        # Copied: who is killed before the training's folder is gone makes the checkpoint again.
        snapshots=folder / run_store.SNAPSHOTS,
    )
    storage.remove_folder(folder)
    return checkpoint


def finish_with_tensorflow(name: str) -> Checkpoint:
    """Do `finish` where TensorFlow is Keras' backend: here, or else in another process."""
    # Only TensorFlow exports to ONNX without further packages; the weights are the same anywhere.
    if keras.backend.backend() == "tensorflow":
        return finish(name)
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    command = [sys.executable, "-m", "explorer", "finish", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ExplorerError(
            f"{name} is trained and kept as an unfinished training, but its export to ONNX failed: "
            f"run 'python -m explorer finish {name}' where TensorFlow is installed. "
            f"({done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no message'})"
        )
    return checkpoints.get(name)
