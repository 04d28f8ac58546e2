"""The state of a training between two epochs: history, variables, and when it is enough."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.models.autoencoder import Autoencoder
from explorer.models.spec import MAX_PARAMETERS
from explorer.training.run_store import Facts, Row
from explorer.training.spec import TrainSpec


@dataclass
class State:
    """What one epoch hands to the next, in memory and on disk.

    Attributes:
        history: A row per whole epoch.
        variables: Those of model and optimiser.
        seconds: Time trained, in all.
        facts: What was trained on and how fast, see `device`.
        complete: Whether nothing is left to train.
    """

    history: list[Row] = field(default_factory=list)
    variables: list[np.ndarray] = field(default_factory=list)
    seconds: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)
    complete: bool = False

    @property
    def epochs(self) -> int:
        """Number of whole epochs trained."""
        return len(self.history)

    def save(self, path: Path) -> None:
        """Write it to one file."""
        # One file, renamed into place: a kill at any moment leaves this epoch or the one before.
        arrays = {f"variable_{i}": value for i, value in enumerate(self.variables)}
        facts = {"history": self.history, "seconds": self.seconds, "facts": self.facts}
        with storage.atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(file, facts=np.array(json.dumps(facts)), **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> "State":
        """Read it; where there is no file, nothing is trained yet.

        Raises:
            ExplorerError: If the file is damaged.
        """
        if not path.exists():
            return cls()
        # Weights and Adam's two moments, in float32.
        arrays = storage.read_npz(path, "facts", limit=16 * MAX_PARAMETERS)
        known = Facts.parse(path.parent.name, str(arrays["facts"]))
        names = [f"variable_{i}" for i in range(len(arrays) - 1)]
        if not arrays.keys() >= set(names):
            raise ExplorerError(f"{path.parent.name}: {path.name} lacks variables of the model.")
        return cls(list(known.history), [arrays[i] for i in names], known.seconds, known.facts)


def _variables_of(model: Autoencoder) -> list[Any]:
    """Return the variables of model and optimiser, without the images on the device."""
    return [
        variable
        for variable in (*model.variables, *model.optimizer.variables)
        if variable is not model.images
    ]


def variables(model: Autoencoder) -> list[np.ndarray]:
    """Return the values of all variables of model and optimiser."""
    return [keras.ops.convert_to_numpy(variable.value) for variable in _variables_of(model)]


def restore(model: Autoencoder, values: list[np.ndarray]) -> None:
    """Give a compiled model, and its optimiser, the values that `variables` returned."""
    for variable, value in zip(_variables_of(model), values, strict=True):
        variable.assign(value)


def best_epoch(spec: TrainSpec, history: list[Row]) -> int:
    """Return the epoch, counted from 1, with the smallest validation loss."""
    # While the KL weight grows the losses are not comparable.
    start = min(spec.model.kl_warmup, len(history) - 1)
    return start + int(np.argmin([row["val_total_loss"] for row in history[start:]])) + 1


def out_of_patience(spec: TrainSpec, history: list[Row]) -> bool:
    """Whether early stopping ends the training now."""
    if not spec.patience or not history:
        return False
    return len(history) - best_epoch(spec, history) >= spec.patience
