"""Layers that Keras does not have."""

import math
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("explorer")
class Sampling(keras.layers.Layer):
    """Draw a code from the Gaussian that a VAE's encoder gives (the reparametrisation trick).

    z = z_mean + exp(z_log_var / 2) · ε with ε ~ N(0, 1); Kingma and Welling 2013, eq. 10.

    Input: [z_mean, z_log_var], each (batch, z_dim). Output: z, (batch, z_dim).
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs: Any) -> Any:
        """Return one sample per row."""
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * ops.cast(epsilon, z_mean.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of z, that of z_mean."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """Return what builds this layer again."""
        return {**super().get_config(), "seed": self.seed}


@keras.saving.register_keras_serializable("explorer")
def gelu(x: Any) -> Any:
    """Return x · Φ(x), the exact GELU; Keras' own cannot be exported to ONNX from TensorFlow."""
    return 0.5 * x * (1 + ops.erf(x / math.sqrt(2)))


def activation(name: str) -> Any:
    """Return what Keras takes for the activation of that name."""
    return gelu if name == "gelu" else name


def activation_layer(name: str) -> keras.layers.Layer:
    """Return the layer of an activation, one of `explorer.models.spec.ACTIVATIONS`.

    Source A's LeakyReLU is the layer, whose slope is 0.3; the function of that name has 0.2.
    """
    return (
        keras.layers.LeakyReLU(0.3)
        if name == "leaky_relu"
        else keras.layers.Activation(activation(name))
    )
