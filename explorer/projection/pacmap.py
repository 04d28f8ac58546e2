"""PaCMAP: near, middle and far pairs of points pull and push."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import loading
from explorer.latent import neighbors
from explorer.projection import pca
from explorer.projection.base import Embedding, Method, Tracker, n_neighbors

# Of the library: middle and far pairs for each near one, and how many neighbours more are looked at
# to choose the near ones by distances that are scaled to the density around them.
_MIDDLE, _FAR = 0.5, 2.0
_EXTRA = 50
# Iterations that arrange the whole, then both, then details.
_ITERATIONS = (100, 100, 250)


@dataclass(frozen=True)
class PaCMAP(Method):
    """PaCMAP (Wang, Huang, Rudin and Shaposhnik, 2021), by the pacmap library.

    Neighbours are exact, where the library takes approximate ones; data of more than 100 dimensions
    are reduced to 100 by PCA before, as the library does.
    """

    name = "pacmap"
    title = "PaCMAP"
    caption = (
        "First far and middle pairs of points arrange the whole, then near ones the details: which "
        "clusters lie near each other often means something, more than in t-SNE. Do not read the "
        "exact distances between clusters, their sizes, or empty space: they are made up."
    )

    n_neighbors: int = n_neighbors(
        10, "How many near pairs each point has. Small: fine structure. Large: the whole."
    )

    def check(self, n: int, d: int) -> None:
        """Check that there are more points than pairs of one of them."""
        pairs = 1 + _MIDDLE + _FAR
        if n <= pairs * self.n_neighbors:
            raise ExplorerError(
                f"PaCMAP needs more than {pairs} × n_neighbors points: for {n} points choose "
                f"n_neighbors below {n / pairs:.1f}. Received: n_neighbors={self.n_neighbors}."
            )

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Do what `PaCMAP.fit_transform` does, iteration by iteration."""
        pca.begin(data, n_components, tracker)
        tracker.update(0.0, "Loading PaCMAP; its first use on a machine compiles it")
        with loading():  # its compiling counts as that: nothing is there yet
            from pacmap import pacmap as library

            x, reduced, axes, *_ = library.preprocess_X(
                np.array(data), "euclidean", True, False, seed, data.shape[1], n_components
            )
            x = np.ascontiguousarray(x, np.float32)
            pairs = self._pairs(library, x, seed, tracker)
        start = x[:, :n_components] if reduced else axes.transform(x)
        embedding = np.array(0.01 * start, np.float32, order="C")
        first, second = np.zeros_like(embedding), np.zeros_like(embedding)  # moments of Adam
        total = sum(_ITERATIONS)
        for step in range(total):
            middle, near, far = library.find_weight(1000.0, step, num_iters=_ITERATIONS)
            gradient = library.pacmap_grad(embedding, *pairs, near, middle, far)
            library.update_embedding_adam(embedding, gradient, first, second, 0.9, 0.999, 1.0, step)
            if step % 5 == 4:
                message = f"PaCMAP, iteration {step + 1} of {total}"
                tracker.update(0.15 + 0.83 * (step + 1) / total, message, embedding)
        return Embedding(embedding)

    def _pairs(
        self, library: Any, x: np.ndarray, seed: int, tracker: Tracker
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return near, middle and far pairs, each of shape (number, 2), int32."""
        k = self.n_neighbors
        found, distances = neighbors.nearest_of_each(
            x,
            min(k + _EXTRA, len(x) - 1),
            on_progress=tracker.part(0, 0.1, "Searching neighbours"),
        )
        tracker.update(0.1, "Choosing PaCMAP's pairs")
        found, distances = found.astype(np.int32), distances.astype(np.float32)
        density = np.maximum(distances[:, 3:6].mean(axis=1), 1e-10)
        scaled = library.scale_dist(distances, density, found)
        near = library.sample_neighbors_pair(x, scaled, found, k)
        seed %= 2**31  # the library's are signed
        middle = library.sample_MN_pair_deterministic(x, round(_MIDDLE * k), seed, 0)
        far = library.sample_FP_pair_deterministic(x, near, k, round(_FAR * k), seed)
        return near, middle, far
