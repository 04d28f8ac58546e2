"""Dense layers: each unit sees every pixel."""

import itertools
import math
from dataclasses import dataclass, replace
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.models.base import Architecture, Layer, Shape, Weights


@dataclass(frozen=True)
class Dense(Architecture):
    """Dense hidden layers.

    Attributes:
        unmirrored: How many of the first widths the decoder leaves out.
    """

    unmirrored: int = 0

    def check(self, image_shape: Shape, widths: tuple[int, ...]) -> None:
        """Refuse no widths at all."""
        if not widths:
            raise ExplorerError(f"{self.name} needs at least one width.")

    def down(self, image_shape: Shape, widths: tuple[int, ...]) -> list[Layer]:
        """Return the dense layers that narrow the image."""
        return _dense(math.prod(image_shape), *widths)

    def up(self, image_shape: Shape, widths: tuple[int, ...], z_dim: int) -> list[Layer]:
        """Return the dense layers that widen the code."""
        *hidden, last = _dense(z_dim, *self._upwards(widths), math.prod(image_shape))
        return [*hidden, replace(last, shape=image_shape)]

    def encode(self, image: Any, widths: tuple[int, ...], activation: str) -> Any:
        """Flatten the image and narrow it, layer by layer."""
        from keras import layers

        from explorer.models.layers import activation_layer

        x = layers.Flatten()(image)
        for units in widths:
            x = activation_layer(activation)(layers.Dense(units)(x))
        return x

    def decode(self, z: Any, image_shape: Shape, widths: tuple[int, ...], activation: str) -> Any:
        """Widen the code, layer by layer, to the pixels."""
        from keras import layers

        from explorer.models.layers import activation_layer

        x = z
        for units in self._upwards(widths):
            x = activation_layer(activation)(layers.Dense(units)(x))
        return layers.Reshape(image_shape)(layers.Dense(math.prod(image_shape))(x))

    def _upwards(self, widths: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(reversed(widths[self.unmirrored :]))


def _dense(*units: int) -> list[Layer]:
    return [Layer("Dense", (b,), (Weights(a, b),)) for a, b in itertools.pairwise(units)]


MLP = Dense(
    "mlp",
    "Dense layers",
    "dense layers of any widths, mirrored: quick to train, and blind to which pixels are "
    "neighbours",
    (512, 256, 128),
)
