"""What model to build, in plain data that needs no Keras."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.params import Parameters, choice, given, number, whole
from explorer.models.architectures import ARCHITECTURES
from explorer.models.base import Architecture, Layer, Weights

KINDS = {"ae": "Autoencoder", "vae": "Variational (VAE)"}
LOSSES = {"bce": "cross-entropy", "mse": "squared error"}
LOSS_UNITS = {"bce": "nats", "mse": "squared error"}
# Names that Keras knows, but for "leaky_relu": see `explorer.models.layers.activation_layer`.
ACTIVATIONS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "softplus",
}
CODE_ACTIVATIONS = {"linear": "linear", **ACTIVATIONS}
OUTPUTS = {"sigmoid": "sigmoid: pixels from 0 to 1", "linear": "linear: any number"}
MAX_PARAMETERS = 200_000_000
_OWN = {"": "the architecture's own"}


@dataclass(frozen=True)
class ModelSpec(Parameters):
    """An autoencoder to build.

    Attributes:
        kind: "ae", or "vae" with a Gaussian code.
        architecture: A key of `ARCHITECTURES`.
        image_shape: (height, width, channels), from 8 × 8 × 1 to 128 × 128 × 3.
        z_dim: Number of latent dimensions, 1 to 512.
        widths: Filters or units of the hidden layers; empty: the architecture's own.
        activation: Of the hidden layers; empty: the architecture's own.
        code_activation: Of an AE's code (a VAE's is linear); empty: the architecture's own.
        loss: Reconstruction loss, summed over the pixels of an image: binary cross-entropy (in
            nats) or squared error.
        output: Activation of the pixels: "sigmoid", or "linear" for squared error alone (as DEC
            and N2D have it); pages draw what is below 0 black, above 1 white.
        beta: Weight of the KL divergence (VAE), ≥ 0.
        kl_warmup: Epochs over which that weight grows linearly to `beta`; 0: none.
        noise: Standard deviation of Gaussian noise added to the input while training (the target
            stays clean: a denoising autoencoder), ≥ 0.
        l1: Weight of Σ|z| per image (sparse codes), ≥ 0.
        l2: Weight of Σz² per image, ≥ 0.

    Raises:
        ExplorerError: If a value is not allowed, or the model could not be built or is too large.
    """

    kind: str = choice(
        None,
        KINDS,
        "Kind",
        "An autoencoder learns a code for each image. A variational autoencoder (VAE) also keeps "
        "the codes near the origin and without holes: new codes decode well.",
    )
    architecture: str = choice(
        None,
        {item.name: item.title for item in ARCHITECTURES.values()},
        "Architecture",
        "; ".join(f"{item.title}: {item.caption}" for item in ARCHITECTURES.values()) + ".",
    )
    image_shape: tuple[int, int, int] = given()
    z_dim: int = whole(
        None,
        1,
        512,
        "Latent dimensions",
        "How many numbers an image is squeezed into. Two can be drawn as they are; 10 to 30 keep "
        "more detail.",
    )
    widths: tuple[int, ...] = ()
    activation: str = choice(
        "", _OWN | ACTIVATIONS, "Activation", "Of the hidden layers. Without one: their usual one."
    )
    code_activation: str = choice(
        "",
        _OWN | CODE_ACTIVATIONS,
        "Activation of the code",
        "Of an autoencoder; a VAE's code is linear.",
    )
    loss: str = choice(
        "bce", LOSSES, "Reconstruction loss", "Of a pixel; summed over the pixels of an image."
    )
    output: str = choice(
        "sigmoid",
        OUTPUTS,
        "Activation of the pixels",
        "Cross-entropy needs the sigmoid. Linear pixels may leave the range from black to white.",
    )
    beta: float = number(
        1,
        0,
        math.inf,
        "β (KL weight)",
        "1 is the plain VAE; larger: rounder and emptier codes, blurrier images; near 0 it becomes "
        "an autoencoder.",
    )
    kl_warmup: int = whole(
        0,
        0,
        math.inf,
        "KL warm-up (epochs)",
        "Epochs over which β grows from 0: helps when codes collapse.",
    )
    noise: float = number(
        0,
        0,
        math.inf,
        "Noise on the input",
        "The model sees noisy images and must give back clean ones: a denoising autoencoder.",
    )
    l1: float = number(
        0, 0, math.inf, "L1 on the code", "Pulls each code towards few numbers that are not zero."
    )
    l2: float = number(0, 0, math.inf, "L2 on the code", "Pulls codes to the origin.")

    def __post_init__(self) -> None:
        super().__post_init__()
        own = self._architecture
        self._set(
            "image_shape", tuple(_whole("Each size of an image", v) for v in self.image_shape)
        )
        self._set(
            "widths", tuple(_whole("Each of the widths", v) for v in self.widths or own.widths)
        )
        self._set("activation", self.activation or own.activation)
        code_activation = self.code_activation or own.code_activation
        self._set("code_activation", "linear" if self.kind == "vae" else code_activation)
        if self.output == "linear" and self.loss != "mse":
            raise ExplorerError(
                "Linear pixels may lie outside of 0 to 1, where there is no cross-entropy: choose "
                f"the loss mse, or the output sigmoid. Received: {self.loss!r}."
            )
        self._check_sizes()

    def _set(self, field: str, value: Any) -> None:
        object.__setattr__(self, field, value)

    def _check_sizes(self) -> None:
        shape = self.image_shape
        _check_shape(shape)
        if any(width < 1 for width in self.widths) or len(self.widths) > 8:
            raise ExplorerError(
                f"widths must be at most 8 whole numbers above 0. Received: {self.widths}."
            )
        self._architecture.check(shape, self.widths)
        if (count := self.parameters) > MAX_PARAMETERS:
            raise ExplorerError(
                f"This model would have {count:,} parameters, more than the {MAX_PARAMETERS:,} "
                "that can be trained here: use smaller widths or a smaller z_dim."
            )

    @property
    def _architecture(self) -> Architecture:
        return ARCHITECTURES[self.architecture]

    @property
    def title(self) -> str:
        """What network it is, for people."""
        return self._architecture.title

    @property
    def decodes(self) -> bool:
        """Whether there is a decoder: who brings codes alone has none."""
        return True

    @property
    def parameters(self) -> int:
        """Number of trainable parameters of encoder and decoder together."""
        return sum(layer.parameters for layer in self._weights())

    @property
    def multiplications(self) -> int:
        """Number of multiplications that encoding and decoding one image takes."""
        return sum(layer.multiplications for layer in self._weights())

    @property
    def encoder_layers(self) -> list[Layer]:
        """The layers from the image to the code."""
        hidden = self._architecture.down(self.image_shape, self.widths)
        features = self._architecture.features(self.image_shape, self.widths)
        parts = ("z_mean", "z_log_var") if self.kind == "vae" else ("z",)
        weights = (Weights(features, self.z_dim),)
        return [*hidden, *(Layer(f"Dense: {part}", (self.z_dim,), weights) for part in parts)]

    @property
    def decoder_layers(self) -> list[Layer]:
        """The layers from the code to the image."""
        return self._architecture.up(self.image_shape, self.widths, self.z_dim)

    def _weights(self) -> list[Weights]:
        layers = [*self.encoder_layers, *self.decoder_layers]
        return [weights for layer in layers for weights in layer.weights]


# What was not built here, by what there is of it.
BROUGHT = {
    "imported": "imported model",
    "onnx": "imported from ONNX",
    "none": "no model, codes alone",
}
MAX_Z_DIM = 2048  # of codes alone


@dataclass(frozen=True)
class BroughtSpec(ModelSpec):
    """A model that somebody brought, or codes alone: its layers are not known here.

    Attributes:
        architecture: A key of `BROUGHT`.
        image_shape: (0, 0, 0) where there are no images.
    """

    architecture: str = choice(None, BROUGHT, "Architecture", "What there is of the model.")
    z_dim: int = whole(None, 1, MAX_Z_DIM, "Latent dimensions", "Length of a code.")

    def __post_init__(self) -> None:
        Parameters.__post_init__(self)
        sizes = tuple(_whole("Each size of an image", v) for v in self.image_shape)
        self._set("image_shape", sizes)
        self._set("widths", ())
        alone = sizes == (0, 0, 0) and not self.decodes
        if not alone:
            _check_shape(sizes)

    @property
    def title(self) -> str:
        """What there is of it, for people."""
        return BROUGHT[self.architecture]

    @property
    def decodes(self) -> bool:
        """Whether there is a decoder."""
        return self.architecture != "none"

    @property
    def encoder_layers(self) -> list[Layer]:
        """Nothing: they are not known."""
        return []

    @property
    def decoder_layers(self) -> list[Layer]:
        """Nothing: they are not known."""
        return []


def spec_of(values: Mapping[str, Any]) -> ModelSpec:
    """Build the spec that `dataclasses.asdict` took apart.

    Raises:
        ExplorerError: If a value is not allowed.
        KeyError, TypeError: If one is missing or there is none of that name.
    """
    kind = BroughtSpec if values["architecture"] in BROUGHT else ModelSpec
    return kind(**values)


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 3 or shape[2] not in (1, 3) or not all(8 <= size <= 128 for size in shape[:2]):
        raise ExplorerError(
            "Images must measure 8 × 8 to 128 × 128 pixels with 1 or 3 channels. "
            f"Received: {' × '.join(map(str, shape))}."
        )


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExplorerError(f"{name} must be a whole number. Received: {value!r}.")
    return value
