"""Write a checkpoint: a Keras model to files of Keras and ONNX, checked to give equal numbers."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from explorer.checkpoints import names, packing, store, verdicts
from explorer.checkpoints.onnx import Decoder, Encoder, LatentCodes, reconstruction_errors
from explorer.checkpoints.store import Checkpoint
from explorer.core import owners, storage
from explorer.core.errors import ExplorerError
from explorer.datasets.images import Images
from explorer.models.spec import ModelSpec

_AT_ONCE = 1000  # images

MAX_ONNX_DIFFERENCE = 1e-4


def write(name: str, *, model: ModelSpec, encoder: Any, decoder: Any, **about: Any) -> Checkpoint:
    """Write a checkpoint of Keras models; it appears whole or not at all.

    Args:
        name: Its name.
        model: What was built.
        encoder: Float32 Keras model.
        decoder: Float32 Keras model.
        about: What `assemble` takes besides.

    Raises:
        ExplorerError: If ONNX and Keras differ by more than 1e-4 on the test images, or as
            `assemble`.
    """
    return assemble(
        name,
        lambda folder: keras_files(folder, encoder, decoder, about["images"]),
        model=model,
        parameters=model.parameters,
        **about,
    )


def keras_files(
    folder: Path, encoder: Any, decoder: Any, images: np.ndarray | Images
) -> dict[str, float]:
    """Write the files of two Keras models; return how far ONNX is from Keras on the images.

    Raises:
        ExplorerError: If that is more than 1e-4.
    """
    for part, keras_model in (("encoder", encoder), ("decoder", decoder)):
        keras_model.save(folder / f"{part}.keras")
        packing.pack(folder / f"{part}.keras")
        _export_onnx(keras_model, folder / f"{part}.onnx")
    return _onnx_differences(folder, encoder, decoder, images[:500])


def assemble(
    name: str,
    fill: Callable[[Path], dict[str, float]],
    *,
    dataset: str,
    model: ModelSpec,
    parameters: int,
    training: dict[str, Any],
    metrics: dict[str, float] | None,
    history: pd.DataFrame,
    images: np.ndarray | Images,
    labels: np.ndarray,
    snapshots: Path | None = None,
    replace: bool = True,
    owner: str = "",
) -> Checkpoint:
    """Write a checkpoint; it appears whole or not at all.

    Args:
        name: Its name.
        fill: Writes the files of encoder and decoder into a folder; returns further metrics.
        dataset: Name of the data set.
        model: What was built.
        parameters: Number of its weights.
        training: How it was trained; JSON values.
        metrics: Losses on the test images; None: those of decoding the means.
        history: A row per epoch.
        images: The test images, (n, h, w, c) in [0, 1].
        labels: Their labels, (n,).
        snapshots: Folder of the training's snapshots, which are copied.
        replace: Whether it may take the place of a checkpoint of the same name.
        owner: The visitor whose it is; "": the host.

    Raises:
        ExplorerError: If the models cannot be run, or the name is taken and is not to be replaced.
    """
    path = store.root() / storage.check_name(name)
    with storage.atomic_folder(path) if replace else names.new_folder(name) as folder:
        differences = fill(folder)
        latent = Encoder(folder / "encoder.onnx", model).encode(images)
        arrays = {
            "z_mean": latent.z_mean,
            "labels": labels.astype(np.int64),
            "reconstruction_error": _errors(folder, model, images, latent.z_mean),
        }
        if latent.z_log_var is not None:
            arrays["z_log_var"] = latent.z_log_var
        storage.write_npz(folder / "codes.npz", **arrays)
        if metrics is None:
            metrics = _metrics(arrays["reconstruction_error"], latent)
        history.to_csv(folder / "history.csv", index=False)
        config = {
            "schema": store.SCHEMA,
            "created": datetime.now(UTC).date().isoformat(),
            "dataset": dataset,
            "model": {**asdict(model), "parameters": parameters},
            "training": training,
            "metrics": {**metrics, **differences},
        }
        storage.write_json(folder / "config.json", config)
        if snapshots is not None and snapshots.is_dir():
            shutil.copytree(snapshots, folder / snapshots.name, ignore=_foreign)
        owners.give(folder, owner)
        # Checked as it will be read: a checkpoint that cannot be opened must not appear.
        store.read(folder)
    return store.get(name)


def _errors(
    folder: Path, model: ModelSpec, images: np.ndarray | Images, z: np.ndarray
) -> np.ndarray:
    """Return the reconstruction loss of each image, (n,): of some at a time, for they are many."""
    decoder = Decoder(folder / "decoder.onnx", model)
    return np.concatenate(
        [
            reconstruction_errors(
                images[start : start + _AT_ONCE],
                decoder.decode(z[start : start + _AT_ONCE]),
                model.loss,
            )
            for start in range(0, len(z), _AT_ONCE)
        ]
    )


def _metrics(reconstruction_error: np.ndarray, latent: LatentCodes) -> dict[str, float]:
    """Return the losses of images that were decoded from the means of their codes."""
    parts = {"reconstruction_loss": float(reconstruction_error.mean())}
    if latent.kl is not None:
        parts["kl_loss"] = float(latent.kl.sum(axis=1).mean())
    total = {"total_loss": sum(parts.values())}
    return {f"test_{key}": value for key, value in (total | parts).items()}


def _foreign(folder: str, names: list[str]) -> list[str]:
    """Return which names of a folder are no files of its own: links, pipes."""
    return [name for name in names if not storage.is_own_file(Path(folder, name))]


def _export_onnx(model: Any, path: Path) -> None:
    # Called once on real shapes: Keras exports only models that have run.
    model(np.zeros((1, *model.input_shape[1:]), np.float32))
    model.export(path, format="onnx", verbose=False)
    verdicts.trust(path)


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
