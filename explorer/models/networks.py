"""Encoders and decoders as Functional models, built from a `ModelSpec`."""

import math
from typing import Any

import keras
from keras import layers

from explorer.models.spec import ModelSpec


def build_encoder(spec: ModelSpec) -> keras.Model:
    """Build an encoder.

    Input: images (batch, h, w, c) in [0, 1]. Output: `z_mean` (batch, z_dim) for an AE, and
    [`z_mean`, `z_log_var`] for a VAE. Outputs are float32 under every precision policy.
    """
    image = keras.Input(spec.image_shape, name="image")
    x: Any = image
    if spec.architecture == "cnn":
        for filters, strides in zip(spec.widths, spec.strides, strict=True):
            x = layers.Conv2D(filters, 3, strides, padding="same")(x)
            x = _activation(spec.activation)(x)
        x = layers.Flatten()(x)
    else:
        x = layers.Flatten()(x)
        for units in spec.widths:
            x = _activation(spec.activation)(layers.Dense(units)(x))
    z_mean = layers.Dense(
        spec.z_dim, activation=spec.code_activation, dtype="float32", name="z_mean"
    )(x)
    if spec.kind == "ae":
        return keras.Model(image, z_mean, name="encoder")
    z_log_var = layers.Dense(spec.z_dim, dtype="float32", name="z_log_var")(x)
    return keras.Model(image, [z_mean, z_log_var], name="encoder")


def build_decoder(spec: ModelSpec) -> keras.Model:
    """Build a decoder.

    Input: codes (batch, z_dim). Output: images (batch, h, w, c) in [0, 1] (sigmoid), float32.
    """
    z = keras.Input((spec.z_dim,), name="z")
    x: Any = z
    if spec.architecture == "cnn":
        x = layers.Dense(math.prod(spec.feature_shape))(x)
        x = layers.Reshape(spec.feature_shape)(x)
        for filters in spec.decoder_widths:
            x = layers.Conv2DTranspose(filters, 3, 2, padding="same")(x)
            x = _activation(spec.activation)(x)
        x = layers.Conv2DTranspose(spec.image_shape[2], 3, padding="same")(x)
        # Halving an odd size rounds up, so doubling it may overshoot by a few pixels.
        excess = [have - want for have, want in zip(x.shape[1:3], spec.image_shape, strict=False)]
        if any(excess):
            x = layers.Cropping2D([(0, pixels) for pixels in excess])(x)
    else:
        for units in spec.decoder_widths:
            x = _activation(spec.activation)(layers.Dense(units)(x))
        x = layers.Reshape(spec.image_shape)(layers.Dense(math.prod(spec.image_shape))(x))
    image = layers.Activation("sigmoid", dtype="float32", name="image")(x)
    return keras.Model(z, image, name="decoder")


def _activation(name: str) -> keras.layers.Layer:
    # Source A's LeakyReLU is the layer, whose slope is 0.3; the function of that name has 0.2.
    return layers.LeakyReLU(0.3) if name == "leaky_relu" else layers.Activation(name)
