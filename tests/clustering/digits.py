"""Points to cluster: scikit-learn's digits, and their plane of the largest variance."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from explorer.clustering import ClusteringSpec, default_spec

DIGITS, CLASSES = load_digits(return_X_y=True)
DIGITS = (DIGITS / 16).astype(np.float32)
PLANE = PCA(2, random_state=0).fit_transform(DIGITS)


def same_partition(a: np.ndarray, b: np.ndarray) -> bool:
    pairs = set(zip(a.tolist(), b.tolist(), strict=True))
    return len(pairs) == len(set(a.tolist())) == len(set(b.tolist()))


def usual(method: str, **changes: object) -> ClusteringSpec:
    """Return the usual spec with one start, if the method has starts."""
    spec = default_spec(method, **changes)
    return spec.change(n_init=1) if hasattr(spec.method, "n_init") else spec
