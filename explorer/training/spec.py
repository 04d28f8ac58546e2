"""What to train and how, in plain data."""

import math
import shlex
from dataclasses import asdict, dataclass
from typing import Any

from explorer import datasets
from explorer.core.errors import ExplorerError
from explorer.core.params import Parameters, choice, number, seed, whole
from explorer.models.spec import ModelSpec

OPTIMIZERS = {"adam": "Adam", "sgd": "SGD, with momentum"}
INITIALIZERS = {
    "glorot_uniform": "Glorot, uniform",
    "variance_scaling": "variance scaling (DEC)",
}
DTYPES = {"float32": "float32", "mixed_bfloat16": "mixed bfloat16"}


@dataclass(frozen=True)
class TrainSpec(Parameters):
    """A training.

    Attributes:
        dataset: One of `datasets.names`.
        model: What to build; its image shape must be the data set's.
        epochs: Passes over the training images, at least 1.
        batch_size: Images per step, at least 1.
        learning_rate: Of the optimiser, above 0.
        optimizer: "adam", or "sgd" (stochastic gradient descent) as DEC has it. Our loss is summed
            over the pixels: where a text takes their mean, divide SGD's learning rate by their
            number; Adam's steps do not depend on it.
        momentum: Of SGD, 0 to below 1; Adam has its own.
        initializer: Of the kernels: Keras' usual one, or VarianceScaling(1/3, "fan_in", "uniform").
        seed: Of the initial weights, the shuffling, the sampling and the validation split.
        validation_size: Training images held out for validation. 0: all are trained on, and the
            validation losses are those of the test images.
        patience: Stop after this many epochs without a better validation loss, and keep the best
            epoch (early stopping); 0: never. Needs `validation_size`.
        dtype: "float32", or "mixed_bfloat16" (faster on hardware that multiplies in bfloat16).
        start: Name of a checkpoint whose weights are the start; empty: random weights. The
            optimiser begins anew: a checkpoint does not keep its state.

    Raises:
        ExplorerError: If a value is not allowed, or the model does not fit the data set.
    """

    dataset: str
    model: ModelSpec
    epochs: int = whole(
        40,
        1,
        math.inf,
        "Epochs",
        "How often every training image is seen. It can be stopped at any time.",
    )
    batch_size: int = whole(
        128, 1, math.inf, "Batch size", "Images per step of the optimiser. Larger: faster epochs."
    )
    learning_rate: float = number(
        1e-3,
        0,
        math.inf,
        "Learning rate",
        "How large a step the optimiser takes. Too large: the loss jumps or fails.",
    )
    optimizer: str = choice(
        "adam", OPTIMIZERS, "Optimiser", "Adam finds the size of its steps itself; SGD does not."
    )
    momentum: float = number(
        0, 0, 0.9999, "Momentum (SGD)", "How much of its last step SGD takes again."
    )
    initializer: str = choice(
        "glorot_uniform",
        INITIALIZERS,
        "Initial weights",
        "How kernels are drawn; DEC: 1/3 of fan-in, uniform.",
    )
    seed: int = seed()
    validation_size: int = whole(
        0,
        0,
        math.inf,
        "Held-out images",
        "Training images that are not trained on but validate. 0: the test images validate.",
    )
    patience: int = whole(
        0,
        0,
        math.inf,
        "Patience (epochs)",
        "Stop when so many epochs brought no better validation loss, and keep the best epoch. 0: "
        "never. Needs held-out images.",
    )
    dtype: str = choice(
        "float32",
        DTYPES,
        "Precision",
        "bfloat16 is faster on recent GPUs, and on CPUs that multiply in it.",
    )
    start: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.start, str):
            raise ExplorerError(f"start must be a checkpoint's name. Received: {self.start!r}.")
        about = datasets.info(self.dataset)
        if self.model.image_shape != about.image_shape:
            raise ExplorerError(
                f"{about.title} has images of {about.image_shape}. "
                f"Received: a model for {self.model.image_shape}."
            )
        if not self.learning_rate:
            raise ExplorerError("learning_rate must be above 0. Received: 0.")
        if self.momentum and self.optimizer != "sgd":
            raise ExplorerError(
                "Adam has momentum of its own: choose the optimiser sgd, or leave out momentum. "
                f"Received: {self.momentum}."
            )
        if self.patience and not self.validation_size:
            raise ExplorerError(
                "Early stopping needs images that are held out of the training: set the "
                "validation size too, for example 5000."
            )

    @property
    def default_name(self) -> str:
        """Name of the checkpoint where the user gives none."""
        dataset = self.dataset.split("_")[0]
        return f"{dataset}-{self.model.kind}-{self.model.architecture}-z{self.model.z_dim}"

    @property
    def command(self) -> str:
        """The command line that trains this, every option that is not the default's spelt out."""
        plain = TrainSpec(
            self.dataset,
            ModelSpec(
                self.model.kind,
                self.model.architecture,
                self.model.image_shape,
                self.model.z_dim,
            ),
        )
        words = ["--dataset", self.dataset]
        for given, default in ((self.model, plain.model), (self, plain)):
            for name, value in asdict(given).items():
                named = name in ("kind", "architecture", "z_dim")
                if name in ("dataset", "model") or not (named or value != getattr(default, name)):
                    continue
                values = value if isinstance(value, tuple | list) else [value]
                words += ["--" + name.replace("_", "-"), *map(str, values)]
        return "python -m explorer train " + shlex.join(words)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "TrainSpec":
        """Build the spec that `dataclasses.asdict` took apart."""
        return cls(**{**content, "model": ModelSpec(**content["model"])})
