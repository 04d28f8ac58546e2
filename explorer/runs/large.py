"""Data sets larger than memory: encoded and clustered chunk by chunk, by many processes.

    FOLDER/about.json                 the checkpoint, how many images, how many to a chunk
    FOLDER/codes-000000000000.parquet rows from that one on: z0, z1, …, and label if it is known
    FOLDER/<method>-<hash>/           the cluster of each image in the same chunks, and scores.json

A chunk is written whole or not at all, and one that is there is not computed again: what was broken
off goes on where it was.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints, clustering
from explorer.checkpoints.onnx import Encoder
from explorer.clustering import ClusteringSpec, FittedClustering, metrics
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent
from explorer.core.storage import atomic_path, open_file, read_json, write_json
from explorer.jobs import spread

CHUNK = 20_000
# Clusters are found, and scored, on so many points at most; all points are put into them.
SAMPLE = 100_000
_MOST, _MOST_CHUNKS = 10**10, 10**6  # images


@dataclass(frozen=True)
class Where:
    """Which processes do the work: see `explorer.jobs.spread`."""

    workers: int = 2
    scheduler: str = ""


def encode(
    name: str,
    images: Path,
    folder: Path,
    labels: Path | None = None,
    chunk: int = CHUNK,
    where: Where = Where(),
    report: Report = silent,
) -> dict[str, Any]:
    """Encode images that need not fit into memory; return what `about.json` says.

    Args:
        name: The checkpoint whose encoder it is.
        images: A .npy of shape (n, h, w) or (n, h, w, c): uint8, or floats in [0, 1].
        folder: Where the codes go; other codes are not written over.
        labels: A .npy of whole numbers, shape (n,).
        chunk: Images to a chunk.
        where: Who does it.
        report: Told after each chunk.

    Raises:
        ExplorerError: If the files do not fit the checkpoint, or the folder holds other codes.
    """
    checkpoint = checkpoints.get(name)
    array = _mapped(images)
    shape = array.shape[1:] if array.ndim == 4 else (*array.shape[1:], 1)
    if shape != checkpoint.model.image_shape or array.dtype.kind not in "uf" or not len(array):
        raise ExplorerError(
            f"{name} takes images of shape (n, {', '.join(map(str, checkpoint.model.image_shape))})"
            f", uint8 or floats in [0, 1]. Received: {array.dtype}, {array.shape}."
        )
    if labels is not None and (truth := _mapped(labels)).shape != (len(array),):
        raise ExplorerError(
            f"There must be one label for each image, shape ({len(array)},). Received: "
            f"{truth.dtype}, {truth.shape}."
        )
    about = {
        "checkpoint": name,
        "images": str(images.absolute()),
        "labels": None if labels is None else str(labels.absolute()),
        "n": len(array),
        "chunk": chunk,
        "z_dim": checkpoint.z_dim,
    }
    if (folder / "about.json").exists() and read_about(folder) != about:
        raise ExplorerError(f"{folder} holds other codes: name another folder, or delete it.")
    write_json(folder / "about.json", about)
    _spread(_encode_chunk, folder, about, where, "Encoding", report)
    return about


def _encode_chunk(start: int, folder: str, about: dict[str, Any]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = _codes_file(Path(folder), start)
    if path.exists():
        return
    rows = slice(start, start + about["chunk"])
    pixels = np.asarray(_mapped(Path(about["images"]))[rows])
    scaled = pixels.astype(np.float32) / (255 if pixels.dtype.kind == "u" else 1)
    encoder = _encoder(about["checkpoint"])
    z = encoder.encode(scaled if scaled.ndim == 4 else scaled[..., None]).z_mean
    columns = {f"z{axis}": values for axis, values in enumerate(z.T)}
    if about["labels"] is not None:
        columns["label"] = np.asarray(_mapped(Path(about["labels"]))[rows], np.int64)
    with atomic_path(path) as temporary:
        parquet.write_table(pa.table(columns), temporary)


@lru_cache(1)
def _encoder(name: str) -> Encoder:
    return checkpoints.get(name).encoder()


def cluster(
    folder: Path,
    spec: ClusteringSpec,
    sample: int = SAMPLE,
    where: Where = Where(),
    report: Report = silent,
) -> dict[str, Any]:
    """Cluster codes that `encode` wrote; return what is known of the clusters, as JSON values.

    The clusters are found on a sample, or on all codes if there are no more, and all codes are put
    into them, each chunk by itself. Scores are of the sample.

    Args:
        folder: Where the codes are.
        spec: How, of points in latent space.
        sample: How many codes the clusters are found and scored on, drawn with the spec's seed.
        where: Who does it.
        report: Told of the fit, then after each chunk.

    Raises:
        ExplorerError: If there are no whole codes, or they cannot be clustered so.
    """
    if spec.space != "latent":
        raise ExplorerError(f"Codes are clustered, not pixels. Received: points {spec.space!r}.")
    about = read_about(folder)
    z, labels, drawn = _sample(folder, about, sample, spec.seed)
    fitted = clustering.fit(z, spec, part(report, 0.0, 0.5))
    found = folder / spec.name
    sizes = sum(
        _spread(
            _apply_chunk, folder, about, where, "Clustering", part(report, 0.5, 1.0), found, fitted
        )
    )
    scores = metrics.score(fitted.clustering.labels, labels, z, seed=spec.seed)
    answer = {
        **scores.to_dict(),
        "spec": spec.to_dict(),
        "sizes": sizes.tolist(),
        "n": about["n"],
        "fitted_on": len(drawn),
        "sample_seed": spec.seed,
    }
    write_json(found / "scores.json", answer)
    return answer


def read_about(folder: Path) -> dict[str, Any]:
    """Return what `encode` wrote of a folder of codes.

    Raises:
        ExplorerError: If there is nothing, or it is damaged.
    """
    about = read_json(folder / "about.json")
    whole = isinstance(about, dict) and isinstance(about.get("checkpoint"), str)
    numbers = [about.get(name) for name in ("n", "chunk", "z_dim")] if whole else []
    sound = all(type(number) is int and 1 <= number <= _MOST for number in numbers)
    if not whole or not sound or about["n"] > _MOST_CHUNKS * about["chunk"]:
        raise ExplorerError(f"{folder / 'about.json'} is damaged: encode these images again.")
    return dict(about)


def _sample(
    folder: Path, about: dict[str, Any], size: int, seed: int
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Return codes drawn at random, in their order, with labels if there are some, and which."""
    n = about["n"]
    # Drawn without a list of all: 10^8 images would be 800 MB.
    draw = np.random.default_rng(seed).choice
    drawn = np.sort(draw(n, size, replace=False)) if n > size else np.arange(n)
    parts: list[np.ndarray] = []
    truths: list[np.ndarray] = []
    for start in range(0, n, about["chunk"]):
        rows = drawn[(drawn >= start) & (drawn < start + about["chunk"])] - start
        if len(rows):
            z, labels = _chunk(folder, about, start)
            parts.append(z[rows])
            if labels is not None:
                truths.append(labels[rows])
    return np.concatenate(parts), np.concatenate(truths) if truths else None, drawn


