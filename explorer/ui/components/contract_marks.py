"""The part of the contract that says what lies on a map besides its points."""

from typing import TypedDict


class CrossData(TypedDict):
    """A cross on a map, with its name beside it."""

    name: str
    x: float
    y: float


class CellsData(TypedDict):
    """An image of the plane behind the points.

    Attributes:
        src: Its address; the first row is the highest.
        left: Where it ends, as the other three.
    """

    src: str
    left: float
    right: float
    bottom: float
    top: float


class MarksData(TypedDict):
    """What is drawn on a map besides its points.

    Attributes:
        outlines: Closed, each as x, y, x, y, …
    """

    crosses: list[CrossData]
    outlines: list[list[float]]
    cells: CellsData | None
