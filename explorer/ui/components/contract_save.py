"""The part of the contract that says which maps are saved as one picture."""

from typing import Literal, TypedDict


class SaveData(TypedDict):
    """A button that saves the maps of a name, side by side, as a PNG.

    Attributes:
        maps: The name of the maps.
        title: Stands over them, and names the file.
        notes: Stands below them.
    """

    role: Literal["save"]
    maps: str
    title: str
    notes: str
