"""Images of any size, brought to one square."""

from collections import Counter

import numpy as np
from PIL import Image

from explorer.datasets.user import SIDES

_RESAMPLING = Image.Resampling.BICUBIC  # which Pillow widens where an image becomes smaller


def side_of(sizes: Counter[tuple[int, int]], asked: int) -> int:
    """Return the side of the square that images of these sizes are brought to, in pixels.

    Args:
        sizes: How many images have which height and width.
        asked: What the user wants; 0: the longer side of the usual image, as far as it is allowed.
    """
    if asked:
        return asked
    longer = np.repeat([max(size) for size in sizes], list(sizes.values()))
    return int(np.clip(np.median(longer), *SIDES))


def told(sizes: Counter[tuple[int, int]], side: int, fit: str) -> str:
    """Return what is to be told of the resizing, one sentence; "" if nothing is resized."""
    others = {size: n for size, n in sizes.items() if size != (side, side)}
    if not others:
        return ""
    n, most = sum(others.values()), sum(sizes.values())
    heights, widths = ([size[axis] for size in others] for axis in (0, 1))
    if len(others) == 1:
        from_ = f"{heights[0]} × {widths[0]}"
    else:
        low, high = min(others, key=lambda s: s[0] * s[1]), max(others, key=lambda s: s[0] * s[1])
        from_ = f"{low[0]} × {low[1]} to {high[0]} × {high[1]}"
    which = "All" if n == most else f"{n:,} of {most:,}"
    how = ""
    if any(height != width for height, width in others):
        how = {
            "pad": "; what is not square was filled with the colour of its border",
            "crop": "; what is not square was cut",
            "stretch": "; what is not square was stretched",
        }[fit]
    return f"{which} images were resized from {from_} to {side} × {side} pixels{how}."


def square(image: np.ndarray, side: int, fit: str) -> np.ndarray:
    """Return an image, (h, w, c) uint8, as (side, side, c)."""
    h, w, c = image.shape
    if (h, w) == (side, side):
        return image
    if fit == "crop":
        size = min(h, w)
        top, left = (h - size) // 2, (w - size) // 2
        return _resized(image[top : top + size, left : left + size], side, side)
    if fit == "stretch" or h == w:
        return _resized(image, side, side)
    scale = side / max(h, w)
    height, width = (max(1, round(size * scale)) for size in (h, w))
    inside = _resized(image, height, width)
    border = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    out = np.empty((side, side, c), np.uint8)
    out[:] = np.median(border, axis=0).astype(np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    out[top : top + height, left : left + width] = inside
    return out


def channels(images: np.ndarray, colour: bool) -> np.ndarray:
    """Return images, (m, h, w) or (m, h, w, c) uint8, with one channel or three.

    Four channels are colours and how much is seen of them: what is seen through is white.
    """
    if images.ndim == 3:
        images = images[..., None]
    if images.shape[-1] == 4:
        seen = images[..., 3:].astype(np.uint32)
        images = ((images[..., :3] * seen + 255 * (255 - seen) + 127) // 255).astype(np.uint8)
    if colour and images.shape[-1] == 1:
        return np.repeat(images, 3, axis=-1)
    if not colour and images.shape[-1] == 3:
        # Weights of ITU-R 601, as Pillow has them.
        grey = images @ np.array([299, 587, 114], np.uint32)
        return ((grey + 500) // 1000).astype(np.uint8)[..., None]
    return images


def _resized(image: np.ndarray, height: int, width: int) -> np.ndarray:
    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    array = np.asarray(picture.resize((width, height), _RESAMPLING))
    return array[..., None] if array.ndim == 2 else array
