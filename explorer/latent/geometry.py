"""Moves in latent space: traversals, paths, arithmetic, grids, the prior, the neighbourhood.

The browser does the same in TypeScript (explorer/ui/latent_pad/src); tests/golden/latent.json holds
both to the same numbers.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.core.errors import ExplorerError

Curve = Literal["line", "arc"]
Verdict = Literal["inside", "edge", "hole"]

DENSITY_BINS = 40
# A VAE's dimension is active if the variance of its means over the data exceeds this: Burda, Grosse
# and Salakhutdinov 2015, "Importance weighted autoencoders", section 5.2.
VAE_ACTIVE_VARIANCE = 0.01
# An AE has no scale of its own: its dimensions are measured by the one that varies most.
AE_ACTIVE_SHARE = 1e-4
# Shares of the real codes that lie nearer to another one: the borders between the verdicts.
EDGE, HOLE = 0.9, 0.99

_REFERENCE_CODES = 10_000


@dataclass(frozen=True, eq=False)
class LatentStats:
    """How real codes fill each of d latent dimensions; every array has shape (d,) unless said.

    Attributes:
        mean: Means of the codes.
        std: Standard deviations; 1 where all codes are equal.
        low: Smallest values.
        high: Largest values.
        importance: How much the dimension matters, in the sense of `importance_name`.
        importance_name: What `importance` measures.
        active: Whether the model uses the dimension, bool.
        density: Shape (d, bins): histogram over [low, high], the highest bin 1.
    """

    mean: np.ndarray
    std: np.ndarray
    low: np.ndarray
    high: np.ndarray
    importance: np.ndarray
    importance_name: str
    active: np.ndarray
    density: np.ndarray

    @property
    def order(self) -> np.ndarray:
        """Numbers of the dimensions by falling importance, inactive ones last, shape (d,)."""
        return np.lexsort((-self.importance, ~self.active))


def describe(z_mean: np.ndarray, kl: np.ndarray | None = None) -> LatentStats:
    """Describe how codes fill latent space.

    Args:
        z_mean: Codes, shape (n, d), n ≥ 1.
        kl: For a VAE: KL divergence of each code and dimension, shape (n, d), in nats.

    Raises:
        ExplorerError: If there are no codes, or some are not finite.
    """
    z = _checked(z_mean)
    variance = z.var(axis=0)
    std = np.sqrt(variance)
    if kl is None:
        importance, name = variance, "variance"
        active = variance > AE_ACTIVE_SHARE * variance.max()
    else:
        importance, name = kl.mean(axis=0, dtype=np.float64), "KL (nats)"
        active = variance > VAE_ACTIVE_VARIANCE
    counts = np.stack([np.histogram(column, DENSITY_BINS)[0] for column in z.T])
    return LatentStats(
        mean=z.mean(axis=0),
        std=np.where(std > 0, std, 1.0),
        low=z.min(axis=0),
        high=z.max(axis=0),
        importance=importance,
        importance_name=name,
        active=active,
        density=counts / counts.max(axis=1, keepdims=True),
    )


@dataclass(frozen=True, eq=False)
class Prior:
    """A Gaussian that new codes are drawn from.

    Attributes:
        name: What to call it in a sentence.
        mean: Shape (d,).
        factor: Lower-triangular factor of the covariance, shape (d, d); None for the identity.
    """

    name: str
    mean: np.ndarray
    factor: np.ndarray | None = None

    @property
    def std(self) -> np.ndarray:
        """Standard deviation of each dimension, shape (d,)."""
        if self.factor is None:
            return np.ones_like(self.mean)
        return np.asarray(np.linalg.norm(self.factor, axis=1))

    def sample(self, count: int, seed: int) -> np.ndarray:
        """Draw codes, shape (count, d), float32. The seed fixes them."""
        noise = np.random.default_rng(seed).standard_normal((count, len(self.mean)))
        spread = noise if self.factor is None else noise @ self.factor.T
        return np.asarray(self.mean + spread, np.float32)


def standard_prior(z_dim: int) -> Prior:
    """Return N(0, 1) in each dimension: a VAE's prior."""
    return Prior("the prior N(0, 1)", np.zeros(z_dim))