def _apply_chunk(
    start: int, folder: str, about: dict[str, Any], found: Path, fitted: FittedClustering
) -> np.ndarray:
    """Put a chunk's codes into the clusters; return how many are in each."""
    import pyarrow as pa
    from pyarrow import parquet

    z, _ = _chunk(Path(folder), about, start)
    applied = fitted.apply(z)
    with atomic_path(found / f"clusters-{start:012d}.parquet") as temporary:
        parquet.write_table(pa.table({"cluster": applied.labels}), temporary)
    return applied.sizes


def _chunk(folder: Path, about: dict[str, Any], start: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Do as `read_codes`, and refuse a chunk that is not as large as `about.json` says."""
    z, labels = read_codes(folder, start)
    shape = min(about["chunk"], about["n"] - start), about["z_dim"]
    if z.shape != shape:
        raise ExplorerError(
            f"{_codes_file(folder, start)} does not fit about.json: encode these images again. "
            f"Received: {z.shape}, not {shape}."
        )
    return z, labels


def read_codes(folder: Path, start: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Return a chunk's codes, shape (m, z_dim), float32, and their labels, (m,), if there are some.

    Raises:
        ExplorerError: If the chunk is missing or damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    path = _codes_file(folder, start)
    try:
        with open_file(path) as file:  # a pipe would be waited for
            table = parquet.read_table(pa.PythonFile(file, mode="r"))
        names = [name for name in table.column_names if name != "label"]
        z = np.stack([table[name].to_numpy() for name in names], axis=1)
        labels = table["label"].to_numpy() if "label" in table.column_names else None
        if z.dtype.kind != "f" or not np.isfinite(z).all():
            raise ValueError("its codes are no numbers")
        if labels is not None and labels.dtype.kind not in "iu":
            raise ValueError("its labels are no whole numbers")
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise ExplorerError(f"{path} cannot be read: encode these images again.") from error
    return z, labels


def _spread(
    function: Any,
    folder: Path,
    about: dict[str, Any],
    where: Where,
    message: str,
    report: Report,
    *more: Any,
) -> list[Any]:
    report(Progress(0.0, "Starting the workers"))
    starts = range(0, about["n"], about["chunk"])
    return spread.each(
        function,
        starts,
        str(folder.absolute()),
        about,
        *more,
        workers=where.workers,
        scheduler=where.scheduler,
        message=message,
        report=report,
    )


def _codes_file(folder: Path, start: int) -> Path:
    return folder / f"codes-{start:012d}.parquet"


def _mapped(path: Path) -> np.ndarray:
    """Return an array of a file without reading it."""
    try:
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ExplorerError(f"{path} is not a readable .npy file ({error}).") from error
    if not isinstance(array, np.ndarray) or array.ndim < 1:
        raise ExplorerError(f"{path} must be a .npy with one array.")
    return array
