"""Pictures kept in a folder, a file for each spec."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, silent
from explorer.core.storage import parse_json, read_npz, write_npz
from explorer.projection.compute import Projection, project, sample
from explorer.projection.quality import quality
from explorer.projection.spec import VERSION, ProjectionSpec


def file_of(spec: ProjectionSpec, folder: Path) -> Path:
    """Return where the picture of this spec is kept in `folder`."""
    return folder / f"{spec.name}.npz"


def save(projection: Projection, folder: Path, x: np.ndarray) -> Path:
    """Keep a projection of `x` in `folder`, under the name of its spec; return the file.

    A few values of `x` are kept with it, so that a projection of other data is recognised.
    """
    content = {
        "version": VERSION,
        "spec": projection.spec.to_dict(),
        "seconds": projection.seconds,
        "trustworthiness": projection.trustworthiness,
        "knn_accuracy": projection.knn_accuracy,
        "finished": projection.finished,
    }
    arrays = {
        "embedding": projection.embedding,
        "indices": projection.indices,
        "about": np.array(json.dumps(content, sort_keys=True)),
        "shape": np.array([len(x), np.size(x) // len(x)]),
        "probe": _probe(x),
    }
    if projection.explained_variance is not None:
        arrays["explained_variance"] = projection.explained_variance
    path = file_of(projection.spec, folder)
    write_npz(path, **arrays)
    return path


def load(
    spec: ProjectionSpec, folder: Path, n: int, x: np.ndarray | None = None
) -> Projection | None:
    """Read the projection of this spec, of n points, from `folder`.

    Returns:
        The projection, or None if there is none, the file is damaged, it is one of more or fewer
        points, or, with `x` given, of other data than `x`.
    """
    try:
        arrays = read_npz(file_of(spec, folder), "embedding", "indices", "about", "shape", "probe")
        about = parse_json(str(arrays["about"]))
        projection = Projection(
            spec=spec,
            embedding=arrays["embedding"].astype(np.float32),
            indices=sample(n, spec),
            seconds=float(about["seconds"]),
            trustworthiness=float(about["trustworthiness"]),
            knn_accuracy=None if about["knn_accuracy"] is None else float(about["knn_accuracy"]),
            finished=bool(about["finished"]),
            explained_variance=arrays.get("explained_variance"),
        )
        variance = projection.explained_variance
        fits = (
            ProjectionSpec.of(about["spec"]).hash == spec.hash
            and about["version"] == VERSION
            and arrays["shape"][0] == n
            and np.array_equal(arrays["indices"], projection.indices)
            and projection.embedding.shape == (len(projection.indices), spec.n_components)
            and np.isfinite(projection.embedding).all()
            and (variance is None or variance.shape == (spec.n_components,))
            and (variance is None or np.isfinite(variance).all())
            and (x is None or _is_of(arrays["shape"], arrays["probe"], x))
        )
    except (ExplorerError, ValueError, KeyError, TypeError, IndexError):
        return None
    return projection if fits else None


def cached(
    x: np.ndarray,
    spec: ProjectionSpec,
    folder: Path,
    labels: np.ndarray | None = None,
    report: Report = silent,
) -> Projection:
    """Read the projection of `x` from `folder`, or compute and keep it there.

    What was stopped before the end is returned but not kept.

    Raises:
        ExplorerError: As `project`.
    """
    projection = load(spec, folder, len(x), x)
    if projection is not None and (labels is None) == (projection.knn_accuracy is None):
        return projection
    if projection is not None and labels is None:
        return replace(projection, knn_accuracy=None)
    if projection is not None and labels is not None and len(labels) == len(x):
        rows = projection.indices
        data = np.asarray(x)[rows].reshape(len(rows), -1)
        judged = quality(
            data, projection.embedding, np.asarray(labels)[rows], spec.method.data_metric, spec.seed
        )
        projection = replace(projection, knn_accuracy=judged.knn_accuracy)
    else:
        projection = project(x, spec, labels, report)
    if projection.finished:
        save(projection, folder, x)
    return projection


def _probe(x: np.ndarray) -> np.ndarray:
    """Return a few values of the data, at most 16 × 16, float32."""
    rows = np.linspace(0, len(x) - 1, min(16, len(x)), dtype=np.int64)
    few = np.asarray(x[rows], dtype=np.float32).reshape(len(rows), -1)
    return few[:, np.linspace(0, few.shape[1] - 1, min(16, few.shape[1]), dtype=np.int64)]


def _is_of(shape: np.ndarray, probe: np.ndarray, x: np.ndarray) -> bool:
    if tuple(shape) != (len(x), np.size(x) // max(1, len(x))):
        return False
    now = _probe(x)
    # The same decoder on another machine differs in the last digits.
    return now.shape == probe.shape and np.allclose(now, probe, rtol=1e-3, atol=1e-4)
