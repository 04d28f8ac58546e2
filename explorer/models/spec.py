"""What model to build, in plain data that needs no Keras."""

import itertools
import math
from dataclasses import dataclass
from typing import Any, Literal

from explorer.core.errors import ExplorerError

Kind = Literal["ae", "vae"]
Architecture = Literal["cnn", "dense", "mlp", "vanilla"]
Loss = Literal["bce", "mse"]

KINDS = ("ae", "vae")
LOSSES = ("bce", "mse")
MAX_PARAMETERS = 200_000_000


@dataclass(frozen=True)
class _Defaults:
    widths: tuple[int, ...]
    activation: str
    code_activation: str
    help: str


ARCHITECTURES = {
    "cnn": _Defaults(
        (32, 64, 128), "leaky_relu", "linear", "convolutions, halving the image at each but one"
    ),
    "dense": _Defaults(
        (784, 64, 32), "sigmoid", "sigmoid", "784-784-64-32-z-32-64-784, sigmoid throughout"
    ),
    "mlp": _Defaults((512, 256, 128), "relu", "linear", "dense layers of any widths, mirrored"),
    "vanilla": _Defaults((), "relu", "relu", "one hidden layer: the code itself"),
}
ACTIVATIONS = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "softplus")
CODE_ACTIVATIONS = ("linear", *ACTIVATIONS)


@dataclass(frozen=True)
class ModelSpec:
    """An autoencoder to build.

    Attributes:
        kind: "ae", or "vae" with a Gaussian code.
        architecture: A key of `ARCHITECTURES`.
        image_shape: (height, width, channels), from 8 × 8 × 1 to 128 × 128 × 3.
        z_dim: Number of latent dimensions, 1 to 512.
        widths: Filters (cnn) or units of the hidden layers; empty: the architecture's own.
        activation: Of the hidden layers; empty: the architecture's own.
        code_activation: Of an AE's code (a VAE's is linear); empty: the architecture's own.
        loss: Pixel loss, summed over the pixels of an image: binary cross-entropy or squares.
        beta: Weight of the KL divergence (VAE), ≥ 0.
        kl_warmup: Epochs over which that weight grows linearly to `beta`; 0: none.
        noise: Standard deviation of Gaussian noise added to the input while training (the target
            stays clean: a denoising autoencoder), ≥ 0.
        l1: Weight of Σ|z| per image (sparse codes), ≥ 0.
        l2: Weight of Σz² per image, ≥ 0.
    """

    kind: Kind
    architecture: Architecture
    image_shape: tuple[int, int, int]
    z_dim: int
    widths: tuple[int, ...] = ()
    activation: str = ""
    code_activation: str = ""
    loss: Loss = "bce"
    beta: float = 1.0
    kl_warmup: int = 0
    noise: float = 0.0
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        _one_of("kind", self.kind, KINDS)
        _one_of("architecture", self.architecture, tuple(ARCHITECTURES))
        _one_of("loss", self.loss, LOSSES)
        defaults = ARCHITECTURES[self.architecture]
        set_field = object.__setattr__
        sizes, widths = self.image_shape, self.widths or defaults.widths
        set_field(self, "image_shape", tuple(_whole("Each size of an image", v) for v in sizes))
        set_field(self, "widths", tuple(_whole("Each of the widths", v) for v in widths))
        for name in ("z_dim", "kl_warmup"):
            set_field(self, name, _whole(name, getattr(self, name)))
        set_field(self, "activation", self.activation or defaults.activation)
        code_activation = self.code_activation or defaults.code_activation
        set_field(self, "code_activation", "linear" if self.kind == "vae" else code_activation)
        _one_of("activation", self.activation, ACTIVATIONS)
        _one_of("code_activation", self.code_activation, CODE_ACTIVATIONS)
        self._check_sizes()
        for name in ("beta", "kl_warmup", "noise", "l1", "l2"):
            value = getattr(self, name)
            if not (isinstance(value, int | float) and 0 <= value < math.inf):
                raise ExplorerError(f"{name} must be zero or more. Received: {value!r}.")

    def _check_sizes(self) -> None:
        shape = self.image_shape
        if (
            len(shape) != 3
            or shape[2] not in (1, 3)
            or not all(8 <= size <= 128 for size in shape[:2])
        ):
            raise ExplorerError(
                "Images must measure 8 × 8 to 128 × 128 pixels with 1 or 3 channels. "
                f"Received: {' × '.join(map(str, shape))}."
            )
        if not 1 <= self.z_dim <= 512:
            raise ExplorerError(f"z_dim must lie between 1 and 512. Received: {self.z_dim}.")
        if any(width < 1 for width in self.widths) or len(self.widths) > 8:
            raise ExplorerError(
                f"widths must be at most 8 whole numbers above 0. Received: {self.widths}."
            )
        if self.architecture == "vanilla" and self.widths:
            raise ExplorerError(
                "A vanilla autoencoder has no hidden layer besides its code: leave out widths, "
                f"or choose mlp. Received: widths {self.widths}."
            )
        if self.architecture != "vanilla" and not self.widths:
            raise ExplorerError(f"{self.architecture} needs at least one width.")
        if self.architecture == "cnn" and 2 ** (len(self.widths) - 1) > min(shape[:2]):
            raise ExplorerError(
                f"{len(self.widths)} convolutions halve the image {len(self.widths) - 1} times, "
                f"too often for {shape[0]} × {shape[1]} pixels: give fewer widths."
            )
        if (count := self.parameters) > MAX_PARAMETERS:
            raise ExplorerError(
                f"This model would have {count:,} parameters, more than the {MAX_PARAMETERS:,} "
                "that can be trained here: use smaller widths or a smaller z_dim."
            )

    @property
    def strides(self) -> tuple[int, ...]:
        """Stride of each convolution of the encoder: 1, then 2."""
        return (1, *(2 for _ in self.widths[1:]))

    @property
    def feature_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) behind the encoder's last convolution (cnn)."""
        height, width = self.image_shape[:2]
        for stride in self.strides:
            height, width = math.ceil(height / stride), math.ceil(width / stride)
        return height, width, self.widths[-1]

    @property
    def decoder_widths(self) -> tuple[int, ...]:
        """Filters or units of the decoder's hidden layers, from the code outwards."""
        if self.architecture == "cnn":
            return tuple(reversed(self.widths[:-1]))
        # Source D's dense autoencoder does not mirror its first hidden layer.
        return tuple(reversed(self.widths[1 if self.architecture == "dense" else 0 :]))

    @property
    def parameters(self) -> int:
        """Number of trainable parameters of encoder and decoder together."""
        pixels = math.prod(self.image_shape)
        codes = self.z_dim * (2 if self.kind == "vae" else 1)
        if self.architecture == "cnn":
            features = math.prod(self.feature_shape)
            filters = (self.image_shape[2], *self.widths)
            upwards = (self.widths[-1], *self.decoder_widths, self.image_shape[2])
            convolutions = [*_pairs(filters), *_pairs(upwards)]
            dense = [(features, codes), (self.z_dim, features)]
            return sum((9 * a + 1) * b for a, b in convolutions) + sum(
                (a + 1) * b for a, b in dense
            )
        down = [*_pairs((pixels, *self.widths)), ((self.widths or (pixels,))[-1], codes)]
        up = _pairs((self.z_dim, *self.decoder_widths, pixels))
        return sum((a + 1) * b for a, b in [*down, *up])


def _pairs(sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(itertools.pairwise(sizes))


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExplorerError(f"{name} must be a whole number. Received: {value!r}.")
    return value


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ExplorerError(f"{name} must be one of {', '.join(allowed)}. Received: {value!r}.")
