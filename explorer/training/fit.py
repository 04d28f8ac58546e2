"""Train a model, epoch by epoch, so that nothing is lost but the epoch under way.

While it trains, its folder (see `explorer.training.run_store`) holds the spec and, after each
epoch, the state of model and optimiser in one file. `finish` makes a checkpoint of it.
"""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.models.autoencoder import Autoencoder
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.spec import MAX_PARAMETERS
from explorer.models.vae import KLWarmUp, VariationalAutoencoder
from explorer.training import backend as backends
from explorer.training import run_store
from explorer.training.run_store import Row
from explorer.training.run_store import folder as partial_folder
from explorer.training.spec import TrainSpec

EpochHook = Callable[[Autoencoder, list[Row]], None]

# Keras runs this many steps in one call: less time between them, and reports often enough.
_STEPS_PER_EXECUTION = 8
# Where the images are on the device a step takes a fraction of a millisecond.
_STEPS_ON_DEVICE = 64
_VALIDATION_BATCH = 1000
_MOST_BYTES_ON_DEVICE = 2**31


@dataclass(frozen=True)
class Training:
    """How a training ended.

    Attributes:
        name: Name of the checkpoint, or of the unfinished training.
        epochs: Epochs trained, those before a resumption included.
        checkpoint: The checkpoint, or None if the training was stopped and not kept.
    """

    name: str
    epochs: int
    checkpoint: Checkpoint | None


def train(
    spec: TrainSpec,
    name: str | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
    keep: bool = False,
    report: Report = silent,
    on_epoch: EpochHook | None = None,
) -> Training:
    """Train a model and write its checkpoint.

    Args:
        spec: What to train and how.
        name: Name of the checkpoint; without one, the spec's own or that with a number behind.
        resume: Go on with an unfinished training of the same spec, from its last whole epoch.
        overwrite: Replace a checkpoint, or an unfinished training, of this name.
        keep: When stopped, make a checkpoint of the epochs trained so far; otherwise they stay
            as an unfinished training that can be resumed.
        report: Hears of the progress after each few batches; answers False to stop.
        on_epoch: Called after each epoch with the model and the history, a row per epoch.

    Raises:
        ExplorerError: If the data set cannot be had, the name is taken, there is nothing to
            resume, the disk is full, a loss is no longer finite (nothing is left behind then), or
            ONNX and Keras differ.
    """
    name = _resumed_name(spec, name) if resume else _new_name(spec, name, overwrite)
    try:
        with run_store.held(name):
            state = _train(spec, name, resume, report, on_epoch)
        if not state.complete and not (keep and state.epochs):
            return Training(name, state.epochs, None)
        return Training(name, state.epochs, _finish_with_tensorflow(name))
    except OSError as error:
        raise ExplorerError(
            f"The training {name!r} could not be kept in {checkpoints.root()} ({error}): make room "
            "there and resume it from its last whole epoch."
        ) from error


def _train(
    spec: TrainSpec, name: str, resume: bool, report: Report, on_epoch: EpochHook | None
) -> "_State":
    folder = partial_folder(name)
    data = datasets.load(
        spec.dataset, "train", validation_size=spec.validation_size, seed=spec.seed
    )
    validation = _validation(spec)
    if not resume:
        run_store.begin(name, spec)
    storage.write_json(folder / run_store.DEVICE, device())
    state = _State.load(folder / run_store.STATE)
    sizes = (
        *backends.batch_sizes(len(data.images), spec.batch_size),
        *backends.batch_sizes(len(validation), _VALIDATION_BATCH),
    )
    _distribute(sizes)
    held = data.images if _fits_on_device(data.images) else None
    model = build(spec, seed=spec.seed + state.epochs, held=held)
    if state.variables:
        _restore(model, state.variables)
    elif spec.start:
        _start_from(model, spec)
    recorder = _Recorder(spec, state, folder, len(data.images), report, on_epoch)
    callbacks: list[keras.callbacks.Callback] = [recorder]
    if spec.model.kind == "vae" and spec.model.kl_warmup:
        callbacks.append(KLWarmUp(spec.model.kl_warmup))
    state.complete = state.epochs >= spec.epochs or _out_of_patience(spec, state.history)
    try:
        if not state.complete:
            model.fit(
                data.images if held is None else np.arange(len(held), dtype=np.int32),
                batch_size=spec.batch_size,
                epochs=spec.epochs,
                initial_epoch=state.epochs,
                validation_data=(validation, None),
                validation_batch_size=_VALIDATION_BATCH,
                callbacks=callbacks,
                verbose=0,
            )
        state.complete = True
    except (_Stopped, KeyboardInterrupt):
        pass
    except _NotFinite:
        storage.remove_folder(folder)
        raise
    return state


