"""Points to project."""

import numpy as np
import pytest
from sklearn.datasets import load_digits


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    rows = np.random.default_rng(0).permutation(len(data.data))[:500]
    return data.data[rows].astype(np.float32), data.target[rows]


@pytest.fixture
def blobs():
    random = np.random.default_rng(0)
    labels = random.integers(0, 4, 200)
    x = 6 * random.normal(size=(4, 5))[labels] + random.normal(size=(200, 5))
    return x.astype(np.float32), labels
