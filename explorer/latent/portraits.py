"""Codes as pictures, for want of any other: a field for each number, dark to bright."""

import numpy as np

_SMALLEST = 8  # pixels of a side: fields are as large as it takes


def portraits(z: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return a picture of each code, so that codes that are alike look alike.

    Args:
        z: Codes, (n, d).
        low: What is black in each dimension, (d,).
        high: What is white, (d,).

    Returns:
        Shape (n, s, s, 1), float32 in [0, 1]: the numbers row by row in a square, its end grey.
    """
    n, d = z.shape
    side = int(np.ceil(np.sqrt(d)))
    fields = np.full((n, side * side), 0.5, np.float32)
    fields[:, :d] = np.clip((z - low) / np.maximum(high - low, 1e-12), 0, 1)
    each = -(-_SMALLEST // side)
    squares = fields.reshape(n, side, side)
    return squares.repeat(each, axis=1).repeat(each, axis=2)[..., None]
