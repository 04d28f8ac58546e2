"""Values of pixels as they come, and as bytes from black to white."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.datasets.user import SIDES

_MAX_SIDE = 4096  # of an image in an array
_NEAR = 1e-3


@dataclass(frozen=True)
class Scale:
    """What value is black, and what white.

    Attributes:
        low: Black.
        high: White.
        note: What is to be told of it, one sentence; "" where it is as usual.
    """

    low: float
    high: float
    note: str = ""

    def bytes(self, x: np.ndarray) -> np.ndarray:
        """Return values as uint8."""
        if x.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return x
        scaled = (x.astype(np.float64) - self.low) * (255 / (self.high - self.low))
        return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def scale_of(low: float, high: float, whole: bool) -> Scale:
    """Return the scale of values from low to high.

    Args:
        low: The smallest of all images.
        high: The largest.
        whole: Whether they are whole numbers.
    """
    if low >= 0 and high <= 1 + _NEAR:
        told = "The pixels are 0 or 1: 1 is shown white." if whole else ""
        return Scale(0, 1, told if high > 0 else "All pixels are 0: the images are black.")
    if low >= -1 - _NEAR and high <= 1 + _NEAR:
        return Scale(-1, 1, "Pixels go from −1 to 1: −1 is black, 1 is white.")
    if low >= 0 and high <= 31 and whole:
        return Scale(0, high, f"The brightest pixel is {high:.0f}: it is shown white.")
    if low >= 0 and high <= 255:
        return Scale(0, 255)
    if low >= 0 and high <= 65535 and whole:
        white = 4095 if high <= 4095 else 65535
        return Scale(
            0,
            white,
            f"The pixels have {12 if white == 4095 else 16} bits: {white:,} is shown white.",
        )
    if low >= -128 and high <= 127 and whole:
        return Scale(-128, 127, "Pixels go from −128 to 127: −128 is black, 127 is white.")
    return Scale(
        low, high, f"Pixels go from {low:.4g} to {high:.4g}: these are shown black and white."
    )


def layout(shape: tuple[int, ...], asked: tuple[int, ...] = ()) -> tuple[tuple[int, ...], bool]:
    """Return how an image lies, (h, w) or (h, w, c), and whether its channels come first.

    Args:
        shape: Of an image in its array: (d,), (h, w), (h, w, c) or (c, h, w).
        asked: What the user says of rows of numbers, (h, w) or (h, w, c).

    Raises:
        ExplorerError: If these are no images.
    """
    if len(shape) == 1:
        return _of_row(shape[0], asked), False
    first = len(shape) == 3 and shape[0] in (1, 3, 4) and shape[2] not in (1, 3, 4)
    sizes = (*shape[1:], shape[0]) if first else shape
    channels = sizes[2] if len(sizes) == 3 else 1
    if (
        len(sizes) not in (2, 3)
        or channels not in (1, 3, 4)
        or not all(1 <= size <= _MAX_SIDE for size in sizes[:2])
    ):
        raise ExplorerError(
            "Images must be arrays (n, height, width) or (n, height, width, channels) with 1, 3 or "
            f"4 channels and at most {_MAX_SIDE} pixels a side. Received: n × "
            f"{' × '.join(map(str, shape))}."
        )
    return sizes, first


def square_of(d: int) -> tuple[int, ...]:
    """Return (h, w) or (h, w, 3) of a square image of d numbers; () if there is none."""
    for channels in (1, 3):
        side = math.isqrt(d // channels)
        if side * side * channels == d and SIDES[0] <= side:
            return (side, side) if channels == 1 else (side, side, 3)
    return ()


def _of_row(d: int, asked: tuple[int, ...]) -> tuple[int, ...]:
    if asked and math.prod(asked) != d:
        raise ExplorerError(
            f"Images of {' × '.join(map(str, asked))} have {math.prod(asked):,} values, but each "
            f"row has {d:,}: give another shape."
        )
    if sizes := asked or square_of(d):
        return sizes
    raise ExplorerError(
        f"Rows of {d:,} numbers are no square images of at least {SIDES[0]} × {SIDES[0]} pixels: "
        "give their shape (like 28x20), or import them as codes."
    )


def as_images(x: np.ndarray, sizes: tuple[int, ...], channels_first: bool) -> np.ndarray:
    """Return an array of images as (m, h, w) or (m, h, w, c)."""
    if channels_first:
        x = np.moveaxis(x, 1, -1)
    return x.reshape(len(x), *sizes)


def numbers(x: np.ndarray, what: str) -> np.ndarray:
    """Return an array of numbers.

    Raises:
        ExplorerError: If it holds anything else.
    """
    if x.dtype == bool:
        return x.astype(np.uint8)
    if x.dtype.kind not in "iuf":
        raise ExplorerError(f"{what} must hold numbers. Received: {kind_of(x.dtype)}.")
    return x


def check_finite(x: np.ndarray, what: str) -> None:
    """Refuse NaN and infinite values.

    Raises:
        ExplorerError: If there is one.
    """
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        bad = int((~np.isfinite(x)).sum())
        raise ExplorerError(
            f"{what} holds values that are no finite numbers (NaN or infinite; {bad:,} of them in "
            "a few rows): replace them."
        )


def kind_of(dtype: np.dtype[Any]) -> str:
    """Return what an array holds, for people."""
    if dtype.hasobject:
        return "Python objects, which are never loaded"
    return {"U": "texts", "S": "texts", "c": "complex numbers", "V": "records"}.get(
        dtype.kind, str(dtype)
    )


@dataclass
class Range:
    """The range of the values that were seen so far."""

    low: float = math.inf
    high: float = -math.inf
    whole: bool = True

    def see(self, x: np.ndarray, what: str) -> None:
        """Take values in; raises ExplorerError if one is not finite."""
        if x.size:
            check_finite(x, what)
            self.low, self.high = min(self.low, float(x.min())), max(self.high, float(x.max()))
            if x.dtype.kind == "f" and self.whole:
                self.whole = bool((x == np.rint(x)).all())
