"""Residual blocks: convolutions that correct what a skip connection hands on."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

from explorer.models.base import Architecture, Layer, Shape, Weights
from explorer.models.cnn import check_halvings, crop, halved_sizes, unflattened


@dataclass(frozen=True)
class Residual(Architecture):
    """A residual block for each width (He et al. 2015); all but the first halve the image.

    A block adds two convolutions of 3 × 3 pixels to its input, which a convolution of 1 × 1 pixel
    brings to the new size. The second of the two starts at zero, so that an untrained block hands
    on its input alone; without batch normalisation, as in Fixup (Zhang et al. 2019).
    """

    def check(self, image_shape: Shape, widths: tuple[int, ...]) -> None:
        """Refuse no widths, and more than the image can be halved."""
        check_halvings(image_shape, widths, "residual blocks")

    def down(self, image_shape: Shape, widths: tuple[int, ...]) -> list[Layer]:
        """Return the blocks, each of three convolutions."""
        sizes = halved_sizes(image_shape, len(widths))
        layers: list[Layer] = []
        for (a, b), size in zip(itertools.pairwise((image_shape[2], *widths)), sizes, strict=True):
            n = math.prod(size)
            weights = (Weights(a, b, 9, n), Weights(b, b, 9, n), Weights(a, b, 1, n))
            title = f"Residual block{', halves' if layers else ''}"
            layers.append(Layer(title, (*size, b), weights))
        return layers

    def up(self, image_shape: Shape, widths: tuple[int, ...], z_dim: int) -> list[Layer]:
        """Return the dense layer, the blocks and the last convolution."""
        first = unflattened(z_dim, image_shape, widths)
        layers, (height, width, _) = [first], first.shape
        for a, b in itertools.pairwise(reversed(widths)):
            n = height * width
            weights = (Weights(a, b, 9, n), Weights(b, b, 9, 4 * n), Weights(a, b, 1, n))
            height, width = 2 * height, 2 * width
            layers.append(Layer("Residual block, doubles", (height, width, b), weights))
        last = Weights(widths[0], image_shape[2], 9, height * width)
        return [*layers, Layer("Convolution 3 × 3", image_shape, (last,))]

    def encode(self, image: Any, widths: tuple[int, ...], activation: str) -> Any:
        """Halve the image with each block but the first."""
        from keras import layers

        x = image
        for index, filters in enumerate(widths):
            stride = 2 if index else 1
            first = layers.Conv2D(filters, 3, stride, padding="same")(x)
            skip = layers.Conv2D(filters, 1, stride, padding="same")(x)
            x = _block(first, skip, filters, activation)
        return layers.Flatten()(x)

    def decode(self, z: Any, image_shape: Shape, widths: tuple[int, ...], activation: str) -> Any:
        """Double the image with each block."""
        from keras import layers

        x = layers.Dense(self.features(image_shape, widths))(z)
        x = layers.Reshape((*halved_sizes(image_shape, len(widths))[-1], widths[-1]))(x)
        for filters in reversed(widths[:-1]):
            first = layers.Conv2DTranspose(filters, 3, 2, padding="same")(x)
            skip = layers.UpSampling2D(2)(layers.Conv2D(filters, 1)(x))
            x = _block(first, skip, filters, activation)
        return crop(layers.Conv2D(image_shape[2], 3, padding="same")(x), image_shape)


def _block(first: Any, skip: Any, filters: int, activation: str) -> Any:
    """Add a second convolution of the first one's result to the skip connection."""
    from keras import layers

    from explorer.models.layers import activation_layer

    x = activation_layer(activation)(first)
    x = layers.Conv2D(filters, 3, padding="same", kernel_initializer="zeros")(x)
    return activation_layer(activation)(layers.Add()([skip, x]))


RESNET = Residual(
    "resnet",
    "Residual blocks",
    "convolutions with skip connections: each block learns only what to add to its input, so that "
    "errors reach the first layers undamped and deeper models train; no connection skips the code, "
    "through which all that is known of an image still has to pass",
    (16, 32, 64),
    convolutional=True,
)