def _start_from(model: Autoencoder, spec: TrainSpec) -> None:
    """Give the model the weights of another checkpoint; the optimiser begins anew."""
    start = checkpoints.get(spec.start)
    for part, file in ((model.encoder, "encoder.keras"), (model.decoder, "decoder.keras")):
        trained = keras.models.load_model(start.path / file).get_weights()
        if [value.shape for value in trained] != [value.shape for value in part.get_weights()]:
            raise ExplorerError(
                f"{spec.start} has other layers than the model to be trained: choose the same "
                "kind, architecture, widths and z_dim, or start from random weights."
            )
        part.set_weights(trained)


def _distribute(sizes: tuple[int, ...]) -> None:
    """Share each batch among several GPUs, where there are several that divide it evenly."""
    if keras.backend.backend() != "jax":  # Keras shares data among devices with JAX
        return
    devices = [str(device) for device in keras.distribution.list_devices()]
    shared = backends.parallel(devices, sizes)
    if len(shared) > 1:
        keras.distribution.set_distribution(
            keras.distribution.DataParallel(devices=shared, auto_shard_dataset=False)
        )


def _fits_on_device(images: np.ndarray) -> bool:
    """Whether to hold the training images on the device: on a GPU, and if they leave it room."""
    on_gpu = _has_gpu(keras.backend.backend())
    return on_gpu and images.nbytes <= _MOST_BYTES_ON_DEVICE


