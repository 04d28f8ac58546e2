"""The part of the contract that says what small maps of several trainings are."""

from typing import Literal, TypedDict


class SmallMapData(TypedDict):
    """The codes of one training.

    Attributes:
        title: Below the map.
        alt: What it shows, in words.
        points: base64 of int16 (n, 2), to be multiplied by the grid's `scale`.
        labels: base64 of uint8 (n,).
    """

    title: str
    alt: str
    points: str
    labels: str


class GridData(TypedDict):
    """Small maps of several trainings, all at one scale, with the prior's rings.

    Attributes:
        name: Of the grid.
        maps: A click on one tells its number.
        columns: Maps in a row.
        scale: Of all points.
        colors: CSS colour of each class, as #rrggbb.
    """

    role: Literal["grid"]
    name: str
    maps: list[SmallMapData]
    columns: int
    scale: float
    colors: list[str]
