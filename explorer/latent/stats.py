"""How codes fill latent space: statistics of its dimensions, the prior, the means of classes."""

from dataclasses import dataclass

import numpy as np

from explorer.core.errors import ExplorerError

DENSITY_BINS = 40
# A VAE's dimension is active if the variance of its means over the data exceeds this: Burda, Grosse
# and Salakhutdinov 2015, "Importance weighted autoencoders", section 5.2.
VAE_ACTIVE_VARIANCE = 0.01
# An AE has no scale of its own: its dimensions are measured by the one that varies most.
AE_ACTIVE_SHARE = 1e-4


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
    z = checked(z_mean)
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
    z = checked(z_mean)
    covariance = np.cov(z, rowvar=False).reshape(z.shape[1], -1) if len(z) > 1 else np.zeros(())
    # A touch on the diagonal: constant dimensions have no Cholesky factor.
    ridge = 1e-9 * max(float(np.trace(np.atleast_2d(covariance))), 1e-9)
    factor = np.linalg.cholesky(covariance + ridge * np.eye(z.shape[1]))
    return Prior("a Gaussian fitted to the codes", z.mean(axis=0), factor)


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


def checked(z_mean: np.ndarray) -> np.ndarray:
    """Return codes, shape (n, z_dim), as float64.

    Raises:
        ExplorerError: If there are none, or some are not finite.
    """
    z = np.asarray(z_mean, np.float64)
    if z.ndim != 2 or not z.size or not np.isfinite(z).all():
        raise ExplorerError(
            f"Codes must be finite numbers of shape (n, z_dim) with n ≥ 1. Received: shape "
            f"{z.shape}; train or import this checkpoint again."
        )
    return z
