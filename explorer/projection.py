"""Pictures of points in many dimensions: raw axes, PCA, t-SNE and UMAP in 2-D and 3-D.

A projection sees arrays alone. Its picture is called `embedding`; `Projection.indices` says which
rows of the data are in it. What is costly is imported where it is used: importing this module
loads neither scikit-learn nor openTSNE nor UMAP.
"""

import io
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.progress import Progress, Report, silent
from explorer.storage import read_npz, spec_hash, write_npz

VERSION = 1

METHODS = ("raw", "pca", "tsne", "umap")
SPACES = ("latent", "original", "reconstructed")
METRICS = ("euclidean", "cosine", "manhattan")

MIN_POINTS = 5
QUALITY_NEIGHBORS = 10
QUALITY_SAMPLE = 2_000

# Exaggerated iterations gather the clusters, the others arrange them. On 10,000 codes the share of
# neighbours with the same label no longer rises after these 250.
_TSNE_EXAGGERATED = 250
_TSNE_ITERATIONS = 250
_TSNE_EXAGGERATION = 12.0
_INTERPOLATE_ABOVE = 20_000

# The default field values of parameters that only some methods use: for all other methods they
# are put back to these before a spec is hashed.
_USED_BY: dict[str, tuple[str, ...]] = {
    "axes": ("raw",),
    "perplexity": ("tsne",),
    "n_neighbors": ("umap",),
    "min_dist": ("umap",),
    "metric": ("tsne", "umap"),
}


@dataclass(frozen=True)
class ProjectionSpec:
    """What picture is wanted of which data.

    Attributes:
        method: "raw" (chosen axes of the data), "pca", "tsne" or "umap".
        n_components: 2 or 3, the dimensions of the picture.
        space: What the rows of the data are: "latent" codes, "original" or "reconstructed" images.
        axes: For "raw": which axes to show, as many as `n_components`; () means the first ones.
        perplexity: For "tsne": how many neighbours each point has, roughly; at least 2.
        n_neighbors: For "umap": how many neighbours each point has, itself included; at least 2.
        min_dist: For "umap": how close two points may lie in the picture, in [0, 1].
        metric: For "tsne" and "umap": how distances in the data are measured, one of `METRICS`.
        seed: Decides all that is random.
        sample_size: Of more rows than this, a random subset of this size is taken.

    Raises:
        ExplorerError: If a value is not allowed.
    """

    method: str = "pca"
    n_components: int = 2
    space: str = "latent"
    axes: tuple[int, ...] = ()
    perplexity: float = 30.0
    n_neighbors: int = 15
    min_dist: float = 0.1
    metric: str = "euclidean"
    seed: int = 0
    sample_size: int = 10_000

    def __post_init__(self) -> None:
        _check_choice("method", self.method, METHODS)
        _check_choice("space", self.space, SPACES)
        _check_choice("metric", self.metric, METRICS)
        _check_whole("n_components", self.n_components, 2, 3)
        _check_whole("n_neighbors", self.n_neighbors, 2, 1_000)
        _check_whole("seed", self.seed, 0, 2**32 - 1)
        _check_whole("sample_size", self.sample_size, MIN_POINTS, 10_000_000)
        # 30 and 30.0 are the same perplexity and must get the same name.
        object.__setattr__(self, "perplexity", _number("perplexity", self.perplexity, 2, 1_000))
        object.__setattr__(self, "min_dist", _number("min_dist", self.min_dist, 0, 1))
        object.__setattr__(self, "axes", _checked_axes(self.axes, self.n_components))

    @property
    def hash(self) -> str:
        """The spec's stable name, 12 hexadecimal digits.

        Parameters that the method does not use have no part in it.
        """
        defaults = ProjectionSpec()
        unused = {
            name: getattr(defaults, name)
            for name, methods in _USED_BY.items()
            if self.method not in methods
        }
        spec = replace(self, **unused)
        if self.method == "raw" and not self.axes:
            spec = replace(spec, axes=tuple(range(self.n_components)))
        return spec_hash(spec, VERSION)


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
    teller = _Teller(report)
    finished = True
    variance = None
    try:
        if spec.method == "raw":
            embedding = _raw(data, spec)
        elif spec.method == "pca":
            embedding, variance = _pca(data, spec.n_components)
        else:
            method = {"tsne": _tsne, "umap": _umap}[spec.method]
            start, _ = _pca(data, spec.n_components)
            teller.tell(0.0, "Searching neighbours", start)
            embedding = method(data, spec, start, teller)
        teller.tell(0.98, "Judging the picture", embedding)
    except _StoppedError:
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
    judged = quality(data, embedding, known, _metric(spec), spec.seed)
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
    neighbors, _ = _nearest(embedding, min(QUALITY_NEIGHBORS, n - 1), "euclidean", _Teller(silent))
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


