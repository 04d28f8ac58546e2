"""The published figures measured here: `python -m explorer reproduce`.

What a figure needs and is absent is trained, and goes on where it was interrupted; clusterings are
kept beside their checkpoint, so that a second time is quick.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core.errors import ExplorerError
from explorer.core.progress import Report, silent
from explorer.core.storage import read_json, write_json
from explorer.reproduce.protocols import How
from explorer.reproduce.published import FIGURES, Figure

SOURCES = tuple(dict.fromkeys(figure.source for figure in FIGURES))
# What was measured last, figure by figure: pages show it.
KEPT = Path(__file__).with_name("measured.json")
_KEY = ("source", "figure", "data", "space", "protocol")


@dataclass(frozen=True)
class Measured:
    """A published figure and ours.

    Attributes:
        figure: What was published.
        ours: The mean over the seeds; None: it could not be measured.
        spread: The standard deviation over the seeds, or starts; None: there is one alone.
        seconds: How long it took, where it was not kept from before.
        why: Why it could not be measured; "" if it was.
    """

    figure: Figure
    ours: float | None
    spread: float | None
    seconds: float
    why: str = ""

    @property
    def beaten(self) -> bool | None:
        """Whether ours is at least as good; None where that is not known."""
        return None if self.ours is None else self.figure.is_beaten(self.ours)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        figure = self.figure
        about = {name: getattr(figure, name) for name in _KEY}
        return about | {
            "published": figure.published,
            "better": figure.better,
            "ours": self.ours,
            "spread": self.spread,
            "beaten": self.beaten,
            "chosen": figure.chosen,
            "why": self.why or figure.why,
            "command": figure.how.command(),
            "trained by": figure.how.trained(),
            "seconds": round(self.seconds, 1),
        }


def measure(
    sources: tuple[str, ...],
    seeds: tuple[int, ...] = (0,),
    report: Report = silent,
    trains: bool = True,
) -> Iterator[Measured]:
    """Measure the figures of sources, one after the other.

    Args:
        sources: Of `SOURCES`.
        seeds: Of the clusterings, and of trainings that are done once for each seed.
        report: Told how far each figure is.
        trains: Whether what is missing is trained; else its row says that it is missing.

    Raises:
        ExplorerError: If a source is unknown, or it is stopped. What cannot be measured, for
            instance because its images are absent, is told in its row.
    """
    for source in sources:
        if source not in SOURCES:
            raise ExplorerError(
                f"The sources are {', '.join(SOURCES)}, or all of them. Received: {source!r}."
            )
    for figure in FIGURES:
        if figure.source in sources:
            yield _measured(figure, How(seeds, trains, report))


def _measured(figure: Figure, how: How) -> Measured:
    began = time.monotonic()
    try:
        ours, spread = figure.how.measured(how)
    except ExplorerError as error:
        return Measured(figure, None, None, time.monotonic() - began, str(error))
    return Measured(figure, ours, spread, time.monotonic() - began)


def kept() -> list[dict[str, Any]]:
    """Return what was measured last, a row each as `Measured.to_dict`; none if it is not told."""
    try:
        found = read_json(KEPT)
    except ExplorerError:
        return []
    return found if isinstance(found, list) else []


def keep(found: list[Measured]) -> None:
    """Keep what was measured, in the place of what was known of the same figures."""
    rows = {_key(row): row for row in kept()}
    rows |= {_key(row): row for row in (each.to_dict() for each in found)}
    known = [tuple(str(getattr(figure, name)) for name in _KEY) for figure in FIGURES]
    write_json(KEPT, [rows[key] for key in known if key in rows])


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _KEY)
