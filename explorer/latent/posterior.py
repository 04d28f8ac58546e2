"""How a VAE's codes lie against its prior, N(0, 1) in each dimension."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

# A dimension is in use if its mean KL divergence from the prior exceeds this, in nats.
ACTIVE_KL = 0.01
# Codes that spread so many times as wide as the prior, or as narrow, are not those that it draws.
APART = 2.0
# Share of N(0, 1) in two dimensions that lies within a radius of 2: 1 − exp(−2² / 2).
WITHIN_TWO_SIGMA = float(1 - np.exp(-2.0))

Kind = Literal["autoencoder", "vae", "partly", "collapsed"]


@dataclass(frozen=True)
class AgainstPrior:
    """The codes q(z|x) of some images against the prior.

    Attributes:
        kl: Mean KL divergence of each dimension, in nats.
        spread: Standard deviation of all codes together, the aggregated posterior: the root of the
            mean over dimensions of variance of the means + mean of the variances (law of total
            variance); 1 for the prior.
        noise: Standard deviation of one code: the root of the mean of the variances.
        within: Share of the means within 2 of the origin on the two axes asked for.
    """

    kl: tuple[float, ...]
    spread: float
    noise: float
    within: float

    @property
    def active(self) -> int:
        """Number of dimensions in use."""
        return sum(value > ACTIVE_KL for value in self.kl)

    @property
    def kind(self) -> Kind:
        """What the model is in effect, whatever its β.

        "collapsed": no dimension is in use. "autoencoder": the codes lie elsewhere than the prior
        draws, by the factor `APART`. "partly": a VAE some of whose dimensions are not in use.
        """
        if not self.active:
            return "collapsed"
        if not 1 / APART <= self.spread <= APART:
            return "autoencoder"
        return "vae" if self.active == len(self.kl) else "partly"


def shown_axes(kl: np.ndarray) -> tuple[int, int] | None:
    """Return the two dimensions with the largest mean KL, the largest first; None of a single one.

    Of two dimensions these are both, in their order.

    Args:
        kl: KL divergence of each code and dimension, shape (n, d).
    """
    if kl.shape[1] < 2:
        return None
    if kl.shape[1] == 2:
        return 0, 1
    first, second = np.argsort(-kl.mean(axis=0), kind="stable")[:2].tolist()
    return first, second


def against_prior(z_mean: np.ndarray, z_log_var: np.ndarray, kl: np.ndarray) -> AgainstPrior:
    """Measure codes, all arguments of shape (n, d); `kl` in nats."""
    means = z_mean.astype(np.float64)
    variances = np.exp(z_log_var.astype(np.float64))
    axes = shown_axes(kl)
    seen = means[:, list(axes)] if axes else means
    return AgainstPrior(
        kl=tuple(kl.mean(axis=0, dtype=np.float64).tolist()),
        spread=float(np.sqrt((means.var(axis=0) + variances.mean(axis=0)).mean())),
        noise=float(np.sqrt(variances.mean())),
        within=float((np.square(seen).sum(axis=1) <= 4).mean()),
    )
