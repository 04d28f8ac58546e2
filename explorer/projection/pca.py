"""Principal components: the directions in which the points differ most."""

from dataclasses import dataclass

import numpy as np

from explorer.projection.base import Embedding, Method, Tracker


@dataclass(frozen=True)
class PCA(Method):
    """The first principal components (Pearson, 1901), by scikit-learn."""

    name = "pca"
    title = "PCA"
    caption = (
        "The directions in which the points differ most, with their share of the variance. "
        "Distances are shadows: points apart here are apart, points together need not be."
    )
    quick = True
    linear = True
    standard = True

    def embed(self, data: np.ndarray, n_components: int, seed: int, tracker: Tracker) -> Embedding:
        """Return the scores and each component's share of the variance."""
        from sklearn.decomposition import PCA

        pca = PCA(min(n_components, data.shape[1]), random_state=0)
        scores = pca.fit_transform(data)
        shares = pca.explained_variance_ratio_
        if scores.shape[1] == 1:
            return Embedding(np.hstack([scores, np.zeros_like(scores)]), np.append(shares, 0.0))
        return Embedding(scores, shares)

    def axis_names(
        self, n_components: int, space: str, explained_variance: np.ndarray | None
    ) -> list[str]:
        """Return each component with its share of the variance."""
        if explained_variance is None:
            return super().axis_names(n_components, space, None)
        return [f"PC {i + 1} ({share:.0%})" for i, share in enumerate(explained_variance)]


def begin(data: np.ndarray, n_components: int, tracker: Tracker) -> np.ndarray:
    """Return the PCA, and show it until a method has a picture of its own; shape (n, 2 or 3)."""
    points = PCA().embed(data, n_components, 0, tracker).points
    tracker.update(0.0, "Searching neighbours", points)
    return points
