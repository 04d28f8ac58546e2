"""The one owner of `checkpoints/`: a folder for each trained model, complete or absent."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from explorer import storage
from explorer.errors import ExplorerError
from explorer.inference import Decoder, Encoder, LatentCodes, reconstruction_errors
from explorer.models.spec import ModelSpec

SCHEMA = 1
MAX_ONNX_DIFFERENCE = 1e-4
_FILES = ("history.csv", "encoder.keras", "decoder.keras", "encoder.onnx", "decoder.onnx")
_MAX_CONFIG_BYTES = 1_000_000


@dataclass(frozen=True)
class Checkpoint:
    """A trained model on disk.

    Attributes:
        path: Its folder, whose name is its name.
        dataset: Name of the data set that it was trained on.
        model: What model it is.
        training: How it was trained (epochs, batch_size, seed, device, seconds, command, …).
        metrics: Losses on the test images, and how far ONNX is from Keras.
        created: When, as an ISO date.
    """

    path: Path
    dataset: str
    model: ModelSpec
    training: dict[str, Any]
    metrics: dict[str, float]
    created: str

    @property
    def name(self) -> str:
        """Name of the checkpoint."""
        return self.path.name

    @property
    def z_dim(self) -> int:
        """Number of latent dimensions."""
        return self.model.z_dim

    @property
    def decoder_file(self) -> Path:
        """The ONNX decoder."""
        return self.path / "decoder.onnx"

    @property
    def encoder_file(self) -> Path:
        """The ONNX encoder."""
        return self.path / "encoder.onnx"

    @property
    def projections(self) -> Path:
        """Folder of its cached projections."""
        return self.path / "projections"

    @property
    def clusterings(self) -> Path:
        """Folder of what was clustered: clusterings, sweeps, classifiers, training codes."""
        return self.path / "clusterings"

    def history(self) -> pd.DataFrame:
        """Return a row per epoch: `epoch`, losses of training and, as `val_…`, of validation."""
        try:
            return pd.read_csv(self.path / "history.csv")
        except (OSError, ValueError) as error:
            raise ExplorerError(f"{self.name}: history.csv cannot be read ({error}).") from error

    def codes(self) -> "TestCodes":
        """Read the codes of the test images.

        Raises:
            ExplorerError: If the file is missing, damaged or does not fit the model.
        """
        arrays = storage.read_npz(
            self.path / "codes.npz", "z_mean", "labels", "reconstruction_error"
        )
        codes = TestCodes(
            LatentCodes(arrays["z_mean"], arrays.get("z_log_var")),
            arrays["labels"],
            arrays["reconstruction_error"],
        )
        z = codes.latent.z_mean
        lengths = {len(array) for array in arrays.values()}
        if z.ndim != 2 or z.shape[1] != self.z_dim or len(lengths) != 1 or not np.isfinite(z).all():
            raise ExplorerError(
                f"{self.name}: codes.npz does not hold finite codes of {self.z_dim} dimensions "
                f"with a label each. Received: shape {z.shape}."
            )
        return codes


@dataclass(frozen=True)
class TestCodes:
    """What a checkpoint knows of its data set's test images, in their order.

    Attributes:
        latent: The codes.
        labels: Shape (n,), int64.
        reconstruction_error: Shape (n,), float32: the pixel loss of `model.loss`, summed over the
            pixels, of decoding `z_mean`.
    """

    latent: LatentCodes
    labels: np.ndarray
    reconstruction_error: np.ndarray

    __test__ = False  # for pytest: not a test, for all its name


@dataclass(frozen=True)
class BrokenCheckpoint:
    """A folder that should be a checkpoint and is not.

    Attributes:
        path: The folder.
        reason: What is wrong, in one sentence.
    """

    path: Path
    reason: str

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name


def root() -> Path:
    """Return the folder of all checkpoints: `EXPLORER_CHECKPOINTS`, else the project's own."""
    default = Path(__file__).parents[1] / "checkpoints"
    return Path(os.environ.get("EXPLORER_CHECKPOINTS") or default)


def list_checkpoints() -> list[Checkpoint | BrokenCheckpoint]:
    """Return all checkpoints by name, broken ones among them. Only config.json is read."""
    if not root().is_dir():
        return []
    folders = sorted(
        path for path in root().iterdir() if path.is_dir() and not path.name.startswith(".")
    )
    found: list[Checkpoint | BrokenCheckpoint] = []
    for path in folders:
        try:
            found.append(_read(path))
        except ExplorerError as error:
            found.append(BrokenCheckpoint(path, str(error)))
    return found


def get(name: str) -> Checkpoint:
    """Return the checkpoint called `name`.

    Raises:
        ExplorerError: If the name is not a name, or there is no such checkpoint, or it is broken.
    """
    path = root() / storage.check_name(name)
    if not path.is_dir():
        raise ExplorerError(
            f"There is no checkpoint {name!r} in {root()}: see 'python -m explorer list'."
        )
    return _read(path)


