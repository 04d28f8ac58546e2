"""Labels as they come, numbered from 0, and the names of their classes."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.datasets.brought import values
from explorer.datasets.user import MAX_CLASSES, MAX_TEXT

_WITHOUT = "(no label)"
_HOW = "name another column, or import without labels"


def numbered(
    labels: Sequence[np.ndarray], given: Sequence[str], told: Sequence[str]
) -> tuple[list[np.ndarray], tuple[str, ...], str]:
    """Return the labels of several parts as numbers from 0, the names of the classes, and a note.

    Args:
        labels: Of each part, numbers or texts, (n,).
        given: Names that the user gives, in the order of the labels; empty: none.
        told: Names that the file tells, by number; empty: none.

    Returns:
        The numbers, (n,) int64 for each part; the names; what is to be told, or "". Without two
        classes there are no names, and all numbers are 0.

    Raises:
        ExplorerError: If these are no labels, or too many different ones.
    """
    parts = [_plain(part) for part in labels]
    distinct = sorted({value for part in parts for value in np.unique(part).tolist()}, key=_order)
    if len(distinct) > MAX_CLASSES:
        raise ExplorerError(
            f"The labels have {len(distinct):,} different values, and at most {MAX_CLASSES} "
            f"classes are told apart: {_HOW}."
        )
    if len(distinct) < 2:
        one = f" ({_named(distinct[0])})" if distinct else ""
        note = f"All labels are the same{one}: they were left out." if distinct else ""
        return [np.zeros(len(part), np.int64) for part in parts], (), note
    known = all(type(value) is int and 0 <= value < len(told) for value in distinct)
    if known and not given:
        return [part.astype(np.int64) for part in parts], _names(told), ""
    if given and len(given) != len(distinct):
        raise ExplorerError(
            f"There are {len(distinct)} different labels ({_listed(distinct)}): give a name for "
            f"each. Received: {len(given)} names."
        )
    places = {value: i for i, value in enumerate(distinct)}
    numbers = [np.array([places[value] for value in part.tolist()], np.int64) for part in parts]
    return numbers, _names(given or [_named(value) for value in distinct]), ""


def _plain(labels: np.ndarray) -> np.ndarray:
    """Return labels as whole numbers, or as texts."""
    if labels.dtype.kind == "O":
        return _texts([str(value) for value in labels.tolist()])
    if labels.dtype.kind == "S":
        return _texts([value.decode("utf-8", "replace") for value in labels.tolist()])
    if labels.dtype.kind == "U":
        return _texts(labels.tolist())
    if labels.dtype.kind not in "biuf":
        raise ExplorerError(f"Labels hold {values.kind_of(labels.dtype)}: {_HOW}.")
    if labels.dtype.kind == "f":
        if not np.isfinite(labels).all():
            raise ExplorerError(f"Some labels are no finite numbers (NaN or infinite): {_HOW}.")
        if not (labels == np.rint(labels)).all():
            raise ExplorerError(
                f"The labels are measured numbers (like {labels.flat[0]:.4g}), no classes: {_HOW}."
            )
    if labels.size and (labels.min() < -(2**62) or labels.max() > 2**62):
        raise ExplorerError(f"Some labels are too large for numbers of classes: {_HOW}.")
    return labels.astype(np.int64)


def _texts(texts: list[str]) -> np.ndarray:
    """Return texts, as whole numbers where all are."""
    texts = [text.strip() or _WITHOUT for text in texts]
    if texts and all(re.fullmatch(r"[+-]?\d{1,15}(\.0+)?", text) for text in texts):
        return np.array([int(float(text)) for text in texts])
    return np.array(texts, object) if texts else np.empty(0, object)


def _order(value: Any) -> tuple[Any, ...]:
    """Sort as people do: 2 before 10, also within texts."""
    if not isinstance(value, str):
        return (0, value)
    parts = re.split(r"(\d{1,15})", value.casefold())
    return (
        1,
        [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts],
        value,
    )


def _named(value: Any) -> str:
    return name(str(value))


def name(text: str) -> str:
    """Return a text as a class's name: printable, on one line, not too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def _names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return names of classes that are all different."""
    names: list[str] = []
    for i, text in enumerate(texts):
        cleaned = name(text) or str(i)
        taken = cleaned in names
        names.append(name(f"{cleaned[: MAX_TEXT - 8]} ({i})") if taken else cleaned)
    return tuple(names)


def _listed(distinct: Sequence[Any]) -> str:
    shown = ", ".join(_named(value)[:30] for value in distinct[:5])
    return f"{shown}, …" if len(distinct) > 5 else shown
