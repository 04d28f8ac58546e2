"""Encoders and decoders as Functional models, built from a `ModelSpec`."""

import keras
from keras import layers

from explorer.models.architectures import ARCHITECTURES
from explorer.models.layers import activation
from explorer.models.spec import ModelSpec


def build_encoder(spec: ModelSpec) -> keras.Model:
    """Build an encoder.

    Input: images (batch, h, w, c) in [0, 1]. Output: `z_mean` (batch, z_dim) for an AE, and
    [`z_mean`, `z_log_var`] for a VAE. Outputs are float32 under every precision policy.
    """
    image = keras.Input(spec.image_shape, name="image")
    x = ARCHITECTURES[spec.architecture].encode(image, spec.widths, spec.activation)
    z_mean = layers.Dense(
        spec.z_dim, activation=activation(spec.code_activation), dtype="float32", name="z_mean"
    )(x)
    if spec.kind == "ae":
        return keras.Model(image, z_mean, name="encoder")
    z_log_var = layers.Dense(spec.z_dim, dtype="float32", name="z_log_var")(x)
    return keras.Model(image, [z_mean, z_log_var], name="encoder")


def build_decoder(spec: ModelSpec) -> keras.Model:
    """Build a decoder.

    Input: codes (batch, z_dim). Output: images (batch, h, w, c), float32, in [0, 1] unless
    `spec.output` is linear.
    """
    z = keras.Input((spec.z_dim,), name="z")
    architecture = ARCHITECTURES[spec.architecture]
    x = architecture.decode(z, spec.image_shape, spec.widths, spec.activation)
    image = layers.Activation(spec.output, dtype="float32", name="image")(x)
    return keras.Model(z, image, name="decoder")
