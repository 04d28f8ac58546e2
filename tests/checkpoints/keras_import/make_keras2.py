"""Make `keras2.zip`: models as users of Keras 2 saved them, with the numbers that they gave.

Keras 2 is not among the project's packages (its name is tf-keras). To make the file anew:

    pip install --no-deps --target /tmp/keras2 tf-keras
    PYTHONPATH=/tmp/keras2 python tests/checkpoints/keras_import/make_keras2.py
"""

import json
import sys
import tempfile
import zipfile
from pathlib import Path

import h5py
import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import backend as K
from tf_keras import layers

TARGET = Path(__file__).with_name("keras2.zip")


def some(*shape):
    rng = np.random.default_rng(1)
    return np.clip(rng.normal(0.3, 0.2, (5, *shape)), 0, 1).astype(np.float32)


def awake(model):
    rng = np.random.default_rng(2)
    model.set_weights(
        [
            rng.normal(0, 0.3, w.shape) ** 2 + 0.5
            if "variance" in w.name or "gamma" in w.name
            else rng.normal(0, 0.3, w.shape)
            for w in model.weights
        ]
    )


def keep(folder, files, images, z, pixels, kind="ae", scale="0-1"):
    np.savez(folder / "numbers.npz", images=images, z=z, pixels=pixels)
    about = {"files": files, "kind": kind, "scale": scale}
    (folder / "about.json").write_text(json.dumps(about))


def source_a():
    x = keras.Input((8, 8, 1))
    y = x
    for filters, stride in ((4, 1), (6, 2), (8, 2)):
        y = layers.LeakyReLU()(layers.Conv2D(filters, 3, strides=stride, padding="same")(y))
    shape = K.int_shape(y)[1:]
    encoder = keras.Model(x, layers.Dense(3)(layers.Flatten()(y)), name="encoder")
    z = keras.Input((3,))
    y = layers.Reshape(shape)(layers.Dense(int(np.prod(shape)))(z))
    for filters in (6, 4):
        y = layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(y)
        y = layers.LeakyReLU()(layers.BatchNormalization()(y))
    y = layers.Conv2DTranspose(1, 3, padding="same")(y)
    decoder = keras.Model(z, layers.Activation("sigmoid")(y), name="decoder")
    model = keras.Model(x, decoder(encoder(x)))
    model.compile("adam", "binary_crossentropy")
    model.fit(some(8, 8, 1), some(8, 8, 1), verbose=0)
    awake(model)
    return model, encoder


def source_a_h5(folder):
    model, encoder = source_a()
    model.save(folder / "AE_MNIST.h5")
    images = some(8, 8, 1)
    keep(folder, ["AE_MNIST.h5"], images, encoder(images), model(images))


def source_a_keras(folder):
    model, encoder = source_a()
    model.save(folder / "AE_MNIST.keras")
    images = some(8, 8, 1)
    keep(folder, ["AE_MNIST.keras"], images, encoder(images), model(images))


def source_a_saved_model(folder):
    model, encoder = source_a()
    model.save(folder / "ae")
    images = some(8, 8, 1)
    keep(folder, ["ae"], images, encoder(images), model(images))


def source_d_h5(folder):
    model = keras.Sequential()
    model.add(layers.Dense(16, activation="sigmoid", input_shape=(64,)))
    for units in (8, 3, 8, 64):
        model.add(layers.Dense(units, activation="hard_sigmoid" if units == 8 else "sigmoid"))
    awake(model)
    model.save(folder / "autoencoder.h5")
    code = keras.Model(model.input, model.layers[2].output)
    images = some(8, 8, 1)
    flat = images.reshape(5, 64)
    keep(folder, ["autoencoder.h5"], images, code(flat), model(flat))


def source_d_old(folder):
    """As Keras 2.2 and before wrote a Sequential: a list, without versions of its own."""
    source_d_h5(folder)
    with h5py.File(folder / "autoencoder.h5", "a") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"] = [
            item for item in config["config"]["layers"] if item["class_name"] != "InputLayer"
        ]
        config["config"][0]["config"]["batch_input_shape"] = [None, 64]
        file.attrs["model_config"] = np.bytes_(json.dumps(config).encode())
        file.attrs["keras_version"] = np.bytes_(b"2.2.4")


def sampling(args):
    z_mean, z_log_var = args
    epsilon = K.random_normal(shape=(K.shape(z_mean)[0], K.int_shape(z_mean)[1]))
    return z_mean + K.exp(0.5 * z_log_var) * epsilon


def lambda_vae(folder):
    """The dense VAE of the old Keras examples: a Lambda that draws, a loss that is added."""
    x = keras.Input((64,), name="encoder_input")
    h = layers.Dense(12, activation="relu")(x)
    z_mean = layers.Dense(2, name="z_mean")(h)
    z_log_var = layers.Dense(2, name="z_log_var")(h)
    z = layers.Lambda(sampling, output_shape=(2,), name="z")([z_mean, z_log_var])
    encoder = keras.Model(x, [z_mean, z_log_var, z], name="encoder")
    latent = keras.Input((2,), name="z_sampling")
    h = layers.Dense(12, activation="relu")(latent)
    decoder = keras.Model(latent, layers.Dense(64, activation="sigmoid")(h), name="decoder")
    outputs = decoder(encoder(x)[2])
    vae = keras.Model(x, outputs, name="vae_mlp")
    error = 64 * keras.losses.binary_crossentropy(x, outputs)
    kl = -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
    vae.add_loss(K.mean(error + kl))
    awake(vae)
    vae.save(folder / "vae_mlp.h5")
    images = some(8, 8, 1)
    z = encoder(images.reshape(5, 64))[0]
    keep(folder, ["vae_mlp.h5"], images, z, decoder(z), "vae")


