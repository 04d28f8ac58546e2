"""Sets of points as text: base64 of a bit for each point, the lowest first."""

import base64

import numpy as np


def packed(rows: np.ndarray) -> str:
    """Return indices as text."""
    mask = np.zeros(int(rows.max()) + 1 if len(rows) else 0, bool)
    mask[rows] = True
    return base64.b64encode(np.packbits(mask, bitorder="little").tobytes()).decode()


def unpacked(text: object) -> np.ndarray | None:
    """Return the indices of a text as `packed` makes it, ascending; None of anything else."""
    if not isinstance(text, str):
        return None
    try:
        bits = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    except ValueError:
        return None
    return np.flatnonzero(np.unpackbits(bits, bitorder="little"))
