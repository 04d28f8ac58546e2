"""Simple shapes, drawn here: a data set whose factors are known, each combination once."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from explorer.datasets.base import Factor, Part, Raw

SIZE = 16
SHAPES = ("square", "disc", "triangle")
N_TRAIN, N_TEST = 3240, 1620
_RADII = (2.2, 2.65, 3.1, 3.55, 4.0)  # pixels
_PLACES = np.linspace(4.5, SIZE - 4.5, 9)
_BRIGHTNESS = (100, 150, 200, 255)
FACTORS = (
    Factor("shape", SHAPES),
    Factor("size", _RADII, "pixels"),
    Factor("x", tuple(_PLACES.tolist()), "pixels"),
    Factor("y", tuple(_PLACES.tolist()), "pixels"),
    Factor("brightness", tuple(float(value) for value in _BRIGHTNESS)),
)
_FINE = 4  # so many samples along each side of a pixel
_SEED = 0  # of the split


@dataclass(frozen=True)
class Shapes:
    """All combinations of shape, size, place and brightness; a third of them are test images."""

    advice: str = ""

    def has(self, name: str, part: Part) -> bool:
        """Return True."""
        return True

    def read(self, name: str, part: Part) -> Raw:
        """Draw the images of a part, the same ones each time."""
        sizes = [len(SHAPES), len(_RADII), len(_PLACES), len(_PLACES), len(_BRIGHTNESS)]
        factors = np.array(list(product(*map(range, sizes))))
        order = np.random.default_rng(_SEED).permutation(len(factors))
        rows = order[:N_TEST] if part == "test" else order[N_TEST:]
        drawn = {key: _draw(*key) for key in product(*map(range, sizes[:-1]))}
        images = [drawn[tuple(row[:-1])] * _BRIGHTNESS[row[-1]] for row in factors[rows].tolist()]
        chosen = factors[rows]
        return Raw(np.rint(images).astype(np.uint8), chosen[:, 0], "drawn here", chosen)


def _draw(shape: int, size: int, across: int, down: int) -> np.ndarray:
    """Return how much of each pixel a shape covers, shape (SIZE, SIZE), in [0, 1]."""
    radius = _RADII[size]
    at = (np.arange(SIZE * _FINE) + 0.5) / _FINE
    x, y = np.meshgrid((at - _PLACES[across]) / radius, (at - _PLACES[down]) / radius)
    if SHAPES[shape] == "square":
        inside = np.maximum(abs(x), abs(y)) < 0.85
    elif SHAPES[shape] == "disc":
        inside = x**2 + y**2 < 1
    else:
        inside = (y < 0.8) & (abs(x) < (y + 1) / 1.8)
    fine = inside.reshape(SIZE, _FINE, SIZE, _FINE)
    covered: np.ndarray = fine.mean(axis=(1, 3))
    return covered
