"""Pictures of points in many dimensions, in 2-D and 3-D.

A projection sees arrays alone. Its picture is called `embedding`; `Projection.indices` says which
rows of the data are in it. Importing this module loads none of the methods' libraries.
"""

import time
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.projection.base import StoppedError, Tracker
from explorer.projection.quality import quality, subset
from explorer.projection.spec import MIN_POINTS, ProjectionSpec


@dataclass(frozen=True, eq=False)
class Projection:
    """A picture of data, and how far it can be trusted.

    Attributes:
        spec: What was asked for.
        embedding: Points of the picture, shape (n, 2 or 3), float32.
        indices: Which rows of the data they are, shape (n,), int64, ascending.
        seconds: Time it took, quality included.
        trustworthiness: Share of neighbourhoods that are true, in [0, 1]: see `quality`.
        knn_accuracy: Share of points whose neighbours in the picture tell their label, in [0, 1];
            None without labels: see `quality`.
        finished: False if it was stopped before the end.
        explained_variance: For PCA: share of the variance along each axis, shape (2 or 3,).
    """

    spec: ProjectionSpec
    embedding: np.ndarray
    indices: np.ndarray
    seconds: float
    trustworthiness: float
    knn_accuracy: float | None
    finished: bool = True
    explained_variance: np.ndarray | None = None


def project(
    x: np.ndarray,
    spec: ProjectionSpec,
    labels: np.ndarray | None = None,
    report: Report = silent,
) -> Projection:
    """Compute a picture of the rows of `x`.

    Reports carry the picture so far; the first one of what is not quick is the PCA. When `report`
    answers False, the picture so far is returned, with `finished` False. The same data, spec and
    versions of the libraries give the same picture. 1-dimensional data have linear pictures on a
    line: the second coordinate is 0.

    Args:
        x: Data, shape (n, d); further axes, as of images, are flattened.
        spec: What picture is wanted.
        labels: Class of each row, shape (n,), or None.
        report: Told of progress, and asked whether to go on.

    Raises:
        ExplorerError: If the data are not finite, too few for the spec, all equal, or have too few
            dimensions.
    """
    started = time.perf_counter()
    indices = sample(len(x), spec) if np.ndim(x) >= 2 else np.arange(0)
    data = _checked_data(x, spec, indices)
    if labels is not None and len(labels) != len(x):
        raise ExplorerError(
            f"There must be one label for each of the {len(x)} points. Received: {len(labels)}."
        )
    tracker = Tracker(report)
    finished = True
    variance = None
    try:
        result = spec.method.embed(data, spec.n_components, spec.seed, tracker)
        embedding, variance = result.points, result.explained_variance
        tracker.update(0.98, "Judging the picture", embedding)
    except StoppedError:
        assert tracker.embedding is not None
        embedding = tracker.embedding
        finished = spec.method.quick
    embedding = np.ascontiguousarray(embedding, dtype=np.float32)
    if not np.isfinite(embedding).all():
        raise ExplorerError(
            f"{spec.method.title} found no finite picture of these points; scale the data or "
            f"choose other parameters. Received: values between {data.min():g} and {data.max():g}."
        )
    known = None if labels is None else np.asarray(labels)[indices]
    judged = quality(data, embedding, known, spec.method.data_metric, spec.seed)
    report(Progress(1.0, "Done", embedding))
    return Projection(
        spec=spec,
        embedding=embedding,
        indices=indices,
        seconds=time.perf_counter() - started,
        trustworthiness=judged.trustworthiness,
        knn_accuracy=judged.knn_accuracy,
        finished=finished,
        explained_variance=variance,
    )


def sample(n: int, spec: ProjectionSpec) -> np.ndarray:
    """Return which of n rows a projection shows: ascending, int64, at most `spec.sample_size`."""
    return subset(n, spec.sample_size, spec.seed)


def _checked_data(x: np.ndarray, spec: ProjectionSpec, indices: np.ndarray) -> np.ndarray:
    """Return the sampled rows of `x`, flattened, float32, fit for the spec."""
    x = np.asarray(x)
    if x.ndim < 2 or not np.issubdtype(x.dtype, np.number) or x.dtype.kind == "c":
        raise ExplorerError(
            "A projection needs an array of numbers with one row for each point. Received: shape "
            f"{x.shape}, {x.dtype}."
        )
    if len(x) < MIN_POINTS or x[0].size == 0:
        raise ExplorerError(
            f"A projection needs at least {MIN_POINTS} points of one dimension or more. Received: "
            f"shape {x.shape}."
        )
    with np.errstate(over="ignore"):
        data = np.ascontiguousarray(x[indices].reshape(len(indices), -1), dtype=np.float32)
    bad = np.flatnonzero(~np.isfinite(data).all(axis=1))
    if len(bad):
        raise ExplorerError(
            f"{len(bad)} of {len(data)} points in the {spec.space} space have values that are not "
            f"finite numbers, the first in row {indices[bad[0]]}; leave them out or train the "
            "model again."
        )
    n, d = data.shape
    method = spec.method
    line = d == 1 and spec.n_components == 2 and method.linear
    if d < spec.n_components and not line:
        advice = "choose a 2-D picture" if d == 2 else "choose raw axes or PCA in 2-D"
        raise ExplorerError(
            f"{method.title} cannot draw {spec.n_components} dimensions from data that have only "
            f"{d}: {advice}."
        )
    if spec.data_axes is None and (data == data[0]).all():
        raise ExplorerError(
            f"{method.title} finds nothing to arrange: all {n} points in the {spec.space} space "
            "are equal."
        )
    method.check(n, d)
    return data
