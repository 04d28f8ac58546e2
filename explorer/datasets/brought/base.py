"""What is known of a file that was brought, whatever its format."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.params import SEED_MAX, Parameters, choice, number, whole
from explorer.core.progress import Report
from explorer.datasets.user import MAX_CLASSES, MAX_IMAGES, MAX_TEXT, SIDES

CONTENTS = {"auto": "told from the file", "images": "images", "codes": "codes, without a model"}
FITS = {
    "pad": "fit in, fill the rest with the colour of the border",
    "crop": "fill the square, cut off what is over",
    "stretch": "stretch to the square",
}
COLOURS = {"auto": "told from the file", "grey": "grey", "colour": "colour"}
NO_LABELS = "none"
Role = Literal["", "train", "validation", "test"]
_ROLES: dict[str, Role] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "validation"),
    **dict.fromkeys(("test", "testing", "t10k"), "test"),
}
MAX_CODE = 2048  # numbers of a code, as `explorer.models.spec` has it
# Numbers of a row: 128 x 128 pixels in colour, and some columns beside them.
MAX_COLUMNS = 3 * SIDES[1] ** 2 + 100


@dataclass(frozen=True)
class ImportSpec(Parameters):
    """How data that was brought is read.

    Attributes:
        content: "images", "codes", or "auto".
        side: Height and width of the images in pixels; 0: their own, as far as they may have it.
        fit: What becomes of images that are not square, a key of `FITS`.
        colour: "grey", "colour", or "auto".
        test_share: Share of the images that are tested on, where the file has no split.
        seed: Of that split.
        labels: Name of the column or array of the labels; "": found; "none": there are none.
        class_names: Of the classes, in the order of their numbers; empty: read, or numbered.
        shape: Height, width and perhaps channels of images that come as rows of numbers, "28x20".
    """

    content: str = choice("auto", CONTENTS, "Content", "Images, or the codes of a model.")
    side: int = whole(
        0,
        0,
        SIDES[1],
        "Size in pixels",
        f"Height and width of the images, {SIDES[0]} to {SIDES[1]}. 0: their own where it is "
        "allowed.",
    )
    fit: str = choice(
        "pad", FITS, "Images that are not square", "What becomes of them in the square."
    )
    colour: str = choice("auto", COLOURS, "Colour", "Grey images train faster.")
    test_share: float = number(
        0.2,
        0.01,
        1,
        "Test images",
        "Share of the images that are kept for the map and for the scores, and never trained on, "
        "where the file has no split of its own. 1: all, for a model that is trained already.",
    )
    seed: int = whole(0, 0, SEED_MAX, "Seed of the split", "Decides which images those are.")
    labels: str = ""
    class_names: tuple[str, ...] = ()
    shape: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if 0 < self.side < SIDES[0]:
            raise ExplorerError(
                f"side must be {SIDES[0]} to {SIDES[1]} pixels, or 0. Received: {self.side}."
            )
        names = self.class_names
        if len(names) > MAX_CLASSES or any(not 0 < len(name) <= MAX_TEXT for name in names):
            raise ExplorerError(
                f"class_names must be at most {MAX_CLASSES} names of 1 to {MAX_TEXT} characters. "
                f"Received: {len(names)} names."
            )
        if self.shape:
            _ = self.row_shape

    @property
    def row_shape(self) -> tuple[int, ...]:
        """Height, width and perhaps channels of a row of numbers; () if they are to be found."""
        if not self.shape:
            return ()
        words = self.shape.lower().replace("×", "x").split("x")
        sizes = tuple(int(word) for word in words if word.strip().isdecimal() and len(word) < 6)
        if len(sizes) != len(words) or len(sizes) not in (2, 3) or 0 in sizes:
            raise ExplorerError(
                "shape must be height and width, and perhaps channels, like 28x20 or 32x32x3. "
                f"Received: {self.shape[:50]!r}."
            )
        return sizes


@dataclass(frozen=True, eq=False)
class Survey:
    """What a first look at all rows has found.

    Attributes:
        n: Number of rows.
        labels: Of each, numbers or texts, (n,); None without labels.
        sizes: How many images have which (height, width); empty without images.
        colour: Whether the images have channels of colour.
        low, high: Smallest and largest value of a pixel.
        whole: Whether these values are whole numbers.
        codes: Arrays "z_mean" and perhaps "z_log_var", (n, d) float32; empty without codes.
        notes: What is to be told, one sentence each.
    """

    n: int
    labels: np.ndarray | None = None
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    colour: bool = False
    low: float = 0.0
    high: float = 255.0
    whole: bool = True
    codes: dict[str, np.ndarray] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


# Images of the rows from a number on: (m, h, w) or (m, h, w, c), or one by one where they have
# several sizes; None where one cannot be read.
Batch = tuple[int, "np.ndarray | Sequence[np.ndarray | None]"]


class Rows(Protocol):
    """A part of a file: images or codes or both, with labels or without."""

    role: Role

    def survey(self, report: Report) -> Survey:
        """Look at all rows.

        Raises:
            ExplorerError: If they cannot be read, or are no images or codes.
        """

    def images(self, colour: bool, near: int) -> Iterator[Batch]:
        """Yield the images again, in their order, with the values that they have in the file.

        Args:
            colour: Whether colour is wanted: who reads anything else may pass it over.
            near: So many pixels a side suffice, likewise.
        """


@dataclass(frozen=True, eq=False)
class Found:
    """What a file holds.

    Attributes:
        rows: Its parts: of no role, or some for training, validation and test.
        class_names: As the file tells them, by number.
        notes: What is to be told, one sentence each.
    """

    rows: tuple[Rows, ...]
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def role_of(word: str) -> Role:
    """Return which part of the data a word of a name stands for; "" for none."""
    return _ROLES.get(word.lower(), "")


def words_of(name: str) -> list[str]:
    """Return the words of a name, of a file or an array, in small letters."""
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]


def role_in(name: str) -> Role:
    """Return which part of the data a name stands for, by its last word that says so."""
    roles: list[Role] = [role_of(word) for word in reversed(words_of(name))]
    return next((role for role in roles if role), "")


def too_many(what: str, n: int) -> ExplorerError:
    """Return the error that says that there are more rows than are taken."""
    return ExplorerError(
        f"{what} has {n:,} rows, and at most {MAX_IMAGES:,} are taken: bring a part of them."
    )
