"""Models as users of Keras 3 write and save them, each with the numbers that it gives itself.

Each function takes an empty folder, saves its files there and returns a `Shape`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from explorer.datasets import DatasetInfo
from explorer.datasets.base import Dataset

MEAN = 0.3  # of the pixels, about


@dataclass
class Shape:
    """What a user has, and what the model gives.

    Attributes:
        files: Of the model.
        images: (5, h, w, c) in [0, 1].
        z: Their codes.
        pixels: What is decoded from these, (5, h, w, c) in [0, 1].
        scale: Of the pixels, as the command line has it.
        kind: "ae" or "vae".
        parts: Of which part each file is, where the user says it.
        bottleneck: Which the user names.
    """

    files: list[Path]
    images: np.ndarray
    z: np.ndarray
    pixels: np.ndarray
    scale: str = "0-1"
    kind: str = "ae"
    parts: list[str] = field(default_factory=list)
    bottleneck: str = ""

    @property
    def paths(self) -> list[tuple[Path, str, str]]:
        parts = self.parts or [""] * len(self.files)
        return [(path, path.name, part) for path, part in zip(self.files, parts, strict=True)]


def data(images: np.ndarray) -> Dataset:
    """A data set of these images."""
    shape = (images.shape[1], images.shape[2], images.shape[3])
    about = DatasetInfo("some", "Some", shape, ("a", "b"), 0, len(images), ())
    return Dataset(about, "test", images, np.arange(len(images)) % 2, "here")


def some(*shape: int) -> np.ndarray:
    """Five images with a mean of about `MEAN`."""
    rng = np.random.default_rng(1)
    return np.clip(rng.normal(MEAN, 0.2, (5, *shape)), 0, 1).astype(np.float32)


def numbers(model: Any, x: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(model(x, training=False)))


def awake(model: Any, output: float = 0.0) -> None:
    """Give all weights values as training would; let the last bias give about `output`."""
    rng = np.random.default_rng(2)
    for weight in model.weights:
        if "seed" in weight.path:
            continue
        drawn = rng.normal(0, 0.3, weight.shape)
        if "variance" in weight.path or "gamma" in weight.path:
            drawn = 1 + np.abs(drawn)
        weight.assign(drawn)
    if output:
        last = next(
            layer for layer in reversed(leaves(model)) if getattr(layer, "bias", None) is not None
        )
        last.bias.assign(np.full(last.bias.shape, output))
        last.kernel.assign(0.1 * last.kernel)


def leaves(model: Any) -> list[Any]:
    found = []
    for layer in model.layers:
        found += leaves(layer) if hasattr(layer, "layers") else [layer]
    return found


class Sampling(layers.Layer):
    """As the Keras documentation has it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs: Any) -> Any:
        z_mean, z_log_var = inputs
        epsilon = keras.random.normal(shape=ops.shape(z_mean), seed=self.seed_generator)
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


def dense(folder: Path) -> Shape:
    """The simplest autoencoder of the Keras blog: flattened pixels, one file."""
    x = keras.Input(shape=(64,))
    encoded = layers.Dense(4, activation="relu")(x)
    decoded = layers.Dense(64, activation="sigmoid")(encoded)
    model = keras.Model(x, decoded)
    awake(model)
    model.save(folder / "autoencoder.keras")
    images = some(8, 8, 1)
    z = numbers(keras.Model(x, encoded), images.reshape(5, 64))
    return Shape([folder / "autoencoder.keras"], images, z, numbers(model, images.reshape(5, 64)))


def convolutional(folder: Path) -> Shape:
    """The convolutional autoencoder of the Keras blog: the code is an image of 4 × 4 × 2."""
    x = keras.Input(shape=(8, 8, 1))
    y = layers.Conv2D(4, (3, 3), activation="relu", padding="same")(x)
    y = layers.MaxPooling2D((2, 2), padding="same")(y)
    code = layers.Conv2D(2, (3, 3), activation="relu", padding="same", name="encoded")(y)
    y = layers.Conv2D(4, (3, 3), activation="relu", padding="same")(code)
    y = layers.UpSampling2D((2, 2))(y)
    y = layers.Conv2D(1, (3, 3), activation="sigmoid", padding="same")(y)
    model = keras.Model(x, y)
    awake(model)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    model.save(folder / "conv.h5")
    images = some(8, 8, 1)
    z = numbers(keras.Model(x, code), images).reshape(5, -1)
    return Shape([folder / "conv.h5"], images, z, numbers(model, images))


def documented_vae(names: tuple[str, str] = ("z_mean", "z_log_var")) -> tuple[Any, Any, Any]:
    """Encoder, decoder and mean of the convolutional VAE of the Keras documentation."""
    x = keras.Input(shape=(8, 8, 1))
    y = layers.Conv2D(4, 3, activation="relu", strides=2, padding="same")(x)
    y = layers.Flatten()(y)
    y = layers.Dense(6, activation="relu")(y)
    z_mean = layers.Dense(2, name=names[0])(y)
    z_log_var = layers.Dense(2, name=names[1])(y)
    z = Sampling()([z_mean, z_log_var])
    encoder = keras.Model(x, [z_mean, z_log_var, z], name="encoder")
    code = keras.Input(shape=(2,))
    y = layers.Dense(4 * 4 * 4, activation="relu")(code)
    y = layers.Reshape((4, 4, 4))(y)
    y = layers.Conv2DTranspose(4, 3, activation="relu", strides=2, padding="same")(y)
    y = layers.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(y)
    decoder = keras.Model(code, y, name="decoder")
    awake(encoder)
    awake(decoder)
    return encoder, decoder, keras.Model(x, z_mean)


