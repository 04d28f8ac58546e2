"""More models of Keras 3: other scales of pixels, colour, logits, half precision, ONNX."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
from keras import layers
from onnx import helper, numpy_helper

from tests.checkpoints.keras_import.shapes import MEAN, Shape, awake, documented_vae, numbers, some


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
    encoder, decoder, mean = documented_vae()
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
    cvae_logits,
    colour_tanh,
    rescaling_inside,
    standardised,
    denoising,
    residual,
    onnx_pair,
    onnx_channels_first,
]
