"""Trainings to begin with: recipes of the checkpoints that ship, and presets of the form."""

from dataclasses import dataclass, replace
from typing import Any

from explorer import datasets
from explorer.models.spec import ModelSpec
from explorer.training.spec import TrainSpec


def _spec(dataset: str, kind: str, architecture: str, z_dim: int, **options: Any) -> TrainSpec:
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

# Source B as its own code runs: the KL loss is never added.
B_AS_RUN = {
    data: _spec(
        *(data, "vae", "mlp", 10),
        widths=(128, 64, 32),
        beta=0.0,
        noise=0.05,
        epochs=60,
        batch_size=512,
    )
    for data in ("mnist", "fashion_mnist")
}
# The autoencoder of N2D, and that of DEC as its own code trains it. There the loss is the mean over
# the pixels and the learning rate 1; here it is their sum.
_DEEP: dict[str, Any] = {"widths": (500, 500, 2000), "loss": "mse", "batch_size": 256}
DEC = {
    data: _spec(
        *(data, "ae", "mlp", 10),
        **_DEEP,
        output="linear",
        optimizer="sgd",
        momentum=0.9,
        learning_rate=1 / 784,
        initializer="variance_scaling",
        epochs=300,
    )
    for data in ("mnist", "fashion_mnist")
}
N2D = {
    data: _spec(data, "ae", "mlp", 10, **_DEEP, epochs=30) for data in ("mnist", "fashion_mnist")
}
# The stories of β: trained alike but for β. Small, and without projections: they ship as families
# (see `explorer.checkpoints.families`).
FAMILY: dict[str, TrainSpec] = {
    f"mnist-beta-z2-b{beta:g}": _spec(
        "mnist", "vae", "mlp", 2, widths=(128, 64), beta=beta, epochs=20, batch_size=256
    )
    for beta in (0.0, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0)
} | {
    f"shapes-beta-z6-b{beta:g}": _spec(
        *("shapes", "vae", "mlp", 6),
        widths=(128, 64),
        beta=beta,
        epochs=100,
        batch_size=64,
        learning_rate=2e-3,
    )
    for beta in (0.0, 0.1, 0.5, 1.0, 4.0)
}


@dataclass(frozen=True)
class Preset:
    """A training to begin with.

    Attributes:
        title: What it teaches, and its source in brackets, as docs/RESULTS.md names them.
        about: What it is good for, in one or two sentences.
        spec: The training.
    """

    title: str
    about: str
    spec: TrainSpec


PRESETS: dict[str, Preset] = {
    "quick": Preset(
        "A first try: digits from 8 numbers",
        "Small digits of 8 × 8 pixels: within a minute two processor cores learn to draw them.",
        _spec("digits", "vae", "mlp", 8, widths=(256, 128), beta=0.25, epochs=60, batch_size=64),
    ),
    "A1": Preset(
        "Squeeze digits into 16 numbers (source A1)",
        "Convolutions squeeze each MNIST digit into 16 numbers and give it back almost perfectly.",
        _spec("mnist", "ae", "cnn", 16, learning_rate=5e-4),
    ),
    "A2": Preset(
        "A plane without holes (source A2)",
        "The same with a KL loss and two dimensions: the codes stay near the origin, without "
        "holes, and every place of the plane decodes to something.",
        _spec("mnist", "vae", "cnn", 2, learning_rate=5e-4),
    ),
    "A3": Preset(
        "Clusters that classify (source A3)",
        "25 dimensions, squared error, 50,000 training images: codes whose clusters classify "
        "digits.",
        _spec("mnist", "ae", "cnn", 25, loss="mse", learning_rate=5e-4, validation_size=10_000),
    ),
    "B": Preset(
        "Clearer clusters than in pixels (source B)",
        "Dense layers and 10 dimensions on Fashion-MNIST: k-means finds clearer clusters in its "
        "codes than in the pixels.",
        RECIPES["fashion-vae-mlp-z10"],
    ),
    "B as run": Preset(
        "The same without KL loss (source B as run)",
        "What the code of source B does: its KL loss is never added (β = 0), and 5 % of noise is. "
        "Its clusters are more compact, and fewer of them are classes.",
        B_AS_RUN["fashion_mnist"],
    ),
    "C": Preset(
        "Clothes from 10 numbers (source C)",
        "A convolutional autoencoder with a code of 10 numbers on Fashion-MNIST.",
        RECIPES["fashion-ae-cnn-z10"],
    ),
    "D": Preset(
        "Codes in a cube (source D)",
        "A dense autoencoder, sigmoid throughout: its codes lie in a cube that can be turned.",
        RECIPES["mnist-ae-dense-z3"],
    ),
    "N2D": Preset(
        "Codes for the best clusterings (N2D)",
        "Wide dense layers (500-500-2000) and 10 dimensions: the autoencoder under the best "
        "clusterings that are known for MNIST.",
        replace(N2D["mnist"], epochs=15),
    ),
    "DEC": Preset(
        "300 epochs of gradient descent (DEC)",
        "The network of N2D as DEC trains it: SGD with momentum, linear pixels, 300 epochs. Hours "
        "on a processor.",
        DEC["mnist"],
    ),
}
