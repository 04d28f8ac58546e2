"""UMAP: the method, the transformer that clustering uses, and the library's progress bar."""

import io
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.params import number
from explorer.core.progress import loading, silent
from explorer.latent import neighbors
from explorer.projection import pca
from explorer.projection.base import Embedding, Method, Tracker, metric, n_neighbors


@dataclass(frozen=True)
class UMAP(Method):
    """UMAP (McInnes et al., 2018), by umap-learn, on exact nearest neighbours."""

    name = "umap"
    title = "UMAP"
    caption = (
        "Points that are neighbours here are mostly neighbours there. Distances between "
        "clusters say little, their sizes and densities nothing."
    )
    standard = True

    n_neighbors: int = n_neighbors(15, "Small: fine structure. Large: the whole.")
    min_dist: float = number(
        0.1,
        0,
        1,
        "Minimal distance",
        "How close points may lie in the picture.",
        slider=(0, 1, 0.01),
    )
    metric: str = metric()

    def check(self, n: int, d: int) -> None:
        """Check that there are more points than neighbours."""
        if n <= self.n_neighbors:
            raise ExplorerError(
                f"UMAP needs more points than neighbours: for {n} points choose n_neighbors below "
                f"{n}. Received: n_neighbors={self.n_neighbors}."
            )

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Do what `UMAP.fit_transform` does, in two steps.

        The first step, with no epochs, gives the graph and where its points begin. The second moves
        them, in an array that is in our hands, so that it can be shown and the work be stopped.
        """
        library = import_umap()
        pca.begin(data, n_components, tracker)
        near, distances = neighbors.nearest_of_each(
            data,
            self.n_neighbors - 1,
            self.metric,
            tracker.part(0, 0.1, "Searching neighbours"),
        )
        tracker.update(0.1, "Building UMAP's graph")
        rows = np.arange(len(data))[:, None]
        model = library.UMAP(
            n_neighbors=self.n_neighbors,
            n_components=n_components,
            metric=self.metric,
            min_dist=self.min_dist,
            random_state=seed,
            n_jobs=1,
            n_epochs=0,
            precomputed_knn=(np.hstack([rows, near]), np.pad(distances, ((0, 0), (1, 0)))),
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

        def on_epoch(epoch: int, total: int) -> None:
            message = f"UMAP, epoch {epoch} of {total}"
            tracker.update(0.15 + 0.83 * epoch / total, message, embedding)

        a, b = library.umap_.find_ab_params(1.0, self.min_dist)
        random = np.random.RandomState(seed)
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
            tqdm_kwds=epoch_bar(on_epoch),
            move_other=True,
        )
        return Embedding(embedding)


def warm_up() -> None:
    """Compile UMAP's code, so that the first picture of a process need not wait for it."""
    points = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    for n_components in (2, 3):
        UMAP(n_neighbors=5).embed(points, n_components, 0, Tracker(silent))


class UMAPTransformer:
    """UMAP (McInnes et al., 2018) with scikit-learn's methods, which tells of its epochs.

    The results are those of `umap.UMAP` with the same parameters and seed.

    Args:
        n_neighbors: Neighbours of each point, itself included.
        min_dist: How close two points may lie in the embedding.
        n_components: Dimensions of the embedding.
        seed: Decides all that is random.
        on_epoch: Called with the epoch and the number of epochs; stops UMAP by raising.
    """

    def __init__(
        self,
        n_neighbors: int,
        min_dist: float,
        n_components: int,
        seed: int,
        on_epoch: Callable[[int, int], None],
    ) -> None:
        self._model = import_umap().UMAP(
            n_neighbors=n_neighbors,
            min_dist=min_dist,
            n_components=n_components,
            random_state=seed,
            n_jobs=1,
            tqdm_kwds=epoch_bar(on_epoch),
        )

    def fit_transform(self, points: np.ndarray) -> np.ndarray:
        """Return the embedding of points (n, d), shape (n, n_components), float32."""
        with warnings.catch_warnings():
            # Duplicates and separate islands leave its graph without a spectrum: it begins at
            # random then, and says so.
            warnings.simplefilter("ignore", UserWarning)
            return np.asarray(self._model.fit_transform(points))

    def transform(self, points: np.ndarray) -> np.ndarray:
        """Place other points (m, d) into the embedding; shape (m, n_components), float32."""
        return np.asarray(self._model.transform(points))


def epoch_bar(on_epoch: Callable[[int, int], None]) -> dict[str, Any]:
    """Return the options of UMAP's progress bar that make it tell of every fifth epoch.

    Args:
        on_epoch: Called with the epoch and the number of epochs; stops UMAP by raising.
    """
    return {
        "file": _EpochListener(on_epoch),
        "bar_format": "{n}/{total}",
        "disable": False,
        "mininterval": 0.0,
        "miniters": 5,
    }


class _EpochListener(io.StringIO):
    """The file that UMAP's progress bar writes to: the only place where it tells of its epochs."""

    def __init__(self, on_epoch: Callable[[int, int], None]) -> None:
        super().__init__()
        self._on_epoch = on_epoch
        self._stopped = False

    def write(self, text: str) -> int:
        epoch, _, total = text.strip().partition("/")
        if epoch.isdigit() and total.isdigit() and not self._stopped:
            try:
                self._on_epoch(int(epoch), int(total))
            except Exception:
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
        with warnings.catch_warnings(), loading():
            warnings.simplefilter("ignore", ImportWarning)
            import umap
            import umap.layouts
            import umap.umap_
    finally:
        if blocked:
            del sys.modules[name]
    return umap
