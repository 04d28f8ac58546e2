"""Points in 2-D and 3-D from points in many dimensions: raw axes, PCA, t-SNE and UMAP.

What is costly is imported where it is used: importing this module loads neither scikit-learn nor
openTSNE nor UMAP.
"""

import os
import warnings
from collections.abc import Callable

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report
from explorer.projection.spec import ProjectionSpec
from explorer.projection.umap import epoch_bar, import_umap

# Exaggerated iterations gather the clusters, the others arrange them. On 10,000 codes the share of
# neighbours with the same label no longer rises after these 250.
_TSNE_EXAGGERATED = 250
_TSNE_ITERATIONS = 250
_TSNE_EXAGGERATION = 12.0
_INTERPOLATE_ABOVE = 20_000


class StoppedError(Exception):
    """The report answered that the work should stop."""


class Teller:
    """Reports, keeps the latest frame, and raises when the answer is to stop."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.frame: np.ndarray | None = None

    def tell(self, fraction: float, message: str, frame: np.ndarray | None = None) -> None:
        """Report a fraction done in [0, 1] and perhaps a frame; raise `StoppedError` to stop."""
        if frame is not None:
            self.frame = np.array(frame, dtype=np.float32)
        if not self._report(Progress(fraction, message, self.frame)):
            raise StoppedError


def raw(data: np.ndarray, spec: ProjectionSpec) -> np.ndarray:
    """Return the chosen axes of the data: (n, d) to (n, 2 or 3).

    Raises:
        ExplorerError: If the data have fewer axes.
    """
    axes = spec.axes or tuple(range(spec.n_components))
    if data.shape[1] == 1 and not spec.axes and spec.n_components == 2:
        return _on_a_line(data)
    if max(axes) >= data.shape[1]:
        raise ExplorerError(
            f"Axis {max(axes)} is outside the data: they have {data.shape[1]} dimensions, counted "
            f"from 0. Received: axes={axes}."
        )
    return data[:, list(axes)]


def pca(data: np.ndarray, n_components: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores, shape (n, 2 or 3), and the share of variance of each axis, in [0, 1]."""
    from sklearn.decomposition import PCA

    pca = PCA(min(n_components, data.shape[1]), random_state=0)
    scores = pca.fit_transform(data)
    shares = pca.explained_variance_ratio_
    if scores.shape[1] == 1:
        return _on_a_line(scores), np.append(shares, 0.0)
    return scores, shares


def _on_a_line(column: np.ndarray) -> np.ndarray:
    return np.hstack([column, np.zeros_like(column)])


def tsne(data: np.ndarray, spec: ProjectionSpec, start: np.ndarray, teller: Teller) -> np.ndarray:
    """Return a t-SNE (openTSNE) of (n, d) data, shape (n, 2 or 3), begun at `start`.

    Raises:
        StoppedError: If the report answers that it should stop.
    """
    import openTSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    n = len(data)
    k = int(3 * spec.perplexity)
    neighbors, distances = nearest(data, k, spec.metric, teller)
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
    teller: Teller, before: int, total: int
) -> Callable[[int, float, np.ndarray], bool]:
    def callback(iteration: int, error: float, embedding: np.ndarray) -> bool:
        done = before + iteration
        teller.tell(0.1 + 0.88 * done / total, f"t-SNE, iteration {done} of {total}", embedding)
        return False

    return callback


def umap(data: np.ndarray, spec: ProjectionSpec, start: np.ndarray, teller: Teller) -> np.ndarray:
    """Return a UMAP of (n, d) data, shape (n, 2 or 3): `UMAP.fit_transform` in two steps.

    The first step, with no epochs, gives the graph and where its points begin. The second moves
    them, in an array that is in our hands, so that frames can be shown and the work be stopped.

    Raises:
        StoppedError: If the report answers that it should stop.
    """
    library = import_umap()
    neighbors, distances = nearest(data, spec.n_neighbors - 1, spec.metric, teller)
    teller.tell(0.1, "Building UMAP's graph")
    rows = np.arange(len(data))[:, None]
    model = library.UMAP(
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

    def told(epoch: int, total: int) -> None:
        message = f"UMAP, epoch {epoch} of {total}"
        teller.tell(0.15 + 0.83 * epoch / total, message, embedding)

    a, b = library.umap_.find_ab_params(1.0, spec.min_dist)
    random = np.random.RandomState(spec.seed)
    library.layouts.optimize_layout_euclidean(
        embedding,
        embedding,
        graph.row,
        graph.col,
        epochs,
        len(data),
        library.umap_.make_epochs_per_sample(graph.data, epochs),
        a,
        b,
        random.randint(-(2**31) + 1, 2**31 - 2, 3).astype(np.int64),
        tqdm_kwds=epoch_bar(told),
        move_other=True,
    )
    return embedding


def nearest(data: np.ndarray, k: int, metric: str, teller: Teller) -> tuple[np.ndarray, np.ndarray]:
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
