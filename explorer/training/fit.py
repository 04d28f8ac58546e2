"""Train a model, epoch by epoch, so that nothing is lost but the epoch under way.

While it trains, its folder (see `explorer.training.run_store`) holds the spec and, after each
epoch, the state of model and optimiser in one file. `finish` makes a checkpoint of it.
"""

from dataclasses import asdict, dataclass

import keras
import numpy as np

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, names
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, silent
from explorer.models.vae import KLWarmUp
from explorer.training import backend as backends
from explorer.training import device, run_store
from explorer.training.callbacks import EpochHook, NotFinite, Recorder, Stopped
from explorer.training.finish import finish_with_tensorflow
from explorer.training.model import build, start_from
from explorer.training.spec import TrainSpec
from explorer.training.state import State, out_of_patience, restore

_VALIDATION_BATCH = 1000


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
        with run_store.locked(name):
            state = _train(spec, name, resume, report, on_epoch)
        if not state.complete and not (keep and state.epochs):
            return Training(name, state.epochs, None)
        return Training(name, state.epochs, finish_with_tensorflow(name))
    except OSError as error:
        raise ExplorerError(
            f"The training {name!r} could not be kept in {checkpoints.root()} ({error}): make room "
            "there and resume it from its last whole epoch."
        ) from error


def _train(
    spec: TrainSpec, name: str, resume: bool, report: Report, on_epoch: EpochHook | None
) -> State:
    folder = run_store.folder(name)
    data = datasets.load(
        spec.dataset, "train", validation_size=spec.validation_size, seed=spec.seed
    )
    images = data.images[:]
    validation = _validation(spec)
    if not resume:
        run_store.create(name, spec)
    storage.write_json(folder / run_store.DEVICE, device.describe())
    state = State.load(folder / run_store.STATE)
    sizes = (
        *backends.batch_sizes(len(images), spec.batch_size),
        *backends.batch_sizes(len(validation), _VALIDATION_BATCH),
    )
    device.distribute(sizes)
    on_device = images if device.fits(images) else None
    model = build(spec, seed=spec.seed + state.epochs, on_device=on_device)
    if state.variables:
        restore(model, state.variables)
    elif spec.start:
        try:
            start_from(model, spec)
        except ExplorerError:
            if not resume:
                storage.remove_folder(folder)  # else it would take the name
            raise
    recorder = Recorder(spec, state, folder, len(images), report, on_epoch)
    callbacks: list[keras.callbacks.Callback] = [recorder]
    if spec.model.kind == "vae" and spec.model.kl_warmup:
        callbacks.append(KLWarmUp(spec.model.kl_warmup))
    state.complete = state.epochs >= spec.epochs or out_of_patience(spec, state.history)
    try:
        if not state.complete:
            model.fit(
                images if on_device is None else np.arange(len(on_device), dtype=np.int32),
                batch_size=spec.batch_size,
                epochs=spec.epochs,
                initial_epoch=state.epochs,
                validation_data=(validation, None),
                validation_batch_size=_VALIDATION_BATCH,
                callbacks=callbacks,
                verbose=0,
            )
        state.complete = True
    except (Stopped, KeyboardInterrupt):
        pass
    except NotFinite:
        storage.remove_folder(folder)
        raise
    return state


def _validation(spec: TrainSpec) -> np.ndarray:
    split: datasets.Split = "validation" if spec.validation_size else "test"
    return datasets.load(
        spec.dataset, split, validation_size=spec.validation_size, seed=spec.seed
    ).images[:]


def _new_name(spec: TrainSpec, name: str | None, overwrite: bool) -> str:
    if name is None:
        return names.free(spec.default_name)
    if names.is_taken(name) and not overwrite:
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
