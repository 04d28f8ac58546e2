"""Disentanglement, completeness, informativeness (Eastwood and Williams 2018)."""

from dataclasses import dataclass

import numpy as np

TREES = 10


@dataclass(frozen=True, eq=False)
class Dci:
    """The three scores.

    Attributes:
        disentanglement: Whether each dimension is important for one factor alone, in [0, 1].
        completeness: Whether each factor is told by one dimension alone, in [0, 1].
        informativeness: Share of held-out codes whose factor is predicted, the mean of factors.
        importance: Of each dimension for each factor, shape (d, k); each column sums to 1, or is 0.
    """

    disentanglement: float
    completeness: float
    informativeness: float
    importance: np.ndarray


def dci(z: np.ndarray, factors: np.ndarray, seed: int = 0) -> Dci:
    """Predict each factor from the codes by a random forest, and see which dimensions it used.

    Args:
        z: Codes, shape (n, d).
        factors: Whole numbers ≥ 0, shape (n, k).
        seed: Of the forests, and of the half of the codes that is held out.
    """
    from sklearn.ensemble import RandomForestClassifier

    order = np.random.default_rng(seed).permutation(len(z))
    fitted, held_out = order[: len(z) // 2], order[len(z) // 2 :]
    importance, right = [], []
    for factor in factors.T:
        forest = RandomForestClassifier(TREES, max_features=None, random_state=seed)
        forest.fit(z[fitted], factor[fitted])
        importance.append(forest.feature_importances_)
        right.append(forest.score(z[held_out], factor[held_out]))
    table = np.stack(importance, axis=1)
    return Dci(*from_importance(table), float(np.mean(right)), table)


def from_importance(importance: np.ndarray) -> tuple[float, float]:
    """Return disentanglement and completeness of an importance matrix ≥ 0, shape (d, k)."""
    total = importance.sum()
    if not total > 0:
        return 0.0, 0.0
    by_dimension = _one_sidedness(importance)
    by_factor = _one_sidedness(importance.T)
    disentanglement = float((by_dimension * importance.sum(axis=1) / total).sum())
    return disentanglement, float(by_factor.mean())


def _one_sidedness(table: np.ndarray) -> np.ndarray:
    """Return 1 − entropy of each row, in units of the largest possible; 0 of an empty row."""
    if table.shape[1] < 2:
        return np.asarray(table.sum(axis=1) > 0, np.float64)
    sums = table.sum(axis=1, keepdims=True)
    share = np.divide(table, sums, out=np.zeros_like(table), where=sums > 0)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    one_sided = 1 + (share * logs).sum(axis=1) / np.log(table.shape[1])
    whole: np.ndarray = np.where(sums[:, 0] > 0, one_sided, 0.0)
    return whole
