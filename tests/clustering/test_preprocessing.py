"""Noise on images."""

import numpy as np
import pytest

from explorer.clustering import add_noise
from explorer.core.errors import ExplorerError
from tests.clustering.digits import DIGITS


def test_noise_is_seeded_and_stays_in_range():
    noisy = add_noise(DIGITS, 0.3, seed=5)
    assert np.array_equal(noisy, add_noise(DIGITS, 0.3, seed=5))
    assert not np.array_equal(noisy, add_noise(DIGITS, 0.3, seed=6))
    assert noisy.min() == 0
    assert noisy.max() == 1
    grey = np.full((100, 100), 0.5)
    assert np.std(add_noise(grey, 0.1, 0)) == pytest.approx(0.1, rel=0.05)
    assert np.array_equal(add_noise(DIGITS, 0, 0), DIGITS)
    for images, sigma in (
        (DIGITS * 255, 0.1),
        (DIGITS, -1),
        (DIGITS, np.nan),
        (DIGITS * np.nan, 1),
    ):
        with pytest.raises(ExplorerError, match="Received"):
            add_noise(images, sigma, 0)
