"""Encoders and decoders on ONNX Runtime: what pages use instead of Keras.

Graphs that this project's export wrote run in this process; all others in one of their own, with
limits of time and memory (`explorer.checkpoints.apart`).
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from explorer.checkpoints import verdicts
from explorer.checkpoints.apart import Apart, Broken
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.datasets.images import Images
from explorer.models.spec import MAX_PARAMETERS, ModelSpec

# Bounds the memory that one call needs, whatever is asked for.
_BATCH = 1000
_MAX_BYTES = 4 * MAX_PARAMETERS + 10_000_000
# Of one image, or one code.
_MAX_INPUT = 128 * 128 * 3


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


class _Here:
    """A graph of our own, in this process."""

    def __init__(self, content: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # Threads that spin while they wait would take the cores from the other users of a server.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
        (self._input,) = self._session.get_inputs()
        self.shape: tuple[Any, ...] = tuple(self._input.shape)

    def run(self, x: np.ndarray) -> list[Any]:
        """Return the outputs for inputs with the batch first."""
        return list(self._session.run(None, {self._input.name: x}))


class _Session:
    """An ONNX model with one input, run in batches: here if we wrote it, else apart.

    Attributes:
        path: Its file.
        input_shape: Shape of one input, without the batch.
        output_shapes: Shape of each output for one input, without the batch, as tried out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with storage.open_file(path) as file:
                # Never more than that, should the file grow as it is read.
                content = file.read(_MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            missing = isinstance(error, FileNotFoundError)
            raise self.unusable("it is missing" if missing else "it is damaged") from error
        if len(content) > _MAX_BYTES:
            raise self.unusable("it is larger than any model that can be trained here")
        self._digest = verdicts.digest(content)
        if reason := verdicts.refusal(self._digest):
            raise self.unusable(reason)
        try:
            # From bytes: a model file cannot make the runtime open other files.
            self._graph = (_Here if verdicts.is_own(self._digest) else Apart)(content)
            shape = tuple(self._graph.shape[1:])
        except Broken as error:
            raise self._refused(error) from error
        except Exception as error:  # ONNX Runtime's errors share no base class
            raise self.unusable("it is damaged") from error
        # A size that is left open has a name, or none, in the place of a number.
        sizes = all(isinstance(size, int) and size > 0 for size in shape)
        if not sizes or math.prod(shape) > _MAX_INPUT:
            raise self.unusable("it does not take images or codes")
        self.input_shape: tuple[int, ...] = shape
        self.output_shapes = [
            output.shape[1:] for output in self._run(np.zeros((1, *shape), np.float32))
        ]

    def _refused(self, error: Broken) -> ExplorerError:
        if error.lasting:
            verdicts.refuse(self._digest, str(error))
        return self.unusable(str(error))

    def unusable(self, reason: str) -> ExplorerError:
        """Return the error that says why this model cannot be used."""
        return ExplorerError(
            f"{self.path} cannot be used because {reason}: train or import this checkpoint again."
        )

    def run(self, x: np.ndarray | Images) -> list[np.ndarray]:
        """Return the outputs for inputs of shape (n, *input_shape)."""
        if x.shape[1:] != self.input_shape:
            raise ExplorerError(
                f"{self.path.parent.name} takes inputs of shape (n, "
                f"{', '.join(map(str, self.input_shape))}). Received: {x.shape}."
            )
        starts = range(0, max(len(x), 1), _BATCH)
        batches = [self._checked(x[start : start + _BATCH]) for start in starts]
        return [np.concatenate(outputs) for outputs in zip(*batches, strict=True)]

    def _checked(self, x: np.ndarray) -> list[np.ndarray]:
        x = np.asarray(x, np.float32)
        if not np.isfinite(x).all():
            raise ExplorerError(f"{self.path.parent.name} was given numbers that are not finite.")
        outputs = self._run(x)
        if [output.shape for output in outputs] != [(len(x), *s) for s in self.output_shapes]:
            raise self.unusable("it does not give one output for each input")
        if not all(np.isfinite(output).all() for output in outputs):
            raise self.unusable("it gives numbers that are not finite")
        return outputs

    def _run(self, x: np.ndarray) -> list[np.ndarray]:
        try:
            outputs: list[Any] = self._graph.run(x)
        except Broken as error:
            raise self._refused(error) from error
        except Exception as error:  # as above
            raise self.unusable("it fails when it is run") from error
        if any(getattr(output, "dtype", None) != np.float32 for output in outputs):
            raise self.unusable("it gives something else than 32-bit numbers")
        return outputs


class Encoder:
    """Images to codes.

    Args:
        path: An `encoder.onnx`.
        model: What it must be the encoder of, if that is known.

    Raises:
        ExplorerError: If the file is missing or damaged, or is another model's.
    """

    def __init__(self, path: Path, model: ModelSpec | None = None) -> None:
        self._session = session = _Session(path)
        shapes = session.output_shapes
        if model is None:
            fits = len(shapes) in (1, 2) and all(len(shape) == 1 for shape in shapes)
        else:
            codes = [(model.z_dim,)] * (2 if model.kind == "vae" else 1)
            fits = session.input_shape == model.image_shape and shapes == codes
        if not fits:
            raise session.unusable("it is not the encoder that its config.json tells of")

    def encode(self, images: np.ndarray | Images) -> LatentCodes:
        """Return the codes of images, shape (n, h, w, c) in [0, 1].

        Raises:
            ExplorerError: If the shape is wrong or a pixel is not finite.
        """
        return LatentCodes(*self._session.run(images))


class Decoder:
    """Codes to images.

    Args:
        path: A `decoder.onnx`.
        model: What it must be the decoder of, if that is known.

    Raises:
        ExplorerError: If the file is missing or damaged, or is another model's.
    """

    def __init__(self, path: Path, model: ModelSpec | None = None) -> None:
        self._session = session = _Session(path)
        shapes = session.output_shapes
        if model is None:
            fits = [len(shape) for shape in shapes] == [3]
        else:
            fits = session.input_shape == (model.z_dim,) and shapes == [model.image_shape]
        if not fits:
            raise session.unusable("it is not the decoder that its config.json tells of")

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