def functions_vae(folder):
    """A VAE in one piece, sampling and scaling written with TensorFlow's functions."""
    x = keras.Input((8, 8, 1))
    h = layers.Flatten()(x / 255.0)
    h = layers.Dense(12, activation=layers.LeakyReLU(0.1))(h)
    mu = layers.Dense(2, name="mu")(h)
    log_sigma = layers.Dense(2, name="log_sigma")(h)
    z = mu + tf.exp(log_sigma) * tf.random.normal(tf.shape(mu))
    decode = layers.Dense(12, activation="selu"), layers.Dense(64, activation="sigmoid")
    outputs = tf.reshape(decode[1](decode[0](z)), (-1, 8, 8, 1)) * 255.0
    vae = keras.Model(x, outputs)
    awake(vae)
    vae.save(folder / "vae.h5")
    images = some(8, 8, 1)
    mean = keras.Model(x, mu)(255 * images)
    keep(folder, ["vae.h5"], images, mean, decode[1](decode[0](mean)), "vae", "0-255")


class KLLayer(layers.Layer):
    def call(self, inputs):
        mu, log_var = inputs
        kl = -0.5 * K.sum(1 + log_var - K.square(mu) - K.exp(log_var), axis=-1)
        self.add_loss(K.mean(kl), inputs=inputs)
        return inputs


class Sample(layers.Layer):
    def call(self, inputs):
        return sampling(inputs)


def loss_layer_vae(folder):
    """A layer that adds the loss and passes on what it takes; weights and architecture apart."""
    x = keras.Input((8, 8))
    h = layers.Dense(6, activation="tanh")(layers.Flatten()(x))
    mu, log_var = layers.Dense(2, name="z_mu")(h), layers.Dense(2, name="z_log_var")(h)
    mu, log_var = KLLayer()([mu, log_var])
    z = Sample()([mu, log_var])
    decoder = keras.Sequential(
        [
            layers.Dense(6, input_dim=2, activation="relu"),
            layers.Dense(64, activation="sigmoid"),
            layers.Reshape((8, 8)),
        ],
        name="decoder",
    )
    vae = keras.Model(x, decoder(z))
    awake(vae)
    (folder / "vae.json").write_text(vae.to_json())
    vae.save_weights(folder / "vae_weights.h5")
    images = some(8, 8, 1)
    z = keras.Model(x, mu)(images[..., 0])
    keep(folder, ["vae.json", "vae_weights.h5"], images, z, decoder(z), "vae")


class Autoencoder(keras.Model):
    """As TensorFlow's tutorial 'Intro to autoencoders' has it."""

    def __init__(self, latent_dim, shape):
        super().__init__()
        self.encoder = keras.Sequential(
            [layers.Flatten(), layers.Dense(latent_dim, activation="relu")]
        )
        self.decoder = keras.Sequential(
            [layers.Dense(int(np.prod(shape)), activation="sigmoid"), layers.Reshape(shape)]
        )

    def call(self, x):
        return self.decoder(self.encoder(x))


def subclassed_saved_model(folder):
    model = Autoencoder(3, (8, 8))
    model.compile("adam", "mse")
    images = some(8, 8, 1)
    model.fit(images[..., 0], images[..., 0], verbose=0)
    awake(model)
    model.save(folder / "autoencoder")
    z = model.encoder(images[..., 0])
    keep(folder, ["autoencoder"], images, z, model.decoder(z))


def cvae_h5(folder):
    """TensorFlow's tutorial 'Convolutional VAE': mean and variance in one output, logits."""
    encoder = keras.Sequential(
        [
            layers.InputLayer(input_shape=(8, 8, 1)),
            layers.Conv2D(4, 3, strides=(2, 2), activation="relu"),
            layers.Flatten(),
            layers.Dense(2 + 2),
        ]
    )
    decoder = keras.Sequential(
        [
            layers.InputLayer(input_shape=(2,)),
            layers.Dense(4 * 4 * 3, activation="relu"),
            layers.Reshape((4, 4, 3)),
            layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 3, strides=1, padding="same"),
        ]
    )
    awake(encoder)
    awake(decoder)
    encoder.save(folder / "encoder.h5")
    decoder.save(folder / "decoder.h5")
    images = some(8, 8, 1)
    z = encoder(images)[:, :2]
    pixels = tf.sigmoid(decoder(z))
    keep(folder, ["encoder.h5", "decoder.h5"], images, z, pixels, "vae")


ALL = (
    source_a_h5,
    source_a_keras,
    source_a_saved_model,
    source_d_h5,
    source_d_old,
    lambda_vae,
    functions_vae,
    loss_layer_vae,
    subclassed_saved_model,
    cvae_h5,
)

if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    with (
        tempfile.TemporaryDirectory() as place,
        zipfile.ZipFile(TARGET, "w", zipfile.ZIP_LZMA) as archive,
    ):
        for make in ALL:
            K.clear_session()
            folder = Path(place, make.__name__)
            folder.mkdir()
            make(folder)
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(place).as_posix())
    print(TARGET, TARGET.stat().st_size, file=sys.stderr)
