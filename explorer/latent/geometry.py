"""Moves in latent space: straight lines, arcs, traversals, planes, arithmetic, linear pictures.

The browser does the same in TypeScript (explorer/ui/frontend/src); tests/golden/latent.json holds
both to the same numbers.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.latent.stats import LatentStats, checked

Curve = Literal["line", "arc"]


def lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """Return the points at shares `t` of the straight line from a to b, shape (*t.shape, d)."""
    share = np.asarray(t, np.float64)[..., None]
    return np.asarray(a + (np.asarray(b, np.float64) - a) * share, np.float32)


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray | float) -> np.ndarray:
    """Return the points at shares `t` of the arc from a to b around zero, shape (*t.shape, d).

    White 2016, "Sampling Generative Networks". Straight where a and b point the same or the
    opposite way, or one of them is zero.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    cosine = np.clip(a @ b / lengths, -1, 1) if lengths > 0 else 1.0
    angle = np.arccos(cosine)
    sine = np.sin(angle)
    if sine <= 1e-6:
        return lerp(a, b, t)
    share = np.asarray(t, np.float64)[..., None]
    arc = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / sine
    return np.asarray(arc, np.float32)


def path(a: np.ndarray, b: np.ndarray, curve: Curve, count: int) -> np.ndarray:
    """Return codes at even steps from a to b, both included, shape (count, d), float32."""
    curves = {"line": lerp, "arc": slerp}
    return curves[curve](a, b, np.linspace(0, 1, count))


def analogy(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return a − b + c, shape (d,), float32: what b has is taken from a, what c has is added."""
    return np.asarray(np.asarray(a, np.float64) - b + c, np.float32)


def traversal(z: np.ndarray, stats: LatentStats, rows: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Move single dimensions around z.

    Args:
        z: A code, shape (d,).
        stats: Gives the standard deviations that `steps` counts in.
        rows: Which dimensions to move, shape (r,).
        steps: How far, in standard deviations, shape (s,).

    Returns:
        Shape (r, s, d), float32: in row r only dimension rows[r] differs from z.
    """
    codes = np.tile(np.asarray(z, np.float64), (len(rows), len(steps), 1))
    for row, dimension in enumerate(rows):
        codes[row, :, dimension] += np.asarray(steps) * stats.std[dimension]
    return codes.astype(np.float32)


def plane(
    z: np.ndarray, across: int, up: int, x_values: np.ndarray, y_values: np.ndarray
) -> np.ndarray:
    """Return the codes of a grid over two dimensions, all others held as in z.

    Returns:
        Shape (len(y_values), len(x_values), d), float32; the first row has the last y value, as
        a picture has its highest row first.
    """
    codes = np.tile(np.asarray(z, np.float32), (len(y_values), len(x_values), 1))
    codes[..., across] = x_values
    codes[..., up] = np.asarray(y_values)[::-1, None]
    return codes


@dataclass(frozen=True, eq=False)
class LinearMap:
    """A picture that is (z − origin) @ axes.T for every z.

    Attributes:
        origin: Shape (d,).
        axes: Shape (2, d).
    """

    origin: np.ndarray
    axes: np.ndarray


def linear_map(z_mean: np.ndarray, embedding: np.ndarray) -> LinearMap | None:
    """Find the linear map that makes a picture of codes, if there is one.

    Raw axes and PCA have one; t-SNE and UMAP have none.

    Args:
        z_mean: Codes, shape (n, d).
        embedding: Their picture, shape (n, 2).
    """
    z, points = checked(z_mean), np.asarray(embedding, np.float64)
    center, middle = z.mean(axis=0), points.mean(axis=0)
    axes = np.linalg.lstsq(z - center, points - middle, rcond=1e-6)[0].T
    error = points - middle - (z - center) @ axes.T
    spread = np.abs(points - middle).max()
    if np.abs(error).max() > 1e-3 * max(spread, 1e-12):
        return None
    # The origin is where the picture is (0, 0).
    origin = center - np.linalg.lstsq(axes, middle, rcond=1e-6)[0]
    return LinearMap(origin, axes)
