"""What an architecture is: one object with its texts, its defaults, its sizes and its layers."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

Shape = tuple[int, int, int]  # (height, width, channels)


@dataclass(frozen=True)
class Weights:
    """The numbers of one kernel and its biases, known before it is built.

    Attributes:
        inputs: Channels or units that come in.
        outputs: Channels or units that go out.
        kernel: Pixels of a convolution's kernel; 1 for a dense layer.
        places: Where the kernel is applied: pixels; 1 for a dense layer.
    """

    inputs: int
    outputs: int
    kernel: int = 1
    places: int = 1

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return (self.kernel * self.inputs + 1) * self.outputs

    @property
    def multiplications(self) -> int:
        """Number of multiplications for one image."""
        return self.kernel * self.inputs * self.outputs * self.places


@dataclass(frozen=True)
class Layer:
    """A layer of a network, known before it is built.

    Attributes:
        title: What it is, for people.
        shape: Of what it gives for one image.
        weights: Its kernels; a residual block has three.
    """

    title: str
    shape: tuple[int, ...]
    weights: tuple[Weights, ...] = ()

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return sum(weights.parameters for weights in self.weights)


@dataclass(frozen=True)
class Architecture(ABC):
    """The hidden layers of an encoder and its decoder.

    What all architectures share is built around them (`explorer.models.networks`): the dense
    layers that give the code, and the activation of the pixels.

    Attributes:
        name: As specs and the command line have it.
        title: Its name for people.
        caption: What it is and what it is good for, a sentence or two.
        widths: Its usual filters or units, from the image to the code.
        activation: Its usual activation of the hidden layers.
        code_activation: Its usual activation of an autoencoder's code.
        convolutional: Whether its time goes into convolutions: tells whose speed is alike.
    """

    name: str
    title: str
    caption: str
    widths: tuple[int, ...]
    activation: str = "relu"
    code_activation: str = "linear"
    convolutional: bool = False

    @abstractmethod
    def check(self, image_shape: Shape, widths: tuple[int, ...]) -> None:
        """Refuse widths that cannot be built for images of this shape.

        Raises:
            ExplorerError: With what to do instead.
        """

    def features(self, image_shape: Shape, widths: tuple[int, ...]) -> int:
        """Return how many numbers the encoder's hidden layers hand to those of the code."""
        return math.prod(
            [image_shape, *(layer.shape for layer in self.down(image_shape, widths))][-1]
        )

    @abstractmethod
    def down(self, image_shape: Shape, widths: tuple[int, ...]) -> list[Layer]:
        """Return the layers that `encode` builds, from the image to the code."""

    @abstractmethod
    def up(self, image_shape: Shape, widths: tuple[int, ...], z_dim: int) -> list[Layer]:
        """Return the layers that `decode` builds, from the code to the image."""

    @abstractmethod
    def encode(self, image: Any, widths: tuple[int, ...], activation: str) -> Any:
        """Build the encoder's hidden layers.

        Args:
            image: Keras tensor (batch, h, w, c).
            widths: Filters or units, from the image to the code.
            activation: Of the hidden layers, for `explorer.models.layers.activation_layer`.

        Returns:
            Keras tensor (batch, features).
        """

    @abstractmethod
    def decode(self, z: Any, image_shape: Shape, widths: tuple[int, ...], activation: str) -> Any:
        """Build the decoder's layers, all but the sigmoid.

        Args:
            z: Keras tensor (batch, z_dim).
            image_shape: Of the image.
            widths: As in `encode`: the decoder mirrors them.
            activation: As in `encode`.

        Returns:
            Keras tensor (batch, *image_shape).
        """