def vae_in_two(folder: Path) -> Shape:
    """The VAE of the Keras documentation, encoder and decoder saved each by itself."""
    encoder, decoder, mean = documented_vae()
    encoder.save(folder / "vae_encoder.keras")
    decoder.save(folder / "vae_decoder.keras")
    images = some(8, 8, 1)
    z = numbers(mean, images)
    files = [folder / "vae_decoder.keras", folder / "vae_encoder.keras"]
    return Shape(files, images, z, numbers(decoder, z), kind="vae")


class VAE(keras.Model):
    """As the Keras documentation has it, with the configuration that saving it needs."""

    def __init__(self, encoder: Any, decoder: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder

    def call(self, x: Any, training: bool = False) -> Any:
        return self.decoder(self.encoder(x)[2])

    def get_config(self) -> dict[str, Any]:
        parts = {"encoder": self.encoder, "decoder": self.decoder}
        saved = {name: keras.saving.serialize_keras_object(part) for name, part in parts.items()}
        return {**super().get_config(), **saved}


def vae_subclassed(folder: Path) -> Shape:
    """The same as a class of one's own, whose attributes are encoder and decoder."""
    encoder, decoder, mean = documented_vae()
    images = some(8, 8, 1)
    vae = VAE(encoder, decoder)
    vae(images)
    vae.save(folder / "vae.keras")
    z = numbers(mean, images)
    return Shape([folder / "vae.keras"], images, z, numbers(decoder, z), kind="vae")


def vae_whole(folder: Path) -> Shape:
    """The same as one Functional model of two, with names of one's own."""
    encoder, decoder, mean = documented_vae(("mu", "sigma_log"))
    x = keras.Input((8, 8, 1))
    whole = keras.Model(x, decoder(encoder(x)[2]))
    whole.save(folder / "whole.keras")
    images = some(8, 8, 1)
    z = numbers(mean, images)
    return Shape([folder / "whole.keras"], images, z, numbers(decoder, z), kind="vae")


def source_a(folder: Path) -> Shape:
    """Source A's convolutional autoencoder, saved as .h5 by Keras 3."""
    x = keras.Input((8, 8, 1))
    y = x
    for filters, stride in ((4, 1), (6, 2), (8, 2)):
        y = layers.Conv2D(filters, 3, strides=stride, padding="same")(y)
        y = layers.LeakyReLU()(y)
    encoder = keras.Model(x, layers.Dense(3)(layers.Flatten()(y)), name="encoder")
    z_in = keras.Input((3,))
    y = layers.Reshape((2, 2, 8))(layers.Dense(32)(z_in))
    for filters in (6, 4):
        y = layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(y)
        y = layers.LeakyReLU()(y)
    y = layers.Conv2DTranspose(1, 3, padding="same")(y)
    decoder = keras.Model(z_in, layers.Activation("sigmoid")(y), name="decoder")
    whole = keras.Model(x, decoder(encoder(x)))
    awake(whole)
    whole.save(folder / "mnist_ae.h5")
    images = some(8, 8, 1)
    return Shape([folder / "mnist_ae.h5"], images, numbers(encoder, images), numbers(whole, images))


def source_d(folder: Path) -> Shape:
    """Source D's dense autoencoder, sigmoid throughout, saved as .h5."""
    model = keras.Sequential([keras.Input((64,))])
    for i, units in enumerate((16, 12, 6, 3, 6, 12, 64)):
        model.add(layers.Dense(units, activation="sigmoid", name="bottleneck" if i == 3 else None))
    awake(model)
    model.save(folder / "autoencoder.h5")
    images = some(8, 8, 1)
    flat = images.reshape(5, 64)
    code = keras.Model(model.inputs[0], model.get_layer("bottleneck").output)
    return Shape([folder / "autoencoder.h5"], images, numbers(code, flat), numbers(model, flat))


def sequential_pair(folder: Path) -> Shape:
    """A Sequential of two Sequentials, images without the channel axis."""
    encoder = keras.Sequential(
        [layers.Flatten(), layers.Dense(9, activation="relu"), layers.Dense(3)], name="enc"
    )
    decoder = keras.Sequential(
        [layers.Dense(64, activation="sigmoid"), layers.Reshape((8, 8))], name="dec"
    )
    model = keras.Sequential([keras.Input((8, 8)), encoder, decoder])
    awake(model)
    model.save(folder / "model.keras")
    images = some(8, 8, 1)
    flat = images[..., 0]
    return Shape([folder / "model.keras"], images, numbers(encoder, flat), numbers(model, flat))


def weights_and_json(folder: Path) -> Shape:
    """`model.to_json()` and `model.save_weights()`."""
    x = keras.Input((8, 8, 1))
    y = layers.Conv2D(3, 3, strides=2, padding="same")(x)
    y = layers.BatchNormalization()(y)
    y = layers.PReLU(shared_axes=[1, 2])(y)
    z = layers.Dense(2, name="code")(layers.Dropout(0.2)(layers.Flatten()(y)))
    y = layers.Reshape((4, 4, 2))(layers.Dense(32, activation="gelu")(z))
    y = layers.UpSampling2D(2, interpolation="bilinear")(y)
    y = layers.SeparableConv2D(1, 3, padding="same", activation="sigmoid")(y)
    model = keras.Model(x, y)
    awake(model)
    (folder / "architecture.json").write_text(model.to_json())
    model.save_weights(folder / "ae.weights.h5")
    images = some(8, 8, 1)
    files = [folder / "architecture.json", folder / "ae.weights.h5"]
    return Shape(files, images, numbers(keras.Model(x, z), images), numbers(model, images))


ALL: list[Callable[[Path], Shape]] = [
    dense,
    convolutional,
    vae_in_two,
    vae_subclassed,
    vae_whole,
    source_a,
    source_d,
    sequential_pair,
    weights_and_json,
]
