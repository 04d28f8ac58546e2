"""The part of the contract that says what films and small maps of trainings are."""

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


class ReplayData(TypedDict):
    """The replay of a training: codes of test images and ten reconstructions, epoch by epoch.

    Attributes:
        name: Of the training; another name begins another replay.
        epochs: Epoch of each snapshot, counted from 1.
        total: How many epochs the training will have.
        points: Of each snapshot, base64 of int16 (n, 2), to be multiplied by `scale`.
        strips: Of each snapshot, address of one image with the ten reconstructions side by side.
        originals: Address of the ten originals, likewise.
        labels: base64 of uint8 (n,).
        colors: CSS colour of each class.
        class_names: Name of each class.
        caption: What the points are.
        heading: Text above the images.
        axes: Titles of the axes.
        prior: Whether the prior's rings are drawn.
    """

    role: Literal["replay"]
    name: str
    epochs: list[int]
    total: int
    points: list[str]
    scale: float
    strips: list[str]
    originals: str
    labels: str
    colors: list[str]
    class_names: list[str]
    caption: str
    heading: str
    axes: tuple[str, str]
    prior: bool