def load(spec: ProjectionSpec, folder: Path, x: np.ndarray | None = None) -> Projection | None:
    """Read the projection of this spec from `folder`.

    Returns:
        The projection, or None if there is none, the file is damaged, or, with `x` given, it is a
        projection of other data than `x`.
    """
    try:
        arrays = read_npz(file_of(spec, folder), "embedding", "indices", "about", "shape", "probe")
        about = json.loads(str(arrays["about"]))
        found = ProjectionSpec(**about["spec"])
        embedding = arrays["embedding"].astype(np.float32)
        indices = arrays["indices"].astype(np.int64)
        projection = Projection(
            spec=spec,
            embedding=embedding,
            indices=indices,
            seconds=float(about["seconds"]),
            trustworthiness=float(about["trustworthiness"]),
            knn_accuracy=None if about["knn_accuracy"] is None else float(about["knn_accuracy"]),
            finished=bool(about["finished"]),
            explained_variance=arrays.get("explained_variance"),
        )
        rows = int(arrays["shape"][0])
    except (ExplorerError, ValueError, KeyError, TypeError, IndexError):
        return None
    fits = (
        found.hash == spec.hash
        and about.get("version") == VERSION
        and embedding.shape == (len(indices), spec.n_components)
        and bool(np.isfinite(embedding).all())
        and bool(((indices >= 0) & (indices < rows)).all())
    )
    if not fits or (x is not None and not _is_of(arrays["shape"], arrays["probe"], x)):
        return None
    return projection


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
    projection = load(spec, folder, x)
    if projection is not None and (labels is None) == (projection.knn_accuracy is None):
        return projection
    if projection is not None and labels is None:
        return replace(projection, knn_accuracy=None)
    if projection is not None and labels is not None and len(labels) == len(x):
        rows = projection.indices
        data = np.asarray(x)[rows].reshape(len(rows), -1)
        judged = quality(
            data, projection.embedding, np.asarray(labels)[rows], _metric(spec), spec.seed
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


class _StoppedError(Exception):
    """The report answered that the work should stop."""


class _Teller:
    """Reports, keeps the latest frame, and raises when the answer is to stop."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.frame: np.ndarray | None = None

    def tell(self, fraction: float, message: str, frame: np.ndarray | None = None) -> None:
        if frame is not None:
            self.frame = np.array(frame, dtype=np.float32)
        if not self._report(Progress(fraction, message, self.frame)):
            raise _StoppedError


def _raw(data: np.ndarray, spec: ProjectionSpec) -> np.ndarray:
    axes = spec.axes or tuple(range(spec.n_components))
    if data.shape[1] == 1 and not spec.axes and spec.n_components == 2:
        return _on_a_line(data)
    if max(axes) >= data.shape[1]:
        raise ExplorerError(
            f"Axis {max(axes)} is outside the data: they have {data.shape[1]} dimensions, counted "
            f"from 0. Received: axes={axes}."
        )
    return data[:, list(axes)]


def _pca(data: np.ndarray, n_components: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores and the share of variance of each axis."""
    from sklearn.decomposition import PCA

    pca = PCA(min(n_components, data.shape[1]), random_state=0)
    scores = pca.fit_transform(data)
    shares = pca.explained_variance_ratio_
    if scores.shape[1] == 1:
        return _on_a_line(scores), np.append(shares, 0.0)
    return scores, shares


def _on_a_line(column: np.ndarray) -> np.ndarray:
    return np.hstack([column, np.zeros_like(column)])


def _tsne(data: np.ndarray, spec: ProjectionSpec, start: np.ndarray, teller: _Teller) -> np.ndarray:
    import openTSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    n = len(data)
    k = int(3 * spec.perplexity)
    neighbors, distances = _nearest(data, k, spec.metric, teller)
    affinities = PerplexityBasedNN(
        perplexity=spec.perplexity,
        knn_index=PrecomputedNeighbors(neighbors, distances),
        n_jobs=_threads(n),
    )
    interpolate = n > _INTERPOLATE_ABOVE and spec.n_components == 2
    embedding = openTSNE.TSNEEmbedding(
        # t-SNE begins small, so that points can still pass each other.
        start * (1e-4 / start[:, 0].std()),
        affinities,
        negative_gradient_method="fft" if interpolate else "bh",
        random_state=spec.seed,
        n_jobs=_threads(n),
    )
    total = _TSNE_EXAGGERATED + _TSNE_ITERATIONS
    stages = (
        (0, _TSNE_EXAGGERATED, _TSNE_EXAGGERATION, 0.5),
        (_TSNE_EXAGGERATED, _TSNE_ITERATIONS, 1.0, 0.8),
    )
    for before, iterations, exaggeration, momentum in stages:
        embedding = embedding.optimize(
            iterations,
            exaggeration=exaggeration,
            momentum=momentum,
            callbacks=_tsne_callback(teller, before, total),
            callbacks_every_iters=10,
        )
    return np.asarray(embedding)


def _tsne_callback(
    teller: _Teller, before: int, total: int
) -> Callable[[int, float, np.ndarray], bool]:
    def callback(iteration: int, error: float, embedding: np.ndarray) -> bool:
        done = before + iteration
        teller.tell(0.1 + 0.88 * done / total, f"t-SNE, iteration {done} of {total}", embedding)
        return False

    return callback


def _umap(data: np.ndarray, spec: ProjectionSpec, start: np.ndarray, teller: _Teller) -> np.ndarray:
    """Do what `UMAP.fit_transform` does, in two steps.

    The first step, with no epochs, gives the graph and where its points begin. The second moves
    them, in an array that is in our hands, so that frames can be shown and the work be stopped.
    """
    umap = import_umap()
    neighbors, distances = _nearest(data, spec.n_neighbors - 1, spec.metric, teller)
    teller.tell(0.1, "Building UMAP's graph")
    rows = np.arange(len(data))[:, None]
    model = umap.UMAP(
        n_neighbors=spec.n_neighbors,
        n_components=spec.n_components,
        metric=spec.metric,
        min_dist=spec.min_dist,
        random_state=spec.seed,
        n_jobs=1,
        n_epochs=0,
        precomputed_knn=(np.hstack([rows, neighbors]), np.pad(distances, ((0, 0), (1, 0)))),
    )
    with warnings.catch_warnings():
        # It cannot place new points without an index, and says when it begins at random because
        # the graph has no spectrum; neither matters here.
        warnings.simplefilter("ignore", UserWarning)
        model.fit(data)
    epochs = 500 if len(data) <= 10_000 else 200
    graph = model.graph_.tocoo()
    graph.data[graph.data < graph.data.max() / epochs] = 0.0
    graph.eliminate_zeros()
    embedding = np.array(model.embedding_, dtype=np.float32, order="C")
    a, b = umap.umap_.find_ab_params(1.0, spec.min_dist)
    random = np.random.RandomState(spec.seed)
    umap.layouts.optimize_layout_euclidean(
        embedding,
        embedding,
        graph.row,
        graph.col,
        epochs,
        len(data),
        umap.umap_.make_epochs_per_sample(graph.data, epochs),
        a,
        b,
        random.randint(-(2**31) + 1, 2**31 - 2, 3).astype(np.int64),
        tqdm_kwds={
            "file": _EpochListener(teller, epochs, embedding),
            "bar_format": "{n}",
            "disable": False,
            "mininterval": 0.0,
            "miniters": 5,
        },
        move_other=True,
    )
    return embedding


class _EpochListener(io.StringIO):
    """The file that UMAP's progress bar writes to: the only place where it tells of its epochs."""

    def __init__(self, teller: _Teller, epochs: int, embedding: np.ndarray) -> None:
        super().__init__()
        self._teller, self._epochs, self._embedding = teller, epochs, embedding
        self._stopped = False

    def write(self, text: str) -> int:
        epoch = text.strip()
        if epoch.isdigit() and not self._stopped:
            done = int(epoch) / self._epochs
            message = f"UMAP, epoch {epoch} of {self._epochs}"
            try:
                self._teller.tell(0.15 + 0.83 * done, message, self._embedding)
            except _StoppedError:
                # The bar writes once more while the exception passes through it.
                self._stopped = True
                raise
        return len(text)


def import_umap() -> Any:
    """Import UMAP without its parametric variant, which would load TensorFlow (6 to 11 s)."""
    name = "umap.parametric_umap"
    blocked = name not in sys.modules
    if blocked:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)
            import umap
            import umap.layouts
            import umap.umap_
    finally:
        if blocked:
            del sys.modules[name]
    return umap


