"""The FactorVAE score (Kim and Mnih 2018): which dimension stands still when a factor does."""

import numpy as np

IMAGES = 64  # of each vote
VOTES = 800  # that the classifier is made of, and as many that it is tried on


def factor_vae_score(z: np.ndarray, factors: np.ndarray, seed: int = 0) -> float:
    """Return the accuracy of the majority vote, in [0, 1]; 1 / k is chance.

    A vote: of images with one factor fixed, the dimension whose variance, as a share of its
    variance over all images, is least. Dimensions that never vary have no vote.

    Args:
        z: Codes, shape (n, d).
        factors: Whole numbers, shape (n, k).
        seed: Of the draws.
    """
    variance = z.var(axis=0, dtype=np.float64)
    moving = variance > 0
    if not moving.any():
        return 0.0
    codes = z[:, moving] / np.sqrt(variance[moving])
    groups = [
        [np.flatnonzero(factor == value) for value in np.unique(factor)] for factor in factors.T
    ]
    rng = np.random.default_rng(seed)
    counts = np.zeros((codes.shape[1], len(groups)), np.int64)
    for dimension, factor in _votes(codes, groups, rng):
        counts[dimension, factor] += 1
    elected = counts.argmax(axis=1)
    return float(np.mean([elected[d] == factor for d, factor in _votes(codes, groups, rng)]))


def _votes(
    codes: np.ndarray, groups: list[list[np.ndarray]], rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Return `VOTES` pairs of the dimension that stood stillest and the factor that was fixed."""
    votes = []
    for _ in range(VOTES):
        factor = int(rng.integers(len(groups)))
        rows = groups[factor][int(rng.integers(len(groups[factor])))]
        some = codes[rng.choice(rows, IMAGES)]
        votes.append((int(some.var(axis=0).argmin()), factor))
    return votes
