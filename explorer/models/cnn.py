"""Convolutions that halve the image, and transposed convolutions that double it again."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.models.base import Architecture, Layer, Shape, Weights


def check_halvings(image_shape: Shape, widths: tuple[int, ...], layers: str) -> None:
    """Refuse no widths, and more than the image can be halved: once for each after the first.

    Raises:
        ExplorerError: With what to do instead.
    """
    if not widths:
        raise ExplorerError(f"{layers.capitalize()} need at least one width.")
    height, width, _ = image_shape
    if 2 ** (len(widths) - 1) > min(height, width):
        raise ExplorerError(
            f"{len(widths)} {layers} halve the image {len(widths) - 1} times, "
            f"too often for {height} × {width} pixels: give fewer widths."
        )


def halved_sizes(image_shape: Shape, n: int) -> list[tuple[int, int]]:
    """Return the heights and widths of n feature maps, the first as large as the image.

    Halving an odd size rounds up.
    """
    height, width, _ = image_shape
    return [(math.ceil(height / 2**i), math.ceil(width / 2**i)) for i in range(n)]


def unflattened(z_dim: int, image_shape: Shape, widths: tuple[int, ...]) -> Layer:
    """Return the dense layer from the code to the smallest feature maps."""
    shape = (*halved_sizes(image_shape, len(widths))[-1], widths[-1])
    return Layer("Dense, as feature maps", shape, (Weights(z_dim, math.prod(shape)),))


def crop(image: Any, image_shape: Shape) -> Any:
    """Cut an image to its size: halving an odd size rounds up, so doubling it may overshoot."""
    from keras import layers

    excess = [have - want for have, want in zip(image.shape[1:3], image_shape, strict=False)]
    return layers.Cropping2D([(0, pixels) for pixels in excess])(image) if any(excess) else image


@dataclass(frozen=True)
class Convolutional(Architecture):
    """Convolutions of 3 × 3 pixels, all but the first with a stride of 2."""

    def check(self, image_shape: Shape, widths: tuple[int, ...]) -> None:
        """Refuse no widths, and more than the image can be halved."""
        check_halvings(image_shape, widths, "convolutions")

    def down(self, image_shape: Shape, widths: tuple[int, ...]) -> list[Layer]:
        """Return the convolutions."""
        sizes = halved_sizes(image_shape, len(widths))
        layers: list[Layer] = []
        for (a, b), size in zip(itertools.pairwise((image_shape[2], *widths)), sizes, strict=True):
            title = f"Convolution 3 × 3{', halves' if layers else ''}"
            layers.append(Layer(title, (*size, b), (Weights(a, b, 9, math.prod(size)),)))
        return layers

    def up(self, image_shape: Shape, widths: tuple[int, ...], z_dim: int) -> list[Layer]:
        """Return the dense layer and the transposed convolutions."""
        first = unflattened(z_dim, image_shape, widths)
        layers, (height, width, _) = [first], first.shape
        for a, b in itertools.pairwise(reversed(widths)):
            # A transposed convolution multiplies at every pixel that it reads.
            weights = Weights(a, b, 9, height * width)
            height, width = 2 * height, 2 * width
            layers.append(
                Layer("Transposed convolution 3 × 3, doubles", (height, width, b), (weights,))
            )
        last = Weights(widths[0], image_shape[2], 9, height * width)
        return [*layers, Layer("Transposed convolution 3 × 3", image_shape, (last,))]

    def encode(self, image: Any, widths: tuple[int, ...], activation: str) -> Any:
        """Halve the image with each convolution but the first."""
        from keras import layers

        from explorer.models.layers import activation_layer

        x = image
        for index, filters in enumerate(widths):
            x = layers.Conv2D(filters, 3, 2 if index else 1, padding="same")(x)
            x = activation_layer(activation)(x)
        return layers.Flatten()(x)

    def decode(self, z: Any, image_shape: Shape, widths: tuple[int, ...], activation: str) -> Any:
        """Double the image with each transposed convolution but the last."""
        from keras import layers

        from explorer.models.layers import activation_layer

        x = layers.Dense(self.features(image_shape, widths))(z)
        x = layers.Reshape((*halved_sizes(image_shape, len(widths))[-1], widths[-1]))(x)
        for filters in reversed(widths[:-1]):
            x = layers.Conv2DTranspose(filters, 3, 2, padding="same")(x)
            x = activation_layer(activation)(x)
        return crop(layers.Conv2DTranspose(image_shape[2], 3, padding="same")(x), image_shape)


CNN = Convolutional(
    "cnn",
    "Convolutions",
    "convolutions, halving the image at each but one: few weights, shared by all places of the "
    "image, so that a stroke is recognised wherever it lies",
    (32, 64, 128),
    "leaky_relu",
    convolutional=True,
)
