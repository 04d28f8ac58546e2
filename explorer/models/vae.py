"""The variational autoencoder."""

from typing import Any

import keras
from keras import ops

from explorer.models.autoencoder import Autoencoder
from explorer.models.layers import Sampling


@keras.saving.register_keras_serializable("explorer")
class VariationalAutoencoder(Autoencoder):
    """An autoencoder whose codes are drawn from Gaussians that are held near N(0, 1).

    total_loss = reconstruction_loss + beta · kl_loss (+ l1, l2 as in `Autoencoder`), with
    kl_loss = −½ Σ (1 + z_log_var − z_mean² − exp z_log_var), summed over the latent dimensions
    and averaged over the batch (Kingma and Welling 2013, appendix B; beta: Higgins et al. 2017).

    Args:
        beta: Weight of the KL divergence.
        seed: Seed of the sampling.
        **kwargs: Those of `Autoencoder`.
    """

    def __init__(self, *args: Any, beta: float = 1.0, seed: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.beta = beta
        self.sampling = Sampling(seed, dtype="float32", name="sampling")
        # Share of beta in force: raised from 0 to 1 by `KLWarmUp`.
        self.kl_annealing = self.add_weight(
            shape=(), initializer="ones", trainable=False, dtype="float32", name="kl_annealing"
        )
        self.kl_loss = keras.metrics.Mean(name="kl_loss")

    def call(self, images: Any, training: bool = False) -> dict[str, Any]:
        """Return `z_mean`, `z_log_var`, a sample `z`, and the `reconstruction` from it."""
        corrupted = self.corrupt(self.fetch(images), training=training)
        z_mean, z_log_var = self.encoder(corrupted, training=training)
        z = self.sampling([z_mean, z_log_var])
        reconstruction = self.decoder(z, training=training)
        return {
            "z_mean": z_mean,
            "z_log_var": z_log_var,
            "z": z,
            "reconstruction": reconstruction,
        }

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the total loss of a batch, a scalar, and record its parts."""
        total = super().compute_loss(x, y, y_pred, sample_weight, training)
        z_mean, z_log_var = y_pred["z_mean"], y_pred["z_log_var"]
        kl = -0.5 * ops.sum(1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var), axis=-1)
        kl_loss = ops.mean(kl)
        self.kl_loss.update_state(kl_loss, ops.shape(x)[0])
        return total + self.beta * self.kl_annealing * kl_loss

    def get_config(self) -> dict[str, Any]:
        """Return what builds this model again."""
        return {**super().get_config(), "beta": self.beta, "seed": self.sampling.seed}


class KLWarmUp(keras.callbacks.Callback):
    """Let the KL weight grow linearly to its full size over the first epochs.

    Args:
        epochs: Epoch (counted from 1) in which the weight is full.
    """

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs = epochs

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Set the share of beta that this epoch uses."""
        self.model.kl_annealing.assign(min(1.0, (epoch + 1) / self.epochs))
