"""CSV: a row of numbers for each image or code, and perhaps a column of labels."""

import csv
import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.datasets.brought import values
from explorer.datasets.brought.base import (
    MAX_COLUMNS,
    NO_LABELS,
    Found,
    ImportSpec,
    too_many,
)
from explorer.datasets.brought.stack import CHUNK, Codes, Stack, looks_like_images
from explorer.datasets.brought.tree import shown
from explorer.datasets.user import MAX_IMAGES

_MAX_LINE = 2_000_000  # bytes
_DELIMITERS = (",", "\t", ";", "|")
LABEL = re.compile(r"(class|label|target|y|category|digit|emotion)(_?(name|id|label))?", re.I)
# Columns that number or name the rows, or say which part of the data they are.
ASIDE = re.compile(r"(|id|index|unnamed: 0|row|file(_?name)?|path|name|usage|split)", re.I)
_SAMPLE = 200  # rows that tell what the columns are


@dataclass(eq=False)
class Table:
    """The rows of a CSV file.

    Attributes:
        name: What its owner calls it.
        path: Where it lies.
        delimiter: Between its columns.
        header: Whether its first line names them.
        columns: The columns of numbers, by their places.
        label: The column of the labels, or None.
        width: How many columns a row has.
    """

    name: str
    path: Path
    delimiter: str
    header: bool
    columns: Sequence[int]
    label: int | None
    width: int
    _labels: list[str] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Number of the line in which the numbers begin."""
        return 2 if self.header else 1

    def chunks(self) -> Iterator[np.ndarray]:
        """Yield the numbers, (m, columns) float32.

        Raises:
            ExplorerError: If a row has too few columns, or something else than numbers.
        """
        most = max(1, CHUNK // (64 * len(self.columns)))
        rows: list[list[str]] = []
        first = self.first
        for row in self._rows():
            rows.append(row)
            if len(rows) == most:
                yield self._numbers(rows, first)
                first, rows = first + len(rows), []
        if rows:
            yield self._numbers(rows, first)

    def labels(self) -> tuple[int, np.ndarray | None]:
        """Return the number of rows, and the labels of all, texts, if there are any."""
        found, n = [], 0
        for row in self._rows():
            n += 1
            if n > MAX_IMAGES:
                raise too_many(self.name, n)
            if self.label is not None:
                found.append(row[self.label].strip() if self.label < len(row) else "")
        return n, np.array(found, object) if self.label is not None else None

    def _rows(self) -> Iterator[list[str]]:
        rows = _rows(self.path, self.name, self.delimiter)
        if self.header:
            next(rows, None)
        return rows

    def _numbers(self, rows: list[list[str]], first: int) -> np.ndarray:
        for i, row in enumerate(rows):
            if len(row) != self.width:
                raise ExplorerError(
                    f"{self.name}: line {first + i:,} has {len(row):,} columns, the first has "
                    f"{self.width:,}. Repair it."
                )
        try:
            chosen = [[row[column] for column in self.columns] for row in rows]
            return np.array(chosen, np.str_).astype(np.float32)
        except ValueError:
            for i, row in enumerate(rows):
                for column in self.columns:
                    if not _is_number(row[column]):
                        raise ExplorerError(
                            f"{self.name}: line {first + i:,}, column {column + 1:,} is no number. "
                            f"Received: {shown(row[column][:100], 40)!r}."
                        ) from None
            raise


def open_csv(path: Path, name: str, spec: ImportSpec) -> Found:
    """Tell what the columns of a CSV file are.

    Raises:
        ExplorerError: If it is no table of numbers.
    """
    delimiter = _delimiter(path, name)
    sample = _sample(path, name, delimiter)
    width = len(sample[0])
    numeric = sum(map(_is_number, sample[0]))
    header = numeric * 2 < width if width > 2 else numeric == 0
    names = [cell.strip() for cell in sample[0]] if header else []
    body = [row for row in sample[1 if header else 0 :] if len(row) == width]
    if not body:
        raise ExplorerError(f"{name} has no rows: a row for each image or code is needed.")
    label = _label(names, body, spec, name)
    numbers = [
        i
        for i in range(width)
        if i != label
        and not (names and ASIDE.fullmatch(names[i]))
        and sum(_is_number(row[i]) for row in body) * 2 > len(body)
    ]
    left = [names[i] for i in range(width) if names and i != label and i not in set(numbers)]
    if not numbers:
        raise ExplorerError(
            f"{name} has no columns of numbers: those of images or codes are needed."
        )
    table = Table(name, path, delimiter, header, numbers, label, width)
    n, labels = table.labels()
    notes = []
    if label is not None:
        called = f"column {names[label]!r}" if names else f"column {label + 1}"
        notes.append(shown(f"The labels were read from {called}.", 200))
    if left:
        notes.append(shown(f"Columns that were left out: {', '.join(left[:10])}.", 200))
    rows = _as_rows(table, n, labels, spec, body)
    return Found((rows,), notes=tuple(notes))


def _as_rows(
    table: Table, n: int, labels: np.ndarray | None, spec: ImportSpec, body: list[list[str]]
) -> "Stack | Codes":
    sample = table._numbers(body, table.first)
    if spec.content == "codes" or (
        spec.content == "auto" and not spec.shape and not looks_like_images(sample)
    ):
        parts = list(table.chunks())
        return Codes(table.name, {"z_mean": np.concatenate(parts)}, labels)
    return Stack(table.name, n, (len(table.columns),), table.chunks, labels, asked=spec.row_shape)


def _label(names: list[str], body: list[list[str]], spec: ImportSpec, name: str) -> int | None:
    if spec.labels == NO_LABELS:
        return None
    if spec.labels:
        if spec.labels in names:
            return names.index(spec.labels)
        raise ExplorerError(
            f"{name} has no column {spec.labels[:50]!r}; it has "
            f"{shown(', '.join(names[:20]) or 'no names of columns', 300)}."
        )
    for i, each in enumerate(names):
        if LABEL.fullmatch(each):
            return i
    width = len(body[0])
    texts = [i for i in range(width) if not _is_number(body[0][i])]
    if len(texts) == 1 and not (names and ASIDE.fullmatch(names[texts[0]])):
        return texts[0]
    # One column more than a square image has pixels: the first one or the last one is the label.
    if not names and values.square_of(width - 1) and not values.square_of(width):
        return min((0, width - 1), key=lambda i: (len({row[i] for row in body}) < 2, i))
    return None


def _delimiter(path: Path, name: str) -> str:
    line = next(_lines(path, name), "")
    return max(_DELIMITERS, key=line.count)


def _sample(path: Path, name: str, delimiter: str) -> list[list[str]]:
    rows = []
    for row in _rows(path, name, delimiter):
        rows.append(row)
        if len(row) > MAX_COLUMNS:
            raise ExplorerError(
                f"{name} has {len(row):,} columns, and at most {MAX_COLUMNS:,} are read: 128 × 128 "
                "pixels in colour."
            )
        if len(rows) > _SAMPLE:
            break
    if not rows:
        raise ExplorerError(f"{name} is empty.")
    return rows


def _rows(path: Path, name: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(_lines(path, name), delimiter=delimiter, strict=True):
            if row:
                yield row
    except csv.Error as error:
        raise ExplorerError(f"{name} is no readable CSV file ({error}): save it again.") from error


def _lines(path: Path, name: str) -> Iterator[str]:
    """Yield the lines of a text within limits."""
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ExplorerError(f"{name} is a text in UTF-16: save it as CSV in UTF-8.")
    with _opened(path, head) as file:
        start = True
        while line := file.readline(_MAX_LINE + 1):
            if len(line) > _MAX_LINE:
                raise ExplorerError(
                    f"{name} has a line of more than {_MAX_LINE / 1e6:.0f} MB: one image in a row, "
                    f"at most {MAX_COLUMNS:,} columns, is needed."
                )
            if b"\0" in line:
                raise ExplorerError(f"{name} is no text, so it is no CSV file.")
            text = line.decode("utf-8", "replace")
            yield text.removeprefix("\ufeff") if start else text
            start = False


def _opened(path: Path, head: bytes) -> IO[bytes]:
    zipped = head.startswith(b"\x1f\x8b")
    return gzip.open(path) if zipped else path.open("rb")  # type: ignore[return-value]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell
