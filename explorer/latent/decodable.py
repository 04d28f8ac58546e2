"""How much of a plane of codes decodes to something like the data."""

from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, silent
from explorer.latent.geometry import plane
from explorer.latent.stats import checked

_BATCH = 500


@dataclass(frozen=True, eq=False)
class Decodable:
    """Which places of a plane decode to something like the data.

    Attributes:
        distances: Of the image decoded at each place of a grid to the nearest real one, Euclidean
            over the pixels, shape (side, side); the first row is the highest.
        images: What is as near as real images are to each other.
        reconstructions: What is as near as the model's reconstructions are to real images: less,
            because they are smoother.
    """

    distances: np.ndarray
    images: float
    reconstructions: float

    @property
    def near(self) -> np.ndarray:
        """Whether a place is as near as reconstructions are, shape (side, side), bool."""
        return self.distances <= self.reconstructions

    @property
    def share(self) -> float:
        """Share of the places that are as near as reconstructions are, in [0, 1]."""
        return float(self.near.mean())

    @property
    def share_of_images(self) -> float:
        """Share of the places that are as near as real images are, in [0, 1]."""
        return float(np.mean(self.distances <= self.images))


def grid(z_mean: np.ndarray, side: int) -> np.ndarray:
    """Return a grid of side × side codes over the box of codes, (n, 2), the highest row first.

    Returns:
        Shape (side · side, 2), float32.

    Raises:
        ExplorerError: If the codes do not have two dimensions.
    """
    z = checked(z_mean)
    if z.shape[1] != 2:
        raise ExplorerError(f"Only a plane of codes has a grid. Received: {z.shape[1]} dimensions.")
    x, y = (np.linspace(low, high, side) for low, high in zip(z.min(0), z.max(0), strict=True))
    return plane(z[0], 0, 1, x, y).reshape(-1, 2)


def nearest_distances(
    x: np.ndarray, data: np.ndarray, rows: np.ndarray | None = None, report: Report = silent
) -> np.ndarray:
    """Return how far points are from the nearest of others, Euclidean.

    Args:
        x: The points, shape (m, d).
        data: The others, shape (n, d).
        rows: If the points are some of `data`: which, shape (m,); they are not their own nearest.
        report: Told how far it is.

    Raises:
        ExplorerError: If it is stopped.
    """
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=1 if rows is None else 2, algorithm="brute").fit(data)
    found = np.empty(len(x))
    for start in range(0, len(x), _BATCH):
        part = slice(start, start + _BATCH)
        # Twice the same image: either of them may come first, the other is the nearest.
        found[part] = search.kneighbors(x[part])[0][:, -1]
        if not report(Progress(min(1.0, (start + _BATCH) / len(x)), "Searching nearest images")):
            raise ExplorerError("It was stopped before it was complete.")
    return found
