"""Image files one after the other, wherever they lie."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report
from explorer.datasets.brought import pictures
from explorer.datasets.brought.base import Batch, Role, Survey, too_many
from explorer.datasets.brought.tree import shown
from explorer.datasets.user import MAX_IMAGES

_AT_ONCE = 64  # pictures that are read at a time
_NAMED = 3  # files whose faults are told one by one


@dataclass(eq=False)
class Pictures:
    """Files of images.

    Attributes:
        what: What they are called, as the beginning of a sentence.
        n: How many.
        contents: Returns an iterator over their names and contents, each time anew; a text instead
            of a content says why there is none.
        labels: The class of each, texts or numbers, or None.
        role: Which part of the data they are.
    """

    what: str
    n: int
    contents: Callable[[], Iterator[tuple[str, bytes | str]]]
    labels: np.ndarray | None
    role: Role = ""
    codes: dict[str, np.ndarray] = field(default_factory=dict)
    _bad: set[int] = field(default_factory=set)

    def survey(self, report: Report) -> Survey:
        """Read what each says of itself; those that cannot be read are left out."""
        if self.n > MAX_IMAGES:
            raise too_many(self.what, self.n)
        sizes: Counter[tuple[int, int]] = Counter()
        headers, faults = [], []
        for i, (name, content) in enumerate(self.contents()):
            if i % _AT_ONCE == 0:
                report(Progress(i / self.n, f"Looking at {self.n:,} images"))
            try:
                headers.append(_header(content))
                sizes[headers[-1].size] += 1
            except ExplorerError as error:
                self._bad.add(i)
                faults.append(f"{name} ({error})")
        if 2 * len(faults) >= max(1, self.n):
            raise ExplorerError(
                f"{len(faults):,} of {self.n:,} images of {self.what} cannot be read: {faults[0]}."
            )
        good = np.array([i not in self._bad for i in range(self.n)])
        notes = [_left_out(faults)] if faults else []
        if any(each.transparent for each in headers):
            notes.append("Images that can be seen through are shown on white.")
        if any(each.deep for each in headers):
            notes.append("Images of more than 8 bits were brought to 8.")
        if any(each.frames for each in headers):
            notes.append("Of images with several frames the first was taken.")
        return Survey(
            len(headers),
            None if self.labels is None else self.labels[good],
            sizes,
            any(each.colour for each in headers),
            codes={key: value[good] for key, value in self.codes.items()},
            notes=tuple(notes),
        )

    def images(self, colour: bool, near: int) -> Iterator[Batch]:
        """Read them; None is one that cannot be read after all."""
        start, batch = 0, []
        for i, (_, content) in enumerate(self.contents()):
            if i in self._bad:
                continue
            batch.append(_pixels(content, colour, near))
            if len(batch) == _AT_ONCE:
                yield start, batch
                start, batch = start + _AT_ONCE, []
        if batch:
            yield start, batch


def _header(content: bytes | str) -> pictures.Header:
    if isinstance(content, str):
        raise ExplorerError(content)
    return pictures.header(content)


def _pixels(content: bytes | str, colour: bool, near: int) -> np.ndarray | None:
    try:
        return None if isinstance(content, str) else pictures.pixels(content, colour, near)
    except ExplorerError:
        return None


def _left_out(faults: list[str]) -> str:
    told = "; ".join(faults[:_NAMED])
    more = f"; and {len(faults) - _NAMED:,} more" if len(faults) > _NAMED else ""
    n = "1 image was" if len(faults) == 1 else f"{len(faults):,} images were"
    return shown(f"{n} left out, which cannot be read: {told}{more}.", 300)
