"""What each dimension tells of each factor: mutual information, and its gap."""

import numpy as np

BINS = 20  # as Locatello et al. 2019 have it


def normalised_information(z: np.ndarray, factors: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return I(z_j; v_k) / H(v_k) of each factor k and dimension j, shape (k, d), in [0, 1].

    Args:
        z: Codes, shape (n, d); each dimension is cut into `bins` of equal width.
        factors: Whole numbers ≥ 0, shape (n, k). One with a single value has 0.
    """
    cut = np.stack([_binned(column, bins) for column in z.T])
    rows = []
    for factor in factors.T:
        entropy = _entropy(np.bincount(factor))
        joint = [_entropy(np.bincount(column * (int(factor.max()) + 1) + factor)) for column in cut]
        own = [_entropy(np.bincount(column)) for column in cut]
        shared = np.array(own) + entropy - np.array(joint)
        rows.append(np.clip(shared / entropy, 0, 1) if entropy > 0 else np.zeros(len(cut)))
    return np.array(rows)


def mutual_information_gap(information: np.ndarray) -> float:
    """Return the MIG of `normalised_information` (Chen et al. 2018): the mean gap, in [0, 1]."""
    ordered = np.sort(information, axis=1)[:, ::-1]
    second = ordered[:, 1] if information.shape[1] > 1 else 0.0
    return float((ordered[:, 0] - second).mean())


def _binned(column: np.ndarray, bins: int) -> np.ndarray:
    low, high = float(column.min()), float(column.max())
    if not high > low:
        return np.zeros(len(column), np.int64)
    share = (column.astype(np.float64) - low) / (high - low)
    return np.minimum((share * bins).astype(np.int64), bins - 1)


def _entropy(counts: np.ndarray) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())
