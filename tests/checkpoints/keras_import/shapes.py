"""Models as users of Keras 3 write and save them, each with the numbers that it gives itself.

Each function takes an empty folder, saves its files there and returns a `Shape`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from keras import layers, ops
from onnx import helper, numpy_helper

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


def _vae(names: tuple[str, str] = ("z_mean", "z_log_var")) -> tuple[Any, Any, Any]:
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
    encoder, decoder, mean = _vae()
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
    encoder, decoder, mean = _vae()
    images = some(8, 8, 1)
    vae = VAE(encoder, decoder)
    vae(images)
    vae.save(folder / "vae.keras")
    z = numbers(mean, images)
    return Shape([folder / "vae.keras"], images, z, numbers(decoder, z), kind="vae")


def vae_whole(folder: Path) -> Shape:
    """The same as one Functional model of two, with names of one's own."""
    encoder, decoder, mean = _vae(("mu", "sigma_log"))
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


def cvae_logits(folder: Path) -> Shape:
    """TensorFlow's tutorial of a convolutional VAE: mean and variance in one output, logits."""
    encoder = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(4, 3, strides=2, activation="relu")]
    )
    encoder.add(layers.Flatten())
    encoder.add(layers.Dense(2 + 2))
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(48, activation="relu")])
    decoder.add(layers.Reshape((4, 4, 3)))
    decoder.add(layers.Conv2DTranspose(1, 3, strides=2, padding="same"))
    awake(encoder)
    awake(decoder, output=np.log(MEAN / (1 - MEAN)))
    encoder.save(folder / "model_1.keras")
    decoder.save(folder / "model_2.keras")
    images = some(8, 8, 1)
    z = numbers(encoder, images)[:, :2]
    pixels = 1 / (1 + np.exp(-numbers(decoder, z)))
    files = [folder / "model_1.keras", folder / "model_2.keras"]
    return Shape(files, images, z, pixels, kind="vae", parts=["encoder", "decoder"])


def colour_tanh(folder: Path) -> Shape:
    """Colour images from -1 to 1, as for GANs: batch normalisation, leaky ReLU, tanh."""
    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 4, strides=2, padding="same", use_bias=False)(x)
    y = layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization()(y))
    z = layers.Dense(5, name="latent")(layers.Flatten()(y))
    y = layers.Dense(64, activation=layers.LeakyReLU(0.2))(z)
    y = layers.Conv2DTranspose(6, 4, strides=2, padding="same")(layers.Reshape((4, 4, 4))(y))
    y = layers.Conv2D(3, 3, padding="same", activation="tanh")(layers.ReLU()(y))
    model = keras.Model(x, y)
    awake(model, output=2 * MEAN - 1)
    model.save(folder / "generator.keras")
    images = some(8, 8, 3)
    given = 2 * images - 1
    z = numbers(keras.Model(x, z), given)
    return Shape([folder / "generator.keras"], images, z, (numbers(model, given) + 1) / 2, "-1-1")


def rescaling_inside(folder: Path) -> Shape:
    """Pixels from 0 to 255, which layers of the model bring to [0, 1] and back."""
    x = keras.Input((8, 8, 1))
    y = layers.Rescaling(1 / 255)(x)
    y = layers.Conv2D(4, 3, strides=2, padding="same", activation="swish")(y)
    z = layers.Dense(2, name="code")(layers.GlobalAveragePooling2D()(y))
    y = layers.Reshape((8, 8, 1))(layers.Dense(64, activation="sigmoid")(z))
    model = keras.Model(x, layers.Rescaling(255.0)(y))
    awake(model)
    model.save(folder / "ae255.keras")
    images = some(8, 8, 1)
    z = numbers(keras.Model(x, z), 255 * images)
    return Shape([folder / "ae255.keras"], images, z, numbers(model, 255 * images) / 255, "0-255")


def standardised(folder: Path) -> Shape:
    """Pixels with mean 0 and deviation 1, a linear output, the code named by its owner."""
    model = keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(3, activation="elu", name="small"),
            layers.Dense(6, activation="softplus", name="mine"),
            layers.Dense(64),
        ]
    )
    awake(model, output=0.1)
    model.save(folder / "ae.h5")
    images = some(8, 8, 1)
    given = (images.reshape(5, 64) - 0.3) / 0.2
    code = keras.Model(model.inputs[0], model.get_layer("mine").output)
    z, pixels = numbers(code, given), numbers(model, given) * 0.2 + 0.3
    return Shape([folder / "ae.h5"], images, z, pixels, "0.3,0.2", bottleneck="mine")


