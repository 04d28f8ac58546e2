"""Two clusterings of the same points: which points are where else, and how far they agree."""

from dataclasses import dataclass

import numpy as np

from explorer.clustering.confusion import confusion
from explorer.clustering.metrics import SCORES
from explorer.clustering.score import Case


@dataclass(frozen=True, eq=False)
class Flow:
    """Points of one cluster on the left that are in another than the matched one on the right.

    Attributes:
        left: The cluster on the left.
        right: The cluster on the right.
        rows: The points, ascending, shape (m,), m ≥ 1.
    """

    left: int
    right: int
    rows: np.ndarray


@dataclass(frozen=True, eq=False)
class Agreement:
    """How two clusterings of n points agree.

    Attributes:
        matching: Clusters on the left to those on the right, one to one, so that most points stay.
        moved: Whether a point is in another cluster than the matched one, shape (n,), bool.
        flows: Between which clusters they moved, the largest first.
        ari: Adjusted Rand index (Hubert and Arabie, 1985), in [-0.5, 1].
        nmi: Normalised mutual information, arithmetic mean, in [0, 1].
    """

    matching: dict[int, int]
    moved: np.ndarray
    flows: tuple[Flow, ...]
    ari: float
    nmi: float


def agreement(left: np.ndarray, right: np.ndarray) -> Agreement:
    """Match two clusterings (Hungarian method), and say which points moved.

    Args:
        left: Cluster of each point, shape (n,), whole numbers.
        right: The same of another clustering.

    Raises:
        ExplorerError: If an array has the wrong shape, kind or length.
    """
    matching = confusion(left, right).matching
    matched = np.array([matching.get(int(cluster), -2) for cluster in left])
    moved = matched != right
    pairs = np.stack([left, right], axis=1)[moved]
    found, which = np.unique(pairs, axis=0, return_inverse=True)
    rows = np.flatnonzero(moved)
    flows = [
        Flow(int(a), int(b), rows[which.ravel() == number]) for number, (a, b) in enumerate(found)
    ]
    flows.sort(key=lambda flow: -len(flow.rows))
    case = Case(right, left)
    ari, nmi = (SCORES[name].value(case) for name in ("ari", "nmi"))
    return Agreement(matching, moved, tuple(flows), ari, nmi)
