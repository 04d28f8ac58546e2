"""Images that come as one array, read in parts: those of .npz, IDX, CSV and lists of parquet."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report
from explorer.datasets.brought import values
from explorer.datasets.brought.base import Batch, Role, Survey, too_many
from explorer.datasets.brought.values import Range
from explorer.datasets.user import MAX_IMAGES

CHUNK = 16_000_000  # bytes that are read at a time


@dataclass(eq=False)
class Stack:
    """An array of images, or of rows of numbers that are images.

    Attributes:
        what: What it is called, as the beginning of a sentence.
        n: Number of images.
        shape: Of one image in the file.
        chunks: Returns an iterator over the array, (m, *shape) at a time, each time anew.
        labels: Of each image, numbers or texts, (n,), or None.
        role: Which part of the data it is.
        asked: Shape of a row of numbers, as the user has it.
    """

    what: str
    n: int
    shape: tuple[int, ...]
    chunks: Callable[[], Iterator[np.ndarray]]
    labels: np.ndarray | None = None
    role: Role = ""
    asked: tuple[int, ...] = ()
    codes: dict[str, np.ndarray] = field(default_factory=dict)

    def survey(self, report: Report) -> Survey:
        """Find the range of the values."""
        if self.n > MAX_IMAGES:
            raise too_many(self.what, self.n)
        sizes, first = values.layout(self.shape, self.asked)
        seen, count = Range(), 0
        for chunk in self.chunks():
            seen.see(values.numbers(chunk, self.what), self.what)
            count += len(chunk)
            report(Progress(count / max(1, self.n), "Looking at the images"))
        if count != self.n:
            raise ExplorerError(
                f"{self.what} is cut off: it has {count:,} of {self.n:,} images. Save it again."
            )
        notes = ["Channels come first in the file: they were put last."] if first else []
        if len(self.shape) == 1:
            told = " × ".join(map(str, sizes))
            notes.append(f"Rows of {self.shape[0]:,} numbers were taken as images of {told}.")
        return Survey(
            self.n,
            self.labels,
            Counter({(sizes[0], sizes[1]): self.n}) if self.n else Counter(),
            len(sizes) == 3 and sizes[2] > 1,
            seen.low,
            seen.high,
            seen.whole,
            self.codes,
            tuple(notes),
        )

    def images(self, colour: bool, near: int) -> Iterator[Batch]:
        """Yield the images as they are."""
        sizes, first = values.layout(self.shape, self.asked)
        start = 0
        for chunk in self.chunks():
            yield start, values.as_images(values.numbers(chunk, self.what), sizes, first)
            start += len(chunk)


@dataclass(eq=False)
class Codes:
    """Codes without images.

    Attributes:
        what: What they are called, as the beginning of a sentence.
        codes: Arrays "z_mean" and perhaps "z_log_var", (n, d).
        labels: Of each, (n,), or None.
    """

    what: str
    codes: dict[str, np.ndarray]
    labels: np.ndarray | None = None
    role: Role = ""

    def survey(self, report: Report) -> Survey:
        """Look at them."""
        return Survey(len(self.codes["z_mean"]), self.labels, codes=self.codes)

    def images(self, colour: bool, near: int) -> Iterator[Batch]:
        """Yield nothing."""
        return iter(())


def looks_like_images(x: np.ndarray) -> bool:
    """Whether the rows of an array, (m, d), are images rather than codes: of some of them."""
    if x.ndim != 2 or not x.size or not values.square_of(x.shape[1]):
        return False
    low, high = float(x.min()), float(x.max())
    whole = x.dtype.kind in "iub" or bool((x == np.rint(x)).all())
    return low >= 0 and ((whole and high <= 65535) or high <= 1)
