"""What a data set is: what is known of it, where its files may lie, and its images."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from explorer.datasets.images import Images

Split = Literal["train", "validation", "test"]
# Of the files: training and validation images are parts of the same one.
Part = Literal["train", "test"]

# The classes of a data set without labels: one for all images.
UNLABELLED = ("no label",)
_CLUSTERS_UNLABELLED = 10


@dataclass(frozen=True)
class Raw:
    """Images and labels of one part, as they lie in a file.

    Attributes:
        x: Images, (n, h, w) or (n, h, w, c), uint8.
        y: Labels, (n,).
        source: Where they were found, for people.
        factors: Level of each known factor, whole numbers ≥ 0, (n, k); None where none is known.
    """

    x: np.ndarray
    y: np.ndarray
    source: str
    factors: np.ndarray | None = None


@dataclass(frozen=True)
class Factor:
    """Something that the images of a data set are known to be made of.

    Attributes:
        name: What it is called.
        values: What its level 0, 1, … stands for: names, or numbers that grow.
        unit: Of the numbers.
        cyclic: Whether the first number comes after the last one again, as angles do; a whole turn
            is 360.
    """

    name: str
    values: tuple[str, ...] | tuple[float, ...]
    unit: str = ""
    cyclic: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its levels stand for numbers."""
        return not isinstance(self.values[0], str)


class Source(Protocol):
    """A place where the files of data sets may lie."""

    @property
    def advice(self) -> str:
        """How to bring files there, as the end of "or …"; "" where one cannot."""

    def has(self, name: str, part: Part) -> bool:
        """Whether the part of a data set lies there; no image is read."""

    def read(self, name: str, part: Part) -> Raw:
        """Read it.

        Raises:
            ExplorerError: If the file is damaged.
        """


@dataclass(frozen=True)
class Drawing:
    """How a data set places what its images show, so that what a visitor draws is brought there.

    Attributes:
        fill: Share of the image's shorter side that the longer side of the ink takes, in (0, 1].
        centre: What lies in the middle of the image: the ink's centre of mass, or of its box.
    """

    fill: float
    centre: Literal["mass", "box"]


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before its file is read.

    Attributes:
        name: Name of the data set, and of its file without the ending.
        title: Name for people.
        image_shape: (height, width, channels); (0, 0, 0) where there are codes alone.
        class_names: Name of label 0, 1, …; `UNLABELLED` where there are no labels.
        n_train: Number of training images.
        n_test: Number of test images.
        sources: Where its files may lie, the first choice first.
        white: Value of the brightest pixel, at most 255.
        downloadable: Whether `keras.datasets` has a module of this name.
        drawing: How its images are placed; None where the whole picture is the image.
        factors: What its images are made of; empty where that is not known.
        notes: What was done to a user's images as they were read, one sentence each.
        created: When a user's data set was imported, as an ISO date.
        own: Whether a user brought it.
    """

    name: str
    title: str
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    n_train: int
    n_test: int
    sources: tuple[Source, ...]
    white: int = 255
    downloadable: bool = True
    drawing: Drawing | None = None
    factors: tuple[Factor, ...] = ()
    notes: tuple[str, ...] = ()
    created: str = ""
    own: bool = False

    @property
    def labelled(self) -> bool:
        """Whether there are labels: else all images are of one class, which tells nothing."""
        return len(self.class_names) > 1

    @property
    def usual_clusters(self) -> int:
        """How many clusters are looked for at first: one for each class, 10 without labels."""
        return len(self.class_names) if self.labelled else _CLUSTERS_UNLABELLED

    @property
    def has_images(self) -> bool:
        """Whether it is of images: a user may bring codes alone."""
        return self.image_shape[0] > 0

    @property
    def factor_names(self) -> tuple[str, ...]:
        """Name of each factor."""
        return tuple(factor.name for factor in self.factors)


@dataclass(frozen=True)
class Dataset:
    """The images of one split.

    Attributes:
        info: What the data set is.
        split: Which of its splits this is.
        images: Shape (n, h, w, c), float32 in [0, 1], read where they are asked for.
        labels: Shape (n,), int64, indices into `info.class_names`.
        source: Where the file was found, for people.
        factors: Shape (n, k), int64: levels of `info.factors`; None where none is known.
    """

    info: DatasetInfo
    split: Split
    images: Images
    labels: np.ndarray
    source: str
    factors: np.ndarray | None = None
