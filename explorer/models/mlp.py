"""Dense layers: each unit sees every pixel."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.models.base import Architecture, Shape, Weights


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

    def features(self, image_shape: Shape, widths: tuple[int, ...]) -> int:
        """Return the units of the last layer; without a layer, the pixels."""
        return (math.prod(image_shape), *widths)[-1]

    def weights(self, image_shape: Shape, widths: tuple[int, ...], z_dim: int) -> list[Weights]:
        """Return the dense layers down and up."""
        pixels = math.prod(image_shape)
        down = (pixels, *widths)
        up = (z_dim, *self._upwards(widths), pixels)
        return [Weights(a, b) for a, b in [*itertools.pairwise(down), *itertools.pairwise(up)]]

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


MLP = Dense(
    "mlp",
    "Dense layers",
    "dense layers of any widths, mirrored: quick to train, and blind to which pixels are "
    "neighbours",
    (512, 256, 128),
)