def _nearest(
    data: np.ndarray, k: int, metric: str, teller: _Teller
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact k nearest other points of each point: indices and distances, (n, k)."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=k + 1, metric=metric, n_jobs=_threads(len(data))).fit(
        data
    )
    neighbors = np.empty((len(data), k), dtype=np.int64)
    distances = np.empty((len(data), k), dtype=np.float64)
    for rows in np.array_split(np.arange(len(data)), max(1, len(data) // 2_000)):
        far, near = search.kneighbors(data[rows])
        others = near != rows[:, None]
        # Among many equal points a point need not be its own neighbour: then drop the last.
        others[others.all(axis=1), -1] = False
        neighbors[rows] = near[others].reshape(len(rows), k)
        distances[rows] = far[others].reshape(len(rows), k)
        teller.tell(0.1 * float(rows[-1] + 1) / len(data), "Searching neighbours")
    return neighbors, distances


def _threads(n: int) -> int:
    """Return how many threads n points are worth; the picture does not depend on it.

    For few points a second thread gains little on an idle machine, and on a busy one threads that
    spin while they wait lose much: 700 points took 29 s with two threads, 6 s with one.
    """
    return 1 if n < 5_000 else os.cpu_count() or 1


def _metric(spec: ProjectionSpec) -> str:
    return spec.metric if spec.method in _USED_BY["metric"] else "euclidean"


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


def _check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ExplorerError(f"{name} must be one of {', '.join(choices)}. Received: {value!r}.")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_whole(name: str, value: Any, low: int, high: int) -> None:
    if not _is_whole(value) or not low <= value <= high:
        raise ExplorerError(
            f"{name} must be a whole number from {low} to {high}. Received: {value!r}."
        )


def _number(name: str, value: Any, low: float, high: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ExplorerError(f"{name} must be a number from {low} to {high}. Received: {value!r}.")
    return float(value)


def _checked_axes(axes: Any, n_components: int) -> tuple[int, ...]:
    whole = isinstance(axes, tuple | list) and all(_is_whole(a) and a >= 0 for a in axes)
    if not whole or len(set(axes)) != len(axes) or len(axes) not in (0, n_components):
        raise ExplorerError(
            f"axes must be {n_components} different axis numbers, counted from 0, or none for the "
            f"first ones. Received: {axes!r}."
        )
    return tuple(axes)