def fitted_prior(z_mean: np.ndarray) -> Prior:
    """Fit a Gaussian to codes, shape (n, d): what an AE has in place of a prior.

    Raises:
        ExplorerError: If there are no codes, or some are not finite.
    """
    z = _checked(z_mean)
    covariance = np.cov(z, rowvar=False).reshape(z.shape[1], -1) if len(z) > 1 else np.zeros(())
    # A touch on the diagonal: constant dimensions have no Cholesky factor.
    ridge = 1e-9 * max(float(np.trace(np.atleast_2d(covariance))), 1e-9)
    factor = np.linalg.cholesky(covariance + ridge * np.eye(z.shape[1]))
    return Prior("a Gaussian fitted to the codes", z.mean(axis=0), factor)


def lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """Return the points at shares `t` of the straight line from a to b, shape (*t.shape, d)."""
    share = np.asarray(t, np.float64)[..., None]
    return np.asarray(a + (np.asarray(b, np.float64) - a) * share, np.float32)


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """Return the points at shares `t` of the arc from a to b around zero, shape (*t.shape, d).

    White 2016, "Sampling Generative Networks". Straight where a and b point the same or the
    opposite way, or one of them is zero.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = np.clip(a @ b / lengths, -1, 1) if lengths > 0 else 1.0
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    if sine <= 1e-6:
        return lerp(a, b, t)
    share = np.asarray(t, np.float64)[..., None]
    arc = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / sine
    return np.asarray(arc, np.float32)


def path(a: np.ndarray, b: np.ndarray, curve: Curve, count: int) -> np.ndarray:
    """Return codes at even steps from a to b, both included, shape (count, d), float32."""
    curves = {"line": lerp, "arc": slerp}
    return curves[curve](a, b, np.linspace(0, 1, count))


def analogy(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return a − b + c, shape (d,), float32: what b has is taken from a, what c has is added."""
    return np.asarray(np.asarray(a, np.float64) - b + c, np.float32)


