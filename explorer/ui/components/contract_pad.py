"""The part of the contract that says what a pad knows of its latent space."""

from typing import Literal, TypedDict


class DimensionData(TypedDict):
    """One latent dimension as the real codes fill it.

    Attributes:
        density: Heights of a histogram of the codes over [low, high], the highest being 1.
    """

    mean: float
    std: float
    low: float
    high: float
    importance: float
    active: bool
    density: list[float]


class PriorData(TypedDict):
    """Where new codes are drawn from: mean + lower-triangular factor · standard normal noise.

    Attributes:
        factor: Rows of the lower-triangular factor, or null for the identity.
    """

    name: str
    mean: list[float]
    factor: list[list[float]] | None


class LinearData(TypedDict):
    """The formula of a linear map: a code's place is (z - origin) · axes."""

    origin: list[float]
    axes: tuple[list[float], list[float]]


class MapData(TypedDict):
    """A map of the codes: exact where it is linear, else known at the codes alone.

    Attributes:
        points: Address of a .npy array (n, 2) float32.
    """

    name: str
    points: str
    linear: LinearData | None


class CodeData(TypedDict):
    """A point of latent space with a name, for instance a centroid."""

    name: str
    z: list[float]


class StartData(TypedDict):
    """Where a pad begins.

    Attributes:
        token: The pad moves to `z` when this changes, and at no other time.
        index: Index of the image whose code it is, or null.
        home: What *Reset* returns to.
    """

    token: str
    index: int | None
    z: list[float]
    home: list[float]


class DrawingData(TypedDict):
    """How a data set places what is drawn in its images.

    Attributes:
        fill: Share of the image's shorter side that the longer side of the ink takes.
        centre: What lies in the middle of the image: the ink's centre of mass, or of its box.
    """

    fill: float
    centre: Literal["mass", "box"]
