"""The training half of an autoencoder: its loss."""

from typing import Any

import keras
import numpy as np
from keras import ops

from explorer.models.jax_loop import scan_train_function


@keras.saving.register_keras_serializable("explorer")
class Autoencoder(keras.Model):
    """An encoder and a decoder, trained to give each image back.

    total_loss = reconstruction_loss + l1·Σ|z| + l2·Σz²

    The reconstruction loss is summed over the pixels of an image and averaged over the batch.

    Args:
        encoder: From `build_encoder`.
        decoder: From `build_decoder`.
        loss: "bce" (binary cross-entropy, in nats) or "mse" (squared error) of the pixels.
        noise: Standard deviation of the noise added to the input while training.
        l1: Weight of the absolute codes.
        l2: Weight of the squared codes.
    """

    train_function: Any

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        loss: str = "bce",
        noise: float = 0.0,
        l1: float = 0.0,
        l2: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.pixel_loss = loss
        self.l1 = l1
        self.l2 = l2
        self.corrupt = keras.layers.GaussianNoise(noise)
        self.reconstruction_loss = keras.metrics.Mean(name="reconstruction_loss")
        self.images: Any = None

    def keep_on_device(self, images: np.ndarray) -> None:
        """Keep images (n, h, w, c) on the device, before the model is built.

        `fit` then takes their row numbers, (n,) int32, in their place: what travels to the device
        at each step is a few kilobytes, and it need not wait for the next batch.
        """
        self.images = self.add_weight(
            shape=images.shape,
            initializer="zeros",
            trainable=False,
            dtype="float32",
            autocast=False,
            name="images",
        )
        self.images.assign(images)

    def make_train_function(self, force: bool = False) -> None:
        """Build what `fit` calls; of images on the device, JAX trains on many batches at a call."""
        if self.train_function is not None and not force:
            return
        super().make_train_function(force)
        shared = keras.distribution.distribution() is not None
        if keras.backend.backend() == "jax" and self.images is not None and not shared:
            self.train_function = scan_train_function(
                self.train_step, self.train_function, self.steps_per_execution
            )

    def fetch(self, x: Any) -> Any:
        """Return images: x itself, or of the images on the device those that x numbers."""
        if self.images is None or "int" not in keras.backend.standardize_dtype(x.dtype):
            return x
        return ops.take(self.images, x, axis=0)

    def call(self, images: Any, training: bool = False) -> dict[str, Any]:
        """Return the codes `z` and the `reconstruction` of images (batch, h, w, c)."""
        images = self.fetch(images)
        z = self.encoder(self.corrupt(images, training=training), training=training)
        return {"z": z, "reconstruction": self.decoder(z, training=training)}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the total loss of a batch, a scalar, and record its parts."""
        reconstruction_loss = ops.mean(self._pixel_losses(self.fetch(x), y_pred["reconstruction"]))
        # Weighted by images, as Keras weighs the total: the last batch of an epoch is smaller.
        self.reconstruction_loss.update_state(reconstruction_loss, ops.shape(x)[0])
        total = reconstruction_loss
        if self.l1:
            total += self.l1 * ops.mean(ops.sum(ops.abs(y_pred["z"]), axis=-1))
        if self.l2:
            total += self.l2 * ops.mean(ops.sum(ops.square(y_pred["z"]), axis=-1))
        return total

    def _pixel_losses(self, images: Any, reconstruction: Any) -> Any:
        images = ops.cast(images, reconstruction.dtype)
        if self.pixel_loss == "bce":
            losses = ops.binary_crossentropy(images, reconstruction)
        else:
            losses = ops.square(images - reconstruction)
        return ops.sum(losses, axis=(1, 2, 3))

    def codes(self, images: np.ndarray) -> np.ndarray:
        """Return the codes (VAE: `z_mean`) of images (n, h, w, c), as an array (n, z_dim)."""
        parts = []
        for start in range(0, len(images), 500):
            outputs = self.encoder(images[start : start + 500])
            parts.append(outputs[0] if isinstance(outputs, list | tuple) else outputs)
        return np.concatenate([ops.convert_to_numpy(part) for part in parts])

    def decoded(self, z: np.ndarray) -> np.ndarray:
        """Return the images of codes (n, z_dim), as an array (n, h, w, c) in [0, 1]."""
        return np.asarray(ops.convert_to_numpy(self.decoder(z)))

    def get_config(self) -> dict[str, Any]:
        """Return what builds this model again."""
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "loss": self.pixel_loss,
            "noise": self.corrupt.stddev,
            "l1": self.l1,
            "l2": self.l2,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "Autoencoder":
        """Build the model that `get_config` described."""
        parts = {
            key: keras.saving.deserialize_keras_object(config[key], custom_objects)
            for key in ("encoder", "decoder")
        }
        return cls(**{**config, **parts})