def traversal(z: np.ndarray, stats: LatentStats, rows: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Move single dimensions around z.

    Args:
        z: A code, shape (d,).
        stats: Gives the standard deviations that `steps` counts in.
        rows: Which dimensions to move, shape (r,).
        steps: How far, in standard deviations, shape (s,).

    Returns:
        Shape (r, s, d), float32: in row r only dimension rows[r] differs from z.
    """
    codes = np.tile(np.asarray(z, np.float64), (len(rows), len(steps), 1))
    for row, dimension in enumerate(rows):
        codes[row, :, dimension] += np.asarray(steps) * stats.std[dimension]
    return codes.astype(np.float32)


def plane(
    z: np.ndarray, across: int, up: int, x_values: np.ndarray, y_values: np.ndarray
) -> np.ndarray:
    """Return the codes of a grid over two dimensions, all others held as in z.

    Returns:
        Shape (len(y_values), len(x_values), d), float32; the first row has the last y value, as
        a picture has its highest row first.
    """
    codes = np.tile(np.asarray(z, np.float32), (len(y_values), len(x_values), 1))
    codes[..., across] = x_values
    codes[..., up] = np.asarray(y_values)[::-1, None]
    return codes


def normal_quantiles(count: int) -> np.ndarray:
    """Return quantiles of N(0, 1) at (i + ½) / count: equal shares of the prior, (count,)."""
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(count) + 0.5) / count))


def class_means(z_mean: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """Return the mean code of each class, (n_classes, d), float32; NaN where a class is empty."""
    means = np.full((n_classes, z_mean.shape[1]), np.nan, np.float32)
    for label in np.unique(labels):
        means[label] = z_mean[labels == label].mean(axis=0, dtype=np.float64)
    return means


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Real codes near a place, nearest first.

    Attributes:
        indices: Which codes, shape (k,).
        distances: Euclidean distances, shape (k,).
    """

    indices: np.ndarray
    distances: np.ndarray


def nearest(z_mean: np.ndarray, z: np.ndarray, k: int) -> Neighbours:
    """Return the k of the codes `z_mean`, shape (n, d), that are nearest to z, shape (d,)."""
    squares = np.square(z_mean - np.asarray(z, np.float64)).sum(axis=1)
    k = min(k, len(squares))
    found = np.argpartition(squares, k - 1)[:k]
    found = found[np.lexsort((found, squares[found]))]
    return Neighbours(found, np.sqrt(squares[found]))


def neighbours(z_mean: np.ndarray, index: int, k: int) -> Neighbours:
    """Return the k of the codes `z_mean`, shape (n, d), nearest to code `index`, without itself."""
    found = nearest(z_mean, z_mean[index], k + 1)
    others = np.flatnonzero(found.indices != index)[:k]
    return Neighbours(found.indices[others], found.distances[others])


def neighbour_quantiles(z_mean: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return how far real codes lie from the nearest other one, as quantiles 0 %, 1 %, … 100 %.

    Args:
        z_mean: Codes, shape (n, d), n ≥ 2.
        seed: Of more than 10,000 codes, so many are drawn whose distances are measured.

    Returns:
        Shape (101,), ascending.
    """
    from sklearn.neighbors import NearestNeighbors

    z = _checked(z_mean).astype(np.float32)
    if len(z) < 2:
        raise ExplorerError(
            "Distances between codes need at least two of them. Received: 1; "
            "choose a checkpoint with more test images."
        )
    some = z
    if len(z) > _REFERENCE_CODES:
        chosen = np.random.default_rng(seed).choice(len(z), _REFERENCE_CODES, replace=False)
        some = z[chosen]
    distances, _ = NearestNeighbors(n_neighbors=2).fit(z).kneighbors(some)
    quantiles = np.quantile(distances[:, 1].astype(np.float64), np.linspace(0, 1, 101))
    return np.asarray(quantiles)


@dataclass(frozen=True)
class Surroundings:
    """Whether any real code is near.

    Attributes:
        percentile: Share of the real codes whose nearest other code is nearer, in [0, 1].
        verdict: "inside" the data, at its "edge", or in a "hole".
    """

    percentile: float
    verdict: Verdict


def judge(distance: float, quantiles: np.ndarray) -> Surroundings:
    """Judge a distance to the nearest real code by the distances between the real codes.

    Args:
        distance: Euclidean, ≥ 0.
        quantiles: From `neighbour_quantiles`.
    """
    shares = np.linspace(0, 1, len(quantiles))
    share = float(np.interp(distance, quantiles, shares))
    if share <= EDGE:
        return Surroundings(share, "inside")
    return Surroundings(share, "edge" if share <= HOLE else "hole")


@dataclass(frozen=True, eq=False)
class LinearMap:
    """A picture that is (z − origin) @ axes.T for every z.

    Attributes:
        origin: Shape (d,).
        axes: Shape (2, d).
    """

    origin: np.ndarray
    axes: np.ndarray


def linear_map(z_mean: np.ndarray, embedding: np.ndarray) -> LinearMap | None:
    """Find the linear map that makes a picture of codes, if there is one.

    Raw axes and PCA have one; t-SNE and UMAP have none.

    Args:
        z_mean: Codes, shape (n, d).
        embedding: Their picture, shape (n, 2).
    """
    z, points = _checked(z_mean), np.asarray(embedding, np.float64)
    center, middle = z.mean(axis=0), points.mean(axis=0)
    axes = np.linalg.lstsq(z - center, points - middle, rcond=1e-6)[0].T
    error = points - middle - (z - center) @ axes.T
    spread = np.abs(points - middle).max()
    if np.abs(error).max() > 1e-3 * max(spread, 1e-12):
        return None
    # The origin is where the picture is (0, 0).
    origin = center - np.linalg.lstsq(axes, middle, rcond=1e-6)[0]
    return LinearMap(origin, axes)


def _checked(z_mean: np.ndarray) -> np.ndarray:
    z = np.asarray(z_mean, np.float64)
    if z.ndim != 2 or not z.size or not np.isfinite(z).all():
        raise ExplorerError(
            f"Codes must be finite numbers of shape (n, z_dim) with n ≥ 1. Received: shape "
            f"{z.shape}; train or import this checkpoint again."
        )
    return z
