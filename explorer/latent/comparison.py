"""Two spaces of the same images: how far apart they are."""

from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.latent.neighbors import nearest_of_each

NEIGHBOURS = 10
MOST = 20_000  # images whose neighbours are compared
_SAMPLE = 2_000  # of the silhouette


def shared_neighbours(a: np.ndarray, b: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """Return the share of each image's k nearest codes that are the same in both spaces.

    Args:
        a: Codes, shape (n, d).
        b: Codes of the same images in another space, shape (n, e).
        k: How many neighbours, Euclidean.

    Returns:
        Shape (n,), float32 in [0, 1]; k / (n - 1) is chance.

    Raises:
        ExplorerError: If these are not codes of the same images, or too few or too many.
    """
    if len(a) != len(b):
        raise ExplorerError(
            f"Only codes of the same images can be compared. Received: {len(a):,} and {len(b):,}."
        )
    if not k < len(a) <= MOST:
        raise ExplorerError(
            f"Neighbours are compared of {k + 1} to {MOST:,} images. Received: {len(a):,}."
        )
    ours, theirs = (nearest_of_each(codes, k)[0] for codes in (a, b))
    same = (ours[:, :, None] == theirs[:, None, :]).any(axis=2)
    shares: np.ndarray = same.mean(axis=1, dtype=np.float32)
    return shares


@dataclass(frozen=True)
class Spread:
    """How codes fill their space.

    Attributes:
        low: Smallest value of any dimension.
        high: Largest value.
        deviation: Root mean square of the dimensions' standard deviations.
        silhouette: Of the classes, in [-1, 1], on 2,000 codes at most (seed 0); None where it is
            not defined (Rousseeuw, 1987).
    """

    low: float
    high: float
    deviation: float
    silhouette: float | None


def spread(z_mean: np.ndarray, labels: np.ndarray, seed: int = 0) -> Spread:
    """Measure codes, shape (n, d), with labels, shape (n,)."""
    from sklearn.metrics import silhouette_score

    rows = np.random.default_rng(seed).permutation(len(labels))[:_SAMPLE]
    classes = len(np.unique(labels[rows]))
    defined = 2 <= classes < len(rows)
    return Spread(
        float(z_mean.min()),
        float(z_mean.max()),
        float(np.sqrt(z_mean.var(axis=0).mean())),
        float(silhouette_score(z_mean[rows], labels[rows])) if defined else None,
    )


@dataclass(frozen=True)
class Overlap:
    """How far classes lie over each other.

    Attributes:
        share: Of the codes whose nearest other code is of another class, in [0, 1]: the error of
            the nearest neighbour's label, each code left out. In the limit of many codes it lies
            between the error that no rule can avoid and twice that (Cover and Hart, 1967); as a
            measure of overlap it is N3 of Ho and Basu (2002).
        pair: The two classes that lie over each other most; None where none do.
        pair_share: Of these classes' codes, how many have their nearest one in the other.
    """

    share: float
    pair: tuple[int, int] | None = None
    pair_share: float = 0.0


def overlap(nearest: np.ndarray, labels: np.ndarray) -> Overlap:
    """Measure how far classes lie over each other.

    Args:
        nearest: Row of the nearest other code of each code, shape (n,).
        labels: Class of each, shape (n,), whole numbers ≥ 0.
    """
    other = labels[nearest]
    k = int(labels.max()) + 1
    counts = np.bincount(labels * k + other, minlength=k * k).reshape(k, k)
    between = np.triu(counts + counts.T, 1)
    sizes = np.bincount(labels, minlength=k)
    shares = between / np.maximum(sizes[:, None] + sizes, 1)
    a, b = (int(i) for i in np.unravel_index(shares.argmax(), shares.shape))
    share = float(np.mean(other != labels))
    return Overlap(share, (a, b), float(shares[a, b])) if share else Overlap(0.0)