def build(
    spec: TrainSpec,
    *,
    seed: int,
    dtype: str | None = None,
    held: np.ndarray | None = None,
) -> Autoencoder:
    """Build and compile the model of a training.

    Args:
        spec: What to build.
        seed: Seed of the initial weights, the sampling and the shuffling.
        dtype: Precision policy; None: the spec's.
        held: Images to be held on the device (see `Autoencoder.hold`), or None.
    """
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(dtype or spec.dtype)
    parts = (build_encoder(spec.model), build_decoder(spec.model))
    options: dict[str, Any] = {
        "loss": spec.model.loss,
        "noise": spec.model.noise,
        "l1": spec.model.l1,
        "l2": spec.model.l2,
    }
    if spec.model.kind == "vae":
        model = VariationalAutoencoder(*parts, beta=spec.model.beta, seed=seed, **options)
    else:
        model = Autoencoder(*parts, **options)
    steps = _STEPS_PER_EXECUTION
    if held is not None:
        model.hold(held)
        steps = min(_STEPS_ON_DEVICE, max(1, len(held) // spec.batch_size))
    model.compile(
        keras.optimizers.Adam(spec.learning_rate),
        # Keras runs PyTorch a step at a time.
        steps_per_execution=1 if keras.backend.backend() == "torch" else steps,
        # XLA gained nothing on these convolutions, and costs its compilation.
        jit_compile=keras.backend.backend() == "jax",
    )
    model(np.zeros((1, *spec.model.image_shape), np.float32))
    model.optimizer.build(model.trainable_variables)
    return model


def finish(name: str) -> Checkpoint:
    """Make a checkpoint of a training's last (or best) epoch, and remove the training's files.

    Raises:
        ExplorerError: If there is no such training, or it has not trained an epoch yet.
    """
    with run_store.held(name):
        return _finish(name)


def _finish(name: str) -> Checkpoint:
    folder = partial_folder(name)
    spec = run_store.read_spec(name)
    state = _State.load(folder / run_store.STATE)
    if not state.variables:
        raise ExplorerError(f"{name} has not trained a whole epoch yet: nothing can be kept.")
    best = folder / run_store.BEST
    kept = _State.load(best) if best.exists() else state
    # In float32 whatever it was trained in: the variables always are.
    model = build(spec, seed=spec.seed, dtype="float32")
    _restore(model, kept.variables)
    test = datasets.load(spec.dataset, "test")
    losses = model.evaluate(test.images, batch_size=1000, verbose=0, return_dict=True)
    checkpoint = checkpoints.write(
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
        metrics={f"test_{key}": value for key, value in _renamed(losses).items()},
        history=pd.DataFrame(state.history),
        encoder=model.encoder,
        decoder=model.decoder,
        images=test.images,
        labels=test.labels,
    )
    if (folder / run_store.FRAMES).is_dir():
        (folder / run_store.FRAMES).rename(checkpoint.path / run_store.FRAMES)
    storage.remove_folder(folder)
    return checkpoint


_RECORDED = ("batch_size", "learning_rate", "seed", "patience", "dtype", "start")


def device() -> dict[str, str]:
    """Return what is trained on: `backend` and `keras` with versions, `device` and `memory`."""
    backend = keras.backend.backend()
    kind = "gpu" if _has_gpu(backend) else "cpu"
    version = __import__(backend).__version__
    name = backends.cpu_name() if kind == "cpu" else _gpu_name(backend)
    return {
        "backend": f"{backend} {version}",
        "keras": keras.__version__,
        "device": name,
        "memory": backends.memory(kind),
    }


def _has_gpu(backend: str) -> bool:
    if backend == "torch":  # Keras lists no devices for PyTorch
        import torch

        return bool(torch.cuda.is_available())
    return str(keras.distribution.list_devices()[0]).startswith("gpu")


@dataclass
class _State:
    """What one epoch hands to the next, in memory and on disk."""

    history: list[Row] = field(default_factory=list)
    variables: list[np.ndarray] = field(default_factory=list)
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)
    complete: bool = False

    @property
    def epochs(self) -> int:
        return len(self.history)

    def save(self, path: Path) -> None:
        # One file, renamed into place: a kill at any moment leaves this epoch or the one before.
        arrays = {f"variable_{i}": value for i, value in enumerate(self.variables)}
        facts = {"history": self.history, "seconds": self.seconds, "facts": self.facts}
        with storage.atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(file, facts=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> "_State":
        if not path.exists():
            return cls()
        # Weights and Adam's two moments, in float32.
        arrays = storage.read_npz(path, "facts", limit=16 * MAX_PARAMETERS)
        facts = json.loads(str(arrays["facts"]))
        variables = [arrays[f"variable_{i}"] for i in range(len(arrays) - 1)]
        return cls(facts["history"], variables, facts["seconds"], facts["facts"])


class _Stopped(Exception):
    """Raised inside `fit` to leave it at once."""


class _NotFinite(ExplorerError):
    """Raised inside `fit` when there is nothing worth keeping."""


class _Recorder(keras.callbacks.Callback):
    """Reports after each few batches; keeps the state after each epoch."""

    def __init__(
        self,
        spec: TrainSpec,
        state: _State,
        folder: Path,
        n_images: int,
        report: Report,
        on_epoch: EpochHook | None,
    ) -> None:
        super().__init__()
        self.spec, self.state, self.folder = spec, state, folder
        self.n_images, self.report, self.hook = n_images, report, on_epoch
        self.first_epoch, self.seconds_before = state.epochs, state.seconds
        self.state.facts = device()

    def on_train_begin(self, logs: Any = None) -> None:
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Row | None = None) -> None:
        losses = _renamed(logs or {})
        epoch = self.state.epochs
        self._check(losses, epoch)
        images = min((batch + 1) * self.spec.batch_size, self.n_images)
        done = epoch + images / self.n_images
        rate = (done - self.first_epoch) * self.n_images / (time.perf_counter() - self.started)
        message = (
            f"epoch {epoch + 1} of {self.spec.epochs} · {rate:,.0f} images/s · "
            f"loss {losses['total_loss']:.1f}"
        )
        if not self.report(Progress(done / self.spec.epochs, message)):
            raise _Stopped

    def on_epoch_end(self, epoch: int, logs: Row | None = None) -> None:
        losses = _renamed(logs or {})
        self._check(losses, epoch)
        elapsed = time.perf_counter() - self.started
        trained = (epoch + 1 - self.first_epoch) * self.n_images
        state = self.state
        state.seconds = self.seconds_before + elapsed
        state.facts["images_per_second"] = round(trained / elapsed)
        state.history.append({"epoch": epoch + 1, **losses, "seconds": round(state.seconds, 2)})
        state.variables = _variables(self.model)
        state.save(self.folder / run_store.STATE)
        if self.spec.patience and _best_epoch(self.spec, state.history) == state.epochs:
            state.save(self.folder / run_store.BEST)
        if self.hook:
            begun = time.perf_counter()
            self.hook(self.model, state.history)
            self.started += time.perf_counter() - begun  # pictures are no training
        if _out_of_patience(self.spec, state.history):
            self.model.stop_training = True

    def _check(self, losses: Row, epoch: int) -> None:
        if not all(math.isfinite(value) for value in losses.values()):
            raise _NotFinite(
                f"The training stopped in epoch {epoch + 1} because its loss is no longer a "
                f"finite number: use a learning rate below {self.spec.learning_rate:g}, or a "
                "smaller beta."
            )


def _renamed(logs: dict[str, Any]) -> Row:
    # Keras calls the sum `loss`; beside its parts it is the total loss.
    order = ["total_loss", "reconstruction_loss", "kl_loss"]
    losses = {
        key.removesuffix("loss") + "total_loss" if key in ("loss", "val_loss") else key: float(v)
        for key, v in logs.items()
    }
    order += [f"val_{key}" for key in order]
    return {key: losses[key] for key in order if key in losses}


def _best_epoch(spec: TrainSpec, history: list[Row]) -> int:
    # While the KL weight grows the losses are not comparable.
    start = min(spec.model.kl_warmup, len(history) - 1)
    return start + int(np.argmin([row["val_total_loss"] for row in history[start:]])) + 1


def _out_of_patience(spec: TrainSpec, history: list[Row]) -> bool:
    if not spec.patience or not history:
        return False
    return len(history) - _best_epoch(spec, history) >= spec.patience


def _state_of(model: Autoencoder) -> list[Any]:
    """Return the variables of model and optimiser, without images that it holds."""
    return [
        variable
        for variable in (*model.variables, *model.optimizer.variables)
        if variable is not model.images
    ]


def _variables(model: Autoencoder) -> list[np.ndarray]:
    return [keras.ops.convert_to_numpy(variable.value) for variable in _state_of(model)]


def _restore(model: Autoencoder, values: list[np.ndarray]) -> None:
    for variable, value in zip(_state_of(model), values, strict=True):
        variable.assign(value)


def _validation(spec: TrainSpec) -> np.ndarray:
    split: datasets.Split = "validation" if spec.validation_size else "test"
    return datasets.load(
        spec.dataset, split, validation_size=spec.validation_size, seed=spec.seed
    ).images


def _new_name(spec: TrainSpec, name: str | None, overwrite: bool) -> str:
    if name is None:
        return run_store.free_name(spec.default_name)
    if run_store.is_taken(name) and not overwrite:
        raise ExplorerError(
            f"{name!r} is taken, by a checkpoint or an unfinished training: choose another name, "
            "go on with it (--resume), or replace it (--overwrite)."
        )
    return name


def _resumed_name(spec: TrainSpec, name: str | None) -> str:
    if name is None:
        names = [found.name for found in run_store.list_unfinished() if found.spec == spec]
        if not names:
            raise ExplorerError(
                "There is no unfinished training with these options: leave out --resume to begin."
            )
        return names[0]
    started = run_store.read_spec(name)
    if started != spec:
        changed = [key for key, value in asdict(spec).items() if value != asdict(started)[key]]
        raise ExplorerError(
            f"The unfinished training {name!r} was begun with other options ({', '.join(changed)}):"
            f" resume it with '{started.command} --name {name} --resume'."
        )
    return name


def _finish_with_tensorflow(name: str) -> Checkpoint:
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


def _gpu_name(backend: str) -> str:
    if backend == "tensorflow":
        import tensorflow as tf

        details = tf.config.experimental.get_device_details(
            tf.config.list_physical_devices("GPU")[0]
        )
        return f"GPU: {details.get('device_name', 'unknown')}"
    if backend == "jax":
        import jax

        return f"GPU: {jax.devices()[0].device_kind}"
    import torch

    return f"GPU: {torch.cuda.get_device_name(0)}"
