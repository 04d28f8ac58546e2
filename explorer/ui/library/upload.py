"""A file that a visitor brings: it lies on the disk of this machine, never in this process."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Upload:
    """A file that was brought; a job reads it and deletes it.

    Attributes:
        name: As its owner calls it, any text: for people, never a part of a path.
        path: Where it lies, in a folder of its own beside the jobs, named `upload` with the ending
            of `name`. Deleted with the visitor's session, or after a day.
        size: In bytes.
    """

    name: str
    path: Path
    size: int


def upload(label: str, endings: Sequence[str], *, key: str, help: str = "") -> Upload | None:
    """Draw a field that takes a file; return it once it is there.

    Args:
        label: What is asked for.
        endings: Of the names that are taken, without the dot: "zip".
        key: Key of the widget.
        help: What more there is to know.
    """
    return None
