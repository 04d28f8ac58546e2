"""t-SNE: neighbours stay neighbours."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.params import number
from explorer.core.progress import loading
from explorer.latent import neighbors
from explorer.projection import pca
from explorer.projection.base import Embedding, Method, Tracker, metric

# Exaggerated iterations gather the clusters, the others arrange them. On 10,000 codes the share of
# neighbours with the same label no longer rises after these 250.
_EXAGGERATED = 250
_ITERATIONS = 250
_EXAGGERATION = 12.0
_INTERPOLATE_ABOVE = 20_000


@dataclass(frozen=True)
class TSNE(Method):
    """t-SNE (van der Maaten and Hinton, 2008), by openTSNE (Poličar et al., 2019).

    It stands on exact nearest neighbours and begins at the PCA. Gradients are Barnes-Hut's, for
    more than 20,000 points in 2-D interpolated.
    """

    name = "tsne"
    title = "t-SNE"
    caption = (
        "Points that are neighbours here are mostly neighbours there. Do not read distances "
        "between clusters, their sizes or their shapes: t-SNE makes them up."
    )
    standard = True

    perplexity: float = number(
        30,
        2,
        1_000,
        "Perplexity",
        "About how many neighbours each point attends to.",
        slider=(5, 100, 1),
    )
    metric: str = metric()

    def check(self, n: int, d: int) -> None:
        """Check that there are more points than t-SNE takes as neighbours."""
        if n <= 3 * self.perplexity:
            raise ExplorerError(
                f"t-SNE needs more than 3 × perplexity points: for {n} points choose a perplexity "
                f"below {n / 3:.1f}. Received: perplexity={self.perplexity:g}."
            )

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Return the embedding after 500 iterations."""
        with loading():
            import openTSNE
            from openTSNE.affinity import PerplexityBasedNN
            from openTSNE.nearest_neighbors import PrecomputedNeighbors

        start = pca.begin(data, n_components, tracker)
        n = len(data)
        n_jobs = neighbors.threads(n)
        nearest, distances = neighbors.nearest_of_each(
            data,
            int(3 * self.perplexity),
            self.metric,
            tracker.part(0, 0.1, "Searching neighbours"),
        )
        affinities = PerplexityBasedNN(
            perplexity=self.perplexity,
            knn_index=PrecomputedNeighbors(nearest, distances),
            n_jobs=n_jobs,
        )
        interpolate = n > _INTERPOLATE_ABOVE and n_components == 2
        embedding = openTSNE.TSNEEmbedding(
            # t-SNE begins small, so that points can still pass each other.
            start * (1e-4 / start[:, 0].std()),
            affinities,
            negative_gradient_method="fft" if interpolate else "bh",
            random_state=seed,
            n_jobs=n_jobs,
        )
        for before, iterations, exaggeration, momentum in (
            (0, _EXAGGERATED, _EXAGGERATION, 0.5),
            (_EXAGGERATED, _ITERATIONS, 1.0, 0.8),
        ):
            embedding = embedding.optimize(
                iterations,
                exaggeration=exaggeration,
                momentum=momentum,
                callbacks=_callback(tracker, before),
                callbacks_every_iters=10,
            )
        return Embedding(np.asarray(embedding))


def _callback(tracker: Tracker, before: int) -> Callable[[int, float, np.ndarray], bool]:
    total = _EXAGGERATED + _ITERATIONS

    def callback(iteration: int, error: float, embedding: np.ndarray) -> bool:
        done = before + iteration
        tracker.update(0.1 + 0.88 * done / total, f"t-SNE, iteration {done} of {total}", embedding)
        return False

    return callback
