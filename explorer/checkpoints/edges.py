"""Histograms of oriented gradients: what edges an image has where, without any network.

They are the honest baseline of a code that was learned: what does the network add? (Dalal and
Triggs, Histograms of Oriented Gradients for Human Detection, 2005; by scikit-image.)
"""

import hashlib

import numpy as np

from explorer.core.memory import keep

ORIENTATIONS = 8  # of half a turn: an edge from dark to light counts as one from light to dark
_CELLS = 7  # about as many along each side: 4 × 4 pixels of an image of 28 × 28
MOST_KEPT = 10_000  # images whose histograms stay in memory
_BLOCK = 2  # cells along each side of what is brought to length 1 together; blocks overlap


def histograms(images: np.ndarray) -> np.ndarray:
    """Return the histograms of images.

    scikit-image's `hog` with 8 orientations, cells of 4 × 4 pixels (of images of 28 × 28; else a
    seventh of the side, at least 2 pixels), blocks of 2 × 2 cells, norm L2, the square root of the
    pixels first; of a colour image the channel with the largest gradient.

    Args:
        images: Shape (n, h, w, c), in [0, 1].

    Returns:
        Shape (n, `width`), float32, each value in [0, 1].
    """
    if len(images) > MOST_KEPT:
        return _compute(images)
    # A third of a millisecond each, and a page asks several times.
    digest = hashlib.blake2b(np.ascontiguousarray(images).data, digest_size=16).digest()
    return _kept(digest, images)


@keep(2)
def _kept(digest: bytes, _images: np.ndarray) -> np.ndarray:
    return _compute(_images)


def _compute(images: np.ndarray) -> np.ndarray:
    from skimage.feature import hog

    shape = images.shape[1:]
    found = np.empty((len(images), width(shape)), np.float32)
    for row, image in enumerate(images):
        found[row] = hog(
            image,
            ORIENTATIONS,
            _cell(shape),
            (_BLOCK, _BLOCK),
            block_norm="L2",
            transform_sqrt=True,
            channel_axis=-1,
        )
    return found


def width(shape: tuple[int, ...]) -> int:
    """Return how many values the histograms of an image of shape (h, w, c) have."""
    cells = [size // cell for size, cell in zip(shape, _cell(shape), strict=False)]
    blocks = [count - _BLOCK + 1 for count in cells]
    return blocks[0] * blocks[1] * _BLOCK**2 * ORIENTATIONS


def _cell(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return height and width of a cell in pixels."""
    return max(2, shape[0] // _CELLS), max(2, shape[1] // _CELLS)
