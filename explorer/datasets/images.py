"""Images that are read where they are taken: those of users may not fit into the memory."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

_AT_ONCE = 1000  # images


class Images:
    """Images as an array (n, h, w, c), float32 in [0, 1], of which only what is taken is made.

    `images[rows]` is an array, `images[:]` all of them. NumPy takes them whole.

    Args:
        pixels: Shape (n, h, w, c), uint8; may be mapped into memory.
        white: Value of the brightest pixel.
    """

    ndim = 4
    dtype = np.dtype(np.float32)

    def __init__(self, pixels: np.ndarray, white: int = 255) -> None:
        self._pixels, self._white = pixels, np.float32(white)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(n, h, w, c)."""
        n, height, width, channels = self._pixels.shape
        return n, height, width, channels

    @property
    def size(self) -> int:
        """How many values there are."""
        return math.prod(self.shape)

    def __len__(self) -> int:
        return len(self._pixels)

    def __getitem__(self, rows: Any) -> np.ndarray:
        """Return some images, as of an array."""
        taken = np.asarray(self._pixels[rows], np.float32)  # a copy, which is ours
        taken /= self._white
        return taken

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return all of them; NumPy asks for them so."""
        return self[:] if dtype is None else self[:].astype(dtype, copy=False)

    def chunks(self) -> Iterator[tuple[int, np.ndarray]]:
        """Yield all of them, some at a time, with the number of the first."""
        for start in range(0, len(self), _AT_ONCE):
            yield start, self[start : start + _AT_ONCE]
