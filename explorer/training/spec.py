"""What to train and how, in plain data; and the recipes of the checkpoints that ship."""

import math
import shlex
from dataclasses import asdict, dataclass
from typing import Any, Literal

from explorer import datasets
from explorer.core.errors import ExplorerError
from explorer.models.spec import ModelSpec

DTYPES = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class TrainSpec:
    """A training.

    Attributes:
        dataset: A key of `datasets.DATASETS`.
        model: What to build; its image shape must be the data set's.
        epochs: Passes over the training images, at least 1.
        batch_size: Images per step, at least 1.
        learning_rate: Of Adam, above 0.
        seed: Of the initial weights, the shuffling, the sampling and the validation split.
        validation_size: Training images held out for validation. 0: all are trained on, and the
            validation losses are those of the test images.
        patience: Stop after this many epochs without a better validation loss, and keep the best
            epoch (early stopping); 0: never. Needs `validation_size`.
        dtype: "float32", or "mixed_bfloat16" (faster on hardware that multiplies in bfloat16).
        start: Name of a checkpoint whose weights are the start; empty: random weights. The
            optimiser begins anew: a checkpoint does not keep its state.
    """

    dataset: str
    model: ModelSpec
    epochs: int = 40
    batch_size: int = 128
    learning_rate: float = 1e-3
    seed: int = 0
    validation_size: int = 0
    patience: int = 0
    dtype: Literal["float32", "mixed_bfloat16"] = "float32"
    start: str = ""

    def __post_init__(self) -> None:
        about = datasets.info(self.dataset)
        if self.model.image_shape != about.image_shape:
            raise ExplorerError(
                f"{about.title} has images of {about.image_shape}. "
                f"Received: a model for {self.model.image_shape}."
            )
        for name, smallest in (
            ("epochs", 1),
            ("batch_size", 1),
            ("validation_size", 0),
            ("patience", 0),
            ("seed", 0),
        ):
            if getattr(self, name) < smallest:
                raise ExplorerError(
                    f"{name} must be {smallest} or more. Received: {getattr(self, name)}."
                )
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ExplorerError(f"learning_rate must be above 0. Received: {self.learning_rate}.")
        if self.dtype not in DTYPES:
            raise ExplorerError(
                f"dtype must be one of {', '.join(DTYPES)}. Received: {self.dtype!r}."
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


def _spec(dataset: str, kind: Any, architecture: Any, z_dim: int, **options: Any) -> TrainSpec:
    shape = datasets.info(dataset).image_shape
    model = {key: options.pop(key) for key in list(options) if key in ModelSpec.__annotations__}
    return TrainSpec(dataset, ModelSpec(kind, architecture, shape, z_dim, **model), **options)


# The sources (A, B, C, D) are told in docs/RESULTS.md.
RECIPES: dict[str, TrainSpec] = {
    "digits-vae-z2": _spec("digits", "vae", "mlp", 2, widths=(128, 64), epochs=200, batch_size=64),
    "mnist-ae-cnn-z2": _spec("mnist", "ae", "cnn", 2, learning_rate=5e-4),
    "mnist-ae-cnn-z16": _spec("mnist", "ae", "cnn", 16, learning_rate=5e-4),
    "mnist-vae-cnn-z2": _spec("mnist", "vae", "cnn", 2, learning_rate=5e-4),
    "fashion-vae-mlp-z10": _spec("fashion_mnist", "vae", "mlp", 10, epochs=60, batch_size=512),
    "mnist-vae-mlp-z10": _spec("mnist", "vae", "mlp", 10, epochs=60, batch_size=512),
    "fashion-ae-cnn-z10": _spec(
        "fashion_mnist", "ae", "cnn", 10, activation="relu", epochs=45, learning_rate=5e-4
    ),
    "mnist-ae-dense-z3": _spec(
        "mnist", "ae", "dense", 3, loss="mse", epochs=200, learning_rate=3e-3
    ),
}


@dataclass(frozen=True)
class Preset:
    """A training to begin with.

    Attributes:
        title: Its name, for people.
        about: What it is good for, in one or two sentences.
        spec: The training.
    """

    title: str
    about: str
    spec: TrainSpec


PRESETS: dict[str, Preset] = {
    "quick": Preset(
        "Quick try",
        "Small digits, two latent dimensions: done within a minute on any machine.",
        _spec("digits", "vae", "mlp", 2, widths=(128, 64), epochs=60, batch_size=64),
    ),
    "A1": Preset(
        "A1 · CNN autoencoder",
        "Convolutions squeeze each MNIST digit into 16 numbers and give it back almost perfectly.",
        _spec("mnist", "ae", "cnn", 16, learning_rate=5e-4),
    ),
    "A2": Preset(
        "A2 · CNN VAE in a plane",
        "The same with a KL loss and two dimensions: the codes stay near the origin, without "
        "holes, and every place of the plane decodes to something.",
        _spec("mnist", "vae", "cnn", 2, learning_rate=5e-4),
    ),
    "A3": Preset(
        "A3 · Codes for a classifier",
        "25 dimensions, squared error, 50,000 training images: codes whose clusters classify "
        "digits.",
        _spec("mnist", "ae", "cnn", 25, loss="mse", learning_rate=5e-4, validation_size=10_000),
    ),
    "B": Preset(
        "B · VAE for clustering",
        "Dense layers and 10 dimensions on Fashion-MNIST: k-means finds clearer clusters in its "
        "codes than in the pixels.",
        RECIPES["fashion-vae-mlp-z10"],
    ),
    "C": Preset(
        "C · Convolutional codes of clothes",
        "A convolutional autoencoder with a code of 10 numbers on Fashion-MNIST.",
        RECIPES["fashion-ae-cnn-z10"],
    ),
    "D": Preset(
        "D · Three sigmoid numbers",
        "A dense autoencoder, sigmoid throughout: its codes lie in a cube that can be turned.",
        RECIPES["mnist-ae-dense-z3"],
    ),
    "N2D": Preset(
        "N2D · Codes for UMAP and a mixture",
        "Wide dense layers (500-500-2000) and 10 dimensions: the autoencoder under the best "
        "clusterings that are known for MNIST.",
        _spec(
            "mnist", "ae", "mlp", 10, widths=(500, 500, 2000), loss="mse", epochs=15, batch_size=256
        ),
    ),
}
