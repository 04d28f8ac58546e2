"""Landmarks: t-SNE of a part of the points, and each of the others where its like are."""

from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.params import number, whole
from explorer.core.progress import Progress, loading
from explorer.projection import pca
from explorer.projection.base import Embedding, Method, Tracker
from explorer.projection.tsne import TSNE

_NEAREST = 5
_CHUNK = 20_000
_FITTED = 0.6  # share of the time that the landmarks take, of a million points


@dataclass(frozen=True)
class Landmarks(Method):
    """t-SNE of landmarks drawn at random; the others at the mean of their nearest landmarks.

    The mean of five landmarks is weighted by the inverse distance. What is near in the data comes
    near in the picture, but a point between two groups may lie between them where t-SNE itself
    would have decided for one.
    """

    name = "landmark"
    title = "t-SNE, landmarks"
    caption = (
        "A part of the points was drawn by t-SNE; each of the others lies at the mean of its "
        "five nearest among them. Do not read distances between clusters, their sizes or their "
        "shapes, nor single points between clusters."
    )
    for_many = True

    landmarks: int = whole(
        5_000, 20, 100_000, "Landmarks", "So many points are drawn by t-SNE; the others join them."
    )
    perplexity: float = number(
        30,
        2,
        1_000,
        "Perplexity",
        "About how many neighbours each point attends to.",
        slider=(5, 100, 1),
    )

    def check(self, n: int, d: int) -> None:
        """Check that there are more landmarks than t-SNE takes as neighbours."""
        if (fitted := min(n, self.landmarks)) <= 3 * self.perplexity:
            raise ExplorerError(
                f"{self.title} needs more than 3 × perplexity of them: for {fitted} choose a "
                f"perplexity below {fitted / 3:.1f}. Received: perplexity={self.perplexity:g}."
            )

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Return t-SNE of the landmarks, and the others among them."""
        with loading():
            from sklearn.neighbors import NearestNeighbors

        pca.begin(data, n_components, tracker)
        n = len(data)
        drawn = np.arange(n)
        if n > self.landmarks:
            drawn = np.random.default_rng(seed).choice(n, self.landmarks, replace=False)
        share = _FITTED if n > self.landmarks else 0.98

        def report(progress: Progress) -> bool:
            tracker.update(share * progress.fraction, progress.message)  # a part is no picture
            return True

        fitted = TSNE(perplexity=self.perplexity).embed(
            data[drawn], n_components, seed, Tracker(report)
        )
        placed = np.empty((n, n_components), np.float32)
        search = NearestNeighbors(n_neighbors=_NEAREST).fit(data[drawn])
        for start in range(0, n, _CHUNK):
            distances, near = search.kneighbors(data[start : start + _CHUNK])
            weights = 1 / np.maximum(distances, 1e-12)  # on a landmark: it alone
            weights /= weights.sum(axis=1, keepdims=True)
            placed[start : start + _CHUNK] = np.einsum("nk,nkc->nc", weights, fitted.points[near])
            done = min(1.0, (start + _CHUNK) / n)
            tracker.update(share + (0.98 - share) * done, f"Placing {n:,} points")
        placed[drawn] = fitted.points
        return Embedding(placed)
