"""Pictures of points in many dimensions: raw axes, PCA, t-SNE and UMAP in 2-D and 3-D.

A projection sees arrays alone. Its picture is called `embedding`; `Projection.indices` says which
rows of the data are in it. Importing this module loads neither scikit-learn nor openTSNE nor UMAP.
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.core.storage import parse_json, read_npz, write_npz
from explorer.projection import embeddings
from explorer.projection.spec import MIN_POINTS, VERSION, ProjectionSpec

QUALITY_NEIGHBORS = 10
QUALITY_SAMPLE = 2_000


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


@dataclass(frozen=True)
class Quality:
    """How far a picture can be trusted; the numbers are explained at `quality`."""

    trustworthiness: float
    knn_accuracy: float | None


def project(
    x: np.ndarray,
    spec: ProjectionSpec,
    labels: np.ndarray | None = None,
    report: Report = silent,
) -> Projection:
    """Compute a picture of the rows of `x`.

    Reports carry the picture so far; the first one for t-SNE and UMAP is the PCA. When `report`
    answers False, the picture so far is returned, with `finished` False. The same data, spec and
    versions of the libraries give the same picture.

    t-SNE is openTSNE's (Poličar et al., 2019) with Barnes-Hut gradients, for more than 20,000
    points in 2-D with interpolated ones; UMAP is umap-learn's (McInnes et al., 2018). Both stand on
    exact nearest neighbours. 1-dimensional data have raw and PCA pictures on a line: the second
    coordinate is 0.

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
    teller = embeddings.Teller(report)
    finished = True
    variance = None
    try:
        if spec.method == "raw":
            embedding = embeddings.raw(data, spec)
        elif spec.method == "pca":
            embedding, variance = embeddings.pca(data, spec.n_components)
        else:
            method = {"tsne": embeddings.tsne, "umap": embeddings.umap}[spec.method]
            start, _ = embeddings.pca(data, spec.n_components)
            teller.tell(0.0, "Searching neighbours", start)
            embedding = method(data, spec, start, teller)
        teller.tell(0.98, "Judging the picture", embedding)
    except embeddings.StoppedError:
        assert teller.frame is not None
        embedding = teller.frame
        finished = spec.method in ("raw", "pca")
    embedding = np.ascontiguousarray(embedding, dtype=np.float32)
    if not np.isfinite(embedding).all():
        raise ExplorerError(
            f"{spec.method} found no finite picture of these points; scale the data or choose "
            f"other parameters. Received: values between {data.min():g} and {data.max():g}."
        )
    known = None if labels is None else np.asarray(labels)[indices]
    judged = quality(data, embedding, known, spec.metric_used, spec.seed)
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


def quality(
    x: np.ndarray,
    embedding: np.ndarray,
    labels: np.ndarray | None = None,
    metric: str = "euclidean",
    seed: int = 0,
) -> Quality:
    """Judge a picture by its neighbourhoods of `QUALITY_NEIGHBORS` (10) points.

    Trustworthiness (Venna and Kaski, 2001) is 1 when all neighbours in the picture are neighbours
    in the data, and about 0.5 when they are chance; it is computed on at most `QUALITY_SAMPLE`
    (2,000) of the points, drawn with the seed. The label accuracy is the share of all points that
    have the label which most of their neighbours in the picture have; among labels equally
    frequent, the one of the nearer neighbours counts.

    Args:
        x: The data, shape (n, d), n >= `MIN_POINTS`.
        embedding: The picture, shape (n, 2 or 3).
        labels: Class of each point, shape (n,), or None.
        metric: How distances in the data are measured.
        seed: Draws the points for the trustworthiness.
    """
    from sklearn.manifold import trustworthiness

    n = len(x)
    rows = _subset(n, QUALITY_SAMPLE, seed)
    k = min(QUALITY_NEIGHBORS, (len(rows) - 1) // 2)
    trust = float(trustworthiness(x[rows], embedding[rows], n_neighbors=k, metric=metric))
    if labels is None:
        return Quality(trust, None)
    neighbors, _ = embeddings.nearest(
        embedding, min(QUALITY_NEIGHBORS, n - 1), "euclidean", embeddings.Teller(silent)
    )
    classes, known = np.unique(labels, return_inverse=True)
    votes = np.zeros((n, len(classes)))
    for rank in range(neighbors.shape[1]):
        # The halves sum to less than one vote: they decide only between equal counts.
        votes[np.arange(n), known[neighbors[:, rank]]] += 1.0 + 0.5 ** (rank + 1)
    return Quality(trust, float(np.mean(votes.argmax(axis=1) == known)))


def file_of(spec: ProjectionSpec, folder: Path) -> Path:
    """Return where the picture of this spec is kept in `folder`."""
    return folder / f"{spec.method}-{spec.hash}.npz"


def save(projection: Projection, folder: Path, x: np.ndarray) -> Path:
    """Keep a projection of `x` in `folder`, under the name of its spec; return the file.

    A few values of `x` are kept with it, so that a projection of other data is recognised.
    """
    content = {
        "version": VERSION,
        "spec": asdict(projection.spec),
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
            ProjectionSpec(**about["spec"]).hash == spec.hash
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
            data, projection.embedding, np.asarray(labels)[rows], spec.metric_used, spec.seed
        )
        projection = replace(projection, knn_accuracy=judged.knn_accuracy)
    else:
        projection = project(x, spec, labels, report)
    if projection.finished:
        save(projection, folder, x)
    return projection


def warm_up() -> None:
    """Compile UMAP's code, so that the first picture of a process need not wait for it."""
    points = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    for n_components in (2, 3):
        project(points, ProjectionSpec("umap", n_components, n_neighbors=5))


def _subset(n: int, size: int, seed: int) -> np.ndarray:
    """Return all of n row numbers, or `size` random ones, ascending, int64."""
    if n <= size:
        return np.arange(n, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(n, size, replace=False)).astype(np.int64)


def sample(n: int, spec: ProjectionSpec) -> np.ndarray:
    """Return which of n rows a projection shows: ascending, int64, at most `spec.sample_size`."""
    return _subset(n, spec.sample_size, spec.seed)


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
    names = {"raw": "Raw axes", "pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}
    name = names[spec.method]
    line = d == 1 and spec.n_components == 2 and spec.method in ("raw", "pca")
    if d < spec.n_components and not line:
        advice = "choose a 2-D picture" if d == 2 else "choose raw axes or PCA in 2-D"
        raise ExplorerError(
            f"{name} cannot draw {spec.n_components} dimensions from data that have only {d}: "
            f"{advice}."
        )
    if spec.method != "raw" and (data == data[0]).all():
        raise ExplorerError(
            f"{name} finds nothing to arrange: all {n} points in the {spec.space} space are equal."
        )
    if spec.method == "tsne" and n <= 3 * spec.perplexity:
        raise ExplorerError(
            f"t-SNE needs more than 3 × perplexity points: for {n} points choose a perplexity "
            f"below {n / 3:.1f}. Received: perplexity={spec.perplexity:g}."
        )
    if spec.method == "umap" and n <= spec.n_neighbors:
        raise ExplorerError(
            f"UMAP needs more points than neighbours: for {n} points choose n_neighbors below {n}. "
            f"Received: n_neighbors={spec.n_neighbors}."
        )
    return data
