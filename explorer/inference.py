"""Encoders and decoders on ONNX Runtime: what pages use instead of Keras."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from explorer.errors import ExplorerError

# Bounds the memory that one call needs, whatever is asked for.
_BATCH = 1000


@dataclass(frozen=True)
class LatentCodes:
    """The codes of n images.

    Attributes:
        z_mean: Shape (n, z_dim), float32: an AE's code, a VAE's mean.
        z_log_var: Shape (n, z_dim), float32, logarithm of a VAE's variances; None for an AE.
    """

    z_mean: np.ndarray
    z_log_var: np.ndarray | None = None

    @property
    def kl(self) -> np.ndarray | None:
        """KL divergence to N(0, 1) of each code and dimension, (n, z_dim), in nats; AE: None.

        −½ (1 + z_log_var − z_mean² − exp z_log_var): Kingma and Welling 2013, appendix B.
        """
        if self.z_log_var is None:
            return None
        return np.asarray(
            -0.5 * (1 + self.z_log_var - self.z_mean**2 - np.exp(self.z_log_var)), np.float32
        )


class _Session:
    """An ONNX model with one input, run in batches."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Threads that spin while they wait would take the cores from the other users of a server.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.path = path
        try:
            # From bytes: a model file cannot make the runtime open other files.
            self._session = onnxruntime.InferenceSession(
                path.read_bytes(), options, providers=["CPUExecutionProvider"]
            )
            (self._input,) = self._session.get_inputs()
        except Exception as error:  # ONNX Runtime's errors share no base class
            reason = "it is missing" if isinstance(error, FileNotFoundError) else "it is damaged"
            raise ExplorerError(
                f"{path} cannot be used because {reason}: train or import this checkpoint again."
            ) from error

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one input, without the batch."""
        return tuple(self._input.shape[1:])

    def run(self, x: np.ndarray) -> list[np.ndarray]:
        """Return the outputs for inputs of shape (n, *input_shape)."""
        x = np.asarray(x, np.float32)
        if x.shape[1:] != self.input_shape:
            raise ExplorerError(
                f"{self.path.parent.name} takes inputs of shape (n, "
                f"{', '.join(map(str, self.input_shape))}). Received: {x.shape}."
            )
        if not np.isfinite(x).all():
            raise ExplorerError(f"{self.path.parent.name} was given numbers that are not finite.")
        batches = [
            self._session.run(None, {self._input.name: x[start : start + _BATCH]})
            for start in range(0, max(len(x), 1), _BATCH)
        ]
        return [np.concatenate(outputs) for outputs in zip(*batches, strict=True)]


class Encoder:
    """Images to codes.

    Args:
        path: An `encoder.onnx`.

    Raises:
        ExplorerError: If the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._session = _Session(path)

    def encode(self, images: np.ndarray) -> LatentCodes:
        """Return the codes of images, shape (n, h, w, c) in [0, 1].

        Raises:
            ExplorerError: If the shape is wrong or a pixel is not finite.
        """
        return LatentCodes(*self._session.run(images))


class Decoder:
    """Codes to images.

    Args:
        path: A `decoder.onnx`.

    Raises:
        ExplorerError: If the file is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._session = _Session(path)

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Return the images of codes z, shape (n, z_dim), as (n, h, w, c) float32 in [0, 1].

        Raises:
            ExplorerError: If the shape is wrong or a code is not finite.
        """
        (images,) = self._session.run(z)
        return images


def reconstruction_errors(images: np.ndarray, reconstructions: np.ndarray, loss: str) -> np.ndarray:
    """Return each image's reconstruction loss, summed over its pixels.

    Args:
        images: Shape (n, h, w, c) in [0, 1].
        reconstructions: The same shape, in [0, 1].
        loss: "bce" (binary cross-entropy, in nats; probabilities are kept 1e-7 away from 0 and 1,
            as Keras does) or "mse" (squared differences).

    Returns:
        Shape (n,), float32.
    """
    if loss == "bce":
        p = np.clip(reconstructions.astype(np.float64), 1e-7, 1 - 1e-7)
        losses = -(images * np.log(p) + (1 - images) * np.log1p(-p))
    else:
        losses = np.square(images - reconstructions)
    return np.asarray(losses.reshape(len(images), -1).sum(axis=1), np.float32)
