"""The model of a training: built, compiled, and given the weights to start from."""

from textwrap import shorten
from typing import Any

import keras
import numpy as np

from explorer import checkpoints
from explorer.core.errors import ExplorerError
from explorer.models.autoencoder import Autoencoder
from explorer.models.networks import build_decoder, build_encoder
from explorer.models.vae import VariationalAutoencoder
from explorer.training.spec import TrainSpec

# Keras runs this many steps in one call: less time between them, and reports often enough.
_STEPS_PER_EXECUTION = 8
# Where the images are on the device a step takes a fraction of a millisecond.
_STEPS_ON_DEVICE = 64


def build(
    spec: TrainSpec,
    *,
    seed: int,
    dtype: str | None = None,
    on_device: np.ndarray | None = None,
) -> Autoencoder:
    """Build and compile the model of a training.

    Args:
        spec: What to build.
        seed: Seed of the initial weights, the sampling and the shuffling.
        dtype: Precision policy; None: the spec's.
        on_device: Images to be kept on the device (see `Autoencoder.keep_on_device`), or None.
    """
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(dtype or spec.dtype)
    parts = (build_encoder(spec.model), build_decoder(spec.model))
    options: dict[str, Any] = {
        "loss": spec.model.loss,
        "noise": spec.model.noise,
        "l1": spec.model.l1,
        "l2": spec.model.l2,
    }
    if spec.model.kind == "vae":
        model = VariationalAutoencoder(*parts, beta=spec.model.beta, seed=seed, **options)
    else:
        model = Autoencoder(*parts, **options)
    steps = _STEPS_PER_EXECUTION
    if on_device is not None:
        model.keep_on_device(on_device)
        steps = min(_STEPS_ON_DEVICE, max(1, len(on_device) // spec.batch_size))
    if spec.initializer == "variance_scaling":
        _scale_variance(model, seed)
    optimizers = {
        "adam": lambda: keras.optimizers.Adam(spec.learning_rate),
        "sgd": lambda: keras.optimizers.SGD(spec.learning_rate, spec.momentum),
    }
    model.compile(
        optimizers[spec.optimizer](),
        # Keras runs PyTorch a step at a time.
        steps_per_execution=1 if keras.backend.backend() == "torch" else steps,
        # XLA gained nothing on these convolutions, and costs its compilation.
        jit_compile=keras.backend.backend() == "jax",
    )
    model(np.zeros((1, *spec.model.image_shape), np.float32))
    model.optimizer.build(model.trainable_variables)
    return model


def _scale_variance(model: Autoencoder, seed: int) -> None:
    """Draw all kernels anew: VarianceScaling(1/3, fan_in, uniform), as the code of DEC has it."""
    for part in (model.encoder, model.decoder):
        for number, layer in enumerate(part.layers):
            if hasattr(layer, "kernel"):
                draw = keras.initializers.VarianceScaling(
                    1 / 3, "fan_in", "uniform", seed=(seed + 1) * 1000 + number
                )
                layer.kernel.assign(draw(layer.kernel.shape))


def start_from(model: Autoencoder, spec: TrainSpec) -> None:
    """Give the model the weights of the checkpoint `spec.start`; the optimiser begins anew.

    Raises:
        ExplorerError: If its layers are others.
    """
    start = checkpoints.get(spec.start)
    for part, file in ((model.encoder, "encoder.keras"), (model.decoder, "decoder.keras")):
        try:
            # Safe mode: a layer that holds Python code (Lambda) is refused.
            trained = keras.models.load_model(start.path / file, safe_mode=True).get_weights()
        except Exception as error:  # what a damaged file makes Keras raise shares no base class
            reason = shorten(str(error), 200)
            raise ExplorerError(f"{spec.start}: {file} cannot be loaded ({reason}).") from error
        if [value.shape for value in trained] != [value.shape for value in part.get_weights()]:
            raise ExplorerError(
                f"{spec.start} has other layers than the model to be trained: choose the same "
                "kind, architecture, widths and z_dim, or start from random weights."
            )
        part.set_weights(trained)
