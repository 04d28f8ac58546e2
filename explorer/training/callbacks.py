"""What happens while Keras trains: reports, the state on disk, early stopping."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report
from explorer.models.autoencoder import Autoencoder
from explorer.training import device, run_store
from explorer.training.run_store import Row
from explorer.training.spec import TrainSpec
from explorer.training.state import State, best_epoch, out_of_patience, variables

EpochHook = Callable[[Autoencoder, list[Row]], None]


class Stopped(Exception):
    """Raised inside `fit` to leave it at once."""


class NotFinite(ExplorerError):
    """Raised inside `fit` when there is nothing worth keeping."""


class Recorder(keras.callbacks.Callback):
    """Reports after each few batches; keeps the state after each epoch."""

    def __init__(
        self,
        spec: TrainSpec,
        state: State,
        folder: Path,
        n_images: int,
        report: Report,
        on_epoch: EpochHook | None,
    ) -> None:
        super().__init__()
        self.spec, self.state, self.folder = spec, state, folder
        self.n_images, self.report, self.hook = n_images, report, on_epoch
        self.first_epoch, self.seconds_before = state.epochs, state.seconds
        self.state.facts = device.describe()

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        self.started = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Row | None = None) -> None:
        """Report; raise `Stopped` if the answer is to stop."""
        losses = losses_of(logs or {})
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
            raise Stopped

    def on_epoch_end(self, epoch: int, logs: Row | None = None) -> None:
        """Keep the epoch, and stop early if it is time."""
        losses = losses_of(logs or {})
        self._check(losses, epoch)
        elapsed = time.perf_counter() - self.started
        trained = (epoch + 1 - self.first_epoch) * self.n_images
        state = self.state
        state.seconds = self.seconds_before + elapsed
        state.facts["images_per_second"] = round(trained / elapsed)
        state.history.append({"epoch": epoch + 1, **losses, "seconds": round(state.seconds, 2)})
        state.variables = variables(self.model)
        state.save(self.folder / run_store.STATE)
        if self.spec.patience and best_epoch(self.spec, state.history) == state.epochs:
            state.save(self.folder / run_store.BEST)
        if self.hook:
            before = time.perf_counter()
            self.hook(self.model, state.history)
            self.started += time.perf_counter() - before  # snapshots are no training
        if out_of_patience(self.spec, state.history):
            self.model.stop_training = True

    def _check(self, losses: Row, epoch: int) -> None:
        if not all(math.isfinite(value) for value in losses.values()):
            raise NotFinite(
                f"The training stopped in epoch {epoch + 1} because its loss is no longer a "
                f"finite number: use a learning rate below {self.spec.learning_rate:g}, or a "
                "smaller beta."
            )


def losses_of(logs: dict[str, Any]) -> Row:
    """Return Keras' logs under our names, in our order: its `loss` is the `total_loss`."""
    order = ["total_loss", "reconstruction_loss", "kl_loss"]
    losses = {
        key.removesuffix("loss") + "total_loss" if key in ("loss", "val_loss") else key: float(v)
        for key, v in logs.items()
    }
    order += [f"val_{key}" for key in order]
    return {key: losses[key] for key in order if key in losses}