def denoising(folder: Path) -> Shape:
    """A denoising autoencoder trained in half precision: noise and dropout between its layers."""
    half = keras.DTypePolicy("mixed_float16")
    x = keras.Input((8, 8, 1))
    y = layers.GaussianNoise(0.3)(x)
    y = layers.Conv2D(4, 3, activation="relu", padding="same", dtype=half)(y)
    y = layers.SpatialDropout2D(0.1)(layers.MaxPooling2D()(y))
    z = layers.Dense(4, activation="relu", name="bottleneck", dtype=half)(layers.Flatten()(y))
    y = layers.Dense(64, dtype=half)(layers.Dropout(0.5)(z))
    y = layers.Activation("sigmoid", dtype="float32")(layers.Reshape((8, 8, 1))(y))
    model = keras.Model(x, y)
    awake(model)
    model.save(folder / "denoiser.keras")
    images = some(8, 8, 1)
    # Its owner's own numbers are those of its weights; half precision alone is 1e-3 off.
    single = keras.models.clone_model(
        model,
        clone_function=lambda layer: type(layer).from_config(
            {**layer.get_config(), "dtype": "float32"}
        ),
    )
    single.set_weights(model.get_weights())
    z = numbers(keras.Model(single.inputs[0], single.get_layer("bottleneck").output), images)
    return Shape([folder / "denoiser.keras"], images, z, numbers(single, images))


def residual(folder: Path) -> Shape:
    """Residual blocks, depthwise convolutions, layer normalisation, arithmetic in the graph."""
    x = keras.Input((8, 8, 1))
    y = layers.Conv2D(4, 3, padding="same")(2 * x - 1)
    h = layers.DepthwiseConv2D(3, padding="same", activation="relu")(layers.LayerNormalization()(y))
    y = layers.Add()([y, layers.Conv2D(4, 1)(h)])
    y = layers.AveragePooling2D(2)(y)
    z = layers.Dense(3, name="z")(layers.Flatten()(y))
    y = layers.Reshape((4, 4, 2))(layers.Dense(32, activation="mish")(z))
    h = layers.Conv2D(2, 3, padding="same", activation="relu")(y)
    y = layers.Concatenate()([y, h])
    y = layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid")(y)
    model = keras.Model(x, y)
    awake(model)
    model.save(folder / "resnet.keras")
    images = some(8, 8, 1)
    return Shape(
        [folder / "resnet.keras"],
        images,
        numbers(keras.Model(x, z), images),
        numbers(model, images),
    )


def onnx_pair(folder: Path) -> Shape:
    """Encoder and decoder exported to ONNX."""
    encoder, decoder, mean = _vae()
    images = some(8, 8, 1)
    plain = keras.Model(encoder.inputs[0], encoder.outputs[:2])
    plain(images)
    decoder(np.zeros((1, 2), np.float32))
    plain.export(folder / "encoder.onnx", format="onnx", verbose=False)
    decoder.export(folder / "decoder.onnx", format="onnx", verbose=False)
    z = numbers(mean, images)
    files = [folder / "encoder.onnx", folder / "decoder.onnx"]
    return Shape(files, images, z, numbers(decoder, z), kind="vae")


def onnx_channels_first(folder: Path) -> Shape:
    """The same as PyTorch exports it: channels first, a batch of one."""
    rng = np.random.default_rng(3)
    kernel, down = rng.normal(0, 0.3, (4, 3, 2, 2)), rng.normal(0, 0.1, (64, 2))
    up = rng.normal(0, 0.1, (2, 192))
    images = some(8, 8, 3)

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    def save(name: str, nodes: list[Any], weights: dict[str, Any], x: Any, y: Any) -> None:
        kind = onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            nodes,
            name,
            [helper.make_tensor_value_info("input", kind, x)],
            [helper.make_tensor_value_info("output", kind, y)],
            [numpy_helper.from_array(np.asarray(value), key) for key, value in weights.items()],
        )
        opset = [helper.make_opsetid("", 13)]
        onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), folder / name)

    single = {"k": kernel, "d": down}
    save(
        "encoder.onnx",
        [
            helper.make_node("Conv", ["input", "k"], ["c"], strides=[2, 2]),
            helper.make_node("Flatten", ["c"], ["f"]),
            helper.make_node("MatMul", ["f", "d"], ["output"]),
        ],
        {key: value.astype(np.float32) for key, value in single.items()},
        [1, 3, 8, 8],
        [1, 2],
    )
    save(
        "decoder.onnx",
        [
            helper.make_node("MatMul", ["input", "u"], ["m"]),
            helper.make_node("Sigmoid", ["m"], ["s"]),
            helper.make_node("Reshape", ["s", "shape"], ["output"]),
        ],
        {"u": up.astype(np.float32), "shape": np.array([-1, 3, 8, 8])},
        [1, 2],
        [1, 3, 8, 8],
    )
    first = np.moveaxis(images, 3, 1).reshape(5, 3, 4, 2, 4, 2)
    convolved = np.einsum("nciajb,ocab->noij", first, kernel)
    z = convolved.reshape(5, 64) @ down
    pixels = np.moveaxis(sigmoid(z @ up).reshape(5, 3, 8, 8), 1, 3)
    files = [folder / "encoder.onnx", folder / "decoder.onnx"]
    return Shape(files, images, z.astype(np.float32), pixels.astype(np.float32))


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
    cvae_logits,
    colour_tanh,
    rescaling_inside,
    standardised,
    denoising,
    residual,
    onnx_pair,
    onnx_channels_first,
]