def _read(path: Path) -> Checkpoint:
    file = path / "config.json"
    try:
        if file.stat().st_size > _MAX_CONFIG_BYTES:
            raise ValueError("it is larger than 1 MB")
        config = json.loads(file.read_text(encoding="utf-8"))
        if config["schema"] != SCHEMA:
            raise ValueError(f"its schema is {config['schema']!r}, this version reads {SCHEMA}")
        fields = {name: config["model"][name] for name in ModelSpec.__dataclass_fields__}
        checkpoint = Checkpoint(
            path,
            str(config["dataset"]),
            ModelSpec(**fields),
            dict(config["training"]),
            {key: float(value) for key, value in config["metrics"].items()},
            str(config["created"]),
        )
    except FileNotFoundError:
        raise ExplorerError(f"{path.name}: config.json is missing.") from None
    except KeyError as error:
        raise ExplorerError(f"{path.name}: config.json lacks {error}.") from error
    except ExplorerError as error:
        raise ExplorerError(
            f"{path.name}: config.json tells of no possible model: {error}"
        ) from None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ExplorerError(f"{path.name}: config.json cannot be read ({error}).") from error
    missing = [name for name in (*_FILES, "codes.npz") if not (path / name).is_file()]
    if missing:
        raise ExplorerError(f"{path.name}: {', '.join(missing)} missing.")
    return checkpoint


def write(
    name: str,
    *,
    dataset: str,
    model: ModelSpec,
    training: dict[str, Any],
    metrics: dict[str, float],
    history: pd.DataFrame,
    encoder: Any,
    decoder: Any,
    images: np.ndarray,
    labels: np.ndarray,
) -> Checkpoint:
    """Write a checkpoint, replacing one of the same name; it appears whole or not at all.

    Args:
        name: Its name.
        dataset: Name of the data set.
        model: What was built.
        training: How it was trained; JSON values.
        metrics: Losses on the test images.
        history: A row per epoch.
        encoder: Float32 Keras model.
        decoder: Float32 Keras model.
        images: The test images, (n, h, w, c) in [0, 1].
        labels: Their labels, (n,).

    Raises:
        ExplorerError: If ONNX and Keras differ by more than 1e-4 on the test images.
    """
    with storage.atomic_folder(root() / storage.check_name(name)) as folder:
        encoder.save(folder / "encoder.keras")
        decoder.save(folder / "decoder.keras")
        _export_onnx(encoder, folder / "encoder.onnx")
        _export_onnx(decoder, folder / "decoder.onnx")
        differences = _onnx_differences(folder, encoder, decoder, images[:500])
        latent = Encoder(folder / "encoder.onnx").encode(images)
        reconstructions = Decoder(folder / "decoder.onnx").decode(latent.z_mean)
        arrays = {
            "z_mean": latent.z_mean,
            "labels": labels.astype(np.int64),
            "reconstruction_error": reconstruction_errors(images, reconstructions, model.loss),
        }
        if latent.z_log_var is not None:
            arrays["z_log_var"] = latent.z_log_var
        storage.write_npz(folder / "codes.npz", **arrays)
        history.to_csv(folder / "history.csv", index=False)
        config = {
            "schema": SCHEMA,
            "created": datetime.now(UTC).date().isoformat(),
            "dataset": dataset,
            "model": {**asdict(model), "parameters": model.parameters},
            "training": training,
            "metrics": {**metrics, **differences},
        }
        storage.write_json(folder / "config.json", config)
        # Checked as it will be read: a checkpoint that cannot be opened must not appear.
        _read(folder)
    return get(name)


def _export_onnx(model: Any, path: Path) -> None:
    # Called once on real shapes: Keras exports only models that have run.
    model(np.zeros((1, *model.input_shape[1:]), np.float32))
    model.export(path, format="onnx", verbose=False)


def _onnx_differences(
    folder: Path, encoder: Any, decoder: Any, images: np.ndarray
) -> dict[str, float]:
    from keras import ops

    outputs = encoder(images)
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    keras_codes = [ops.convert_to_numpy(output) for output in outputs]
    latent = Encoder(folder / "encoder.onnx").encode(images)
    onnx_codes = [latent.z_mean, latent.z_log_var][: len(keras_codes)]
    keras_images = ops.convert_to_numpy(decoder(keras_codes[0]))
    onnx_images = Decoder(folder / "decoder.onnx").decode(keras_codes[0])
    differences = {
        # Codes have no fixed scale: measured against their own, where that is above 1.
        "encoder_onnx_difference": max(
            _difference(a, b) / max(1.0, float(np.abs(a).max()))
            for a, b in zip(keras_codes, onnx_codes, strict=True)
        ),
        "decoder_onnx_difference": _difference(keras_images, onnx_images),
    }
    for part, difference in differences.items():
        if not difference <= MAX_ONNX_DIFFERENCE:
            raise ExplorerError(
                f"The checkpoint was not written: its {part.split('_')[0]} gives other numbers in "
                f"ONNX than in Keras (difference {difference:.2g}, allowed {MAX_ONNX_DIFFERENCE})."
            )
    return differences


def _difference(a: np.ndarray, b: Any) -> float:
    return float(np.abs(a - b).max())
