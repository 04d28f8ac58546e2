"""A data set written from what a file holds: resized, numbered, split, and told of."""

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part
from explorer.datasets import user
from explorer.datasets.base import Part
from explorer.datasets.brought import classes, resize
from explorer.datasets.brought.base import MAX_CODE, Found, ImportSpec, Rows, Survey, too_many
from explorer.datasets.brought.tree import shown
from explorer.datasets.brought.values import Scale, check_finite, scale_of
from explorer.datasets.user import MAX_IMAGES, MAX_NOTE

PARTS: tuple[Part, Part] = ("train", "test")
FEWEST = 10  # rows: fewer fill no map
_MAX_CODES = 70_000_000  # numbers of all codes together: a checkpoint's are read whole
# As `explorer.checkpoints.store` has them.
_LARGEST_CODE = 1e12
_LARGEST_LOG_VAR = 80.0
_AT_ONCE = 1000  # images


@dataclass(eq=False)
class _Looked:
    """Rows, and what was found of them.

    Attributes:
        rows: They.
        survey: What a first look has found.
        labels: Their classes as numbers, (n,).
        tested: Whether each is a test image, (n,).
    """

    rows: Rows
    survey: Survey
    labels: np.ndarray
    tested: np.ndarray

    def without(self, lost: list[int]) -> "_Looked":
        """Return it without some rows, which could not be read after all."""
        if not lost:
            return self
        kept = np.delete(np.arange(self.survey.n), lost)
        codes = {key: value[kept] for key, value in self.survey.codes.items()}
        survey = replace(self.survey, n=len(kept), codes=codes)
        return _Looked(self.rows, survey, self.labels[kept], self.tested[kept])


def write(
    found: Found, name: str, spec: ImportSpec, folder: Path, report: Report
) -> dict[str, Any]:
    """Write a data set into an empty folder; return what is to be told of it, JSON values.

    The folder gets the arrays of `explorer.datasets.user`, and `codes.npz` if codes were brought.

    Raises:
        ExplorerError: If the rows are not what they should be, or there is no room.
    """
    looked, names, notes = _look(found, name, spec, part(report, 0.0, 0.4))
    sizes = sum((each.survey.sizes for each in looked), Counter[tuple[int, int]]())
    shape = (0, 0, 0)
    if sizes:
        pixels = _Pixels.of(looked, sizes, spec)
        looked = _write_images(looked, pixels, folder, part(report, 0.4, 1.0), notes)
        shape = pixels.shape
    counts: dict[Part, int] = {}
    for key in PARTS:
        labels = np.concatenate([each.labels[each.tested == (key == "test")] for each in looked])
        counts[key] = len(labels)
        if len(labels):
            np.save(folder / f"{key}_labels.npy", labels.astype(np.int64))
    codes = {
        key: np.concatenate([each.survey.codes[key] for each in looked]).astype(np.float32)
        for key in looked[0].survey.codes
    }
    if codes:
        np.savez(folder / "codes.npz", allow_pickle=False, **codes)
    of_class = sum(np.bincount(each.labels, minlength=max(1, len(names))) for each in looked)
    return {
        "image_shape": list(shape),
        "class_names": list(names),
        "n_train": counts["train"],
        "n_test": counts["test"],
        "z_dim": codes["z_mean"].shape[1] if codes else None,
        "class_counts": np.asarray(of_class).tolist(),
        "notes": [shown(note, MAX_NOTE) for note in notes if note],
    }


# Looking


def _look(
    found: Found, name: str, spec: ImportSpec, report: Report
) -> tuple[list[_Looked], tuple[str, ...], list[str]]:
    """Survey all rows; return them, the names of the classes and what is to be told."""
    notes = list(found.notes)
    surveys = []
    for i, rows in enumerate(found.rows):
        share = part(report, i / len(found.rows), (i + 1) / len(found.rows))
        surveys.append(rows.survey(share))
        notes += [note for note in surveys[-1].notes if note not in notes]
    n = sum(survey.n for survey in surveys)
    if n > MAX_IMAGES:
        raise too_many(name, n)
    if n < FEWEST:
        raise ExplorerError(f"{name} has {n} images or codes: at least {FEWEST} are needed.")
    kinds = {(bool(survey.sizes), tuple(survey.codes)) for survey in surveys}
    if len(kinds) > 1:
        raise ExplorerError(f"The parts of {name} are of different kinds: bring one of them.")
    for survey in surveys:
        _check_codes(survey.codes, n)
    labels, names, note = _labels(surveys, found, spec)
    tested, split = _split(found, surveys, labels, spec)
    notes += [note, split]
    parts = zip(found.rows, surveys, labels, tested, strict=True)
    return [_Looked(*each) for each in parts], names, notes


def _labels(
    surveys: list[Survey], found: Found, spec: ImportSpec
) -> tuple[list[np.ndarray], tuple[str, ...], str]:
    there = [survey.labels for survey in surveys if survey.labels is not None]
    if not there and spec.class_names:
        raise ExplorerError("There are no labels, so that there are no classes to be named.")
    if len(there) < len(surveys):
        note = "Only a part of the data has labels: they were left out." if there else ""
        return [np.zeros(survey.n, np.int64) for survey in surveys], (), note
    return classes.numbered(there, spec.class_names, found.class_names)


def _check_codes(codes: dict[str, np.ndarray], n: int) -> None:
    for values in codes.values():
        if values.ndim != 2 or not 1 <= values.shape[1] <= MAX_CODE:
            raise ExplorerError(
                f"Codes must be rows of 1 to {MAX_CODE:,} numbers. Received: shape {values.shape}."
            )
        if n * values.shape[1] > _MAX_CODES:
            raise ExplorerError(
                f"{n:,} codes of {values.shape[1]:,} numbers are more than the "
                f"{_MAX_CODES / 1e6:.0f} million numbers that are taken: bring fewer, or shorter "
                "ones."
            )
        check_finite(values, "The array of the codes")
        if np.abs(values).max(initial=0) > _LARGEST_CODE:
            raise ExplorerError(
                f"The codes have numbers beyond {_LARGEST_CODE:g}: scale them down first."
            )
    if "z_log_var" in codes and (codes["z_log_var"] > _LARGEST_LOG_VAR).any():
        raise ExplorerError(f"z_log_var has values above {_LARGEST_LOG_VAR:g}: no variances.")


def _split(
    found: Found, surveys: list[Survey], labels: list[np.ndarray], spec: ImportSpec
) -> tuple[list[np.ndarray], str]:
    """Return which rows are test images, and how that came about."""
    if surveys[0].codes:
        return [np.ones(survey.n, bool) for survey in surveys], ""
    roles = [rows.role for rows in found.rows]
    testing = "test" if "test" in roles else "validation"
    if testing in roles and len(set(roles)) > 1:
        tested = [
            np.full(survey.n, role == testing) for survey, role in zip(surveys, roles, strict=True)
        ]
        note = "Training and test images are those of the file."
        if "validation" in roles:
            note = (
                "The file's validation images are the test images."
                if testing == "validation"
                else "The file's validation images were added to its training images."
            )
        return tested, note
    chosen = drawn(np.concatenate(labels), spec.test_share, spec.seed)
    n, most = int(chosen.sum()), len(chosen)
    tested = np.split(chosen, np.cumsum([survey.n for survey in surveys])[:-1])
    if n == most:
        return tested, "All images are test images: none are left to train on."
    share = ", of each class as large a share" if any(part.any() for part in labels) else ""
    return tested, (
        f"{n:,} of the {most:,} images were drawn as test images{share} (seed {spec.seed}): the "
        "file has no split."
    )


def drawn(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return which images are drawn as test images, (n,) bool: of each class the same share."""
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    steps = np.floor(np.arange(1, len(labels) + 1) * share + 1e-9)
    tested = np.zeros(len(labels), bool)
    tested[order] = np.diff(steps, prepend=0) > 0
    return tested


# Writing


@dataclass(eq=False)
class _Pixels:
    """How images become those of the data set.

    Attributes:
        side: Their height and width.
        colour: Whether they have three channels.
        may_be_grey: Whether one is enough if the three are equal everywhere.
        scale: What is black and white in arrays.
        fit: A key of `explorer.datasets.brought.base.FITS`.
        notes: What is to be told.
    """

    side: int
    colour: bool
    may_be_grey: bool
    scale: Scale
    fit: str
    notes: list[str]

    @classmethod
    def of(cls, looked: list[_Looked], sizes: Counter[tuple[int, int]], spec: ImportSpec) -> Self:
        surveys = [each.survey for each in looked]
        scale = scale_of(
            min(each.low for each in surveys),
            max(each.high for each in surveys),
            all(each.whole for each in surveys),
        )
        side = resize.side_of(sizes, spec.side)
        seen = any(each.colour for each in surveys)
        colour = seen if spec.colour == "auto" else spec.colour == "colour"
        grey = "They were brought from colour to grey." if seen and not colour else ""
        notes = [resize.told(sizes, side, spec.fit), scale.note, grey]
        return cls(side, colour, spec.colour == "auto", scale, spec.fit, notes)

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.side, self.side, 3 if self.colour else 1

    def of_batch(self, batch: Any) -> tuple[np.ndarray, list[int]]:
        """Return a batch as (m, side, side, c), and the places of those that could not be read."""
        if isinstance(batch, np.ndarray):
            images = resize.channels(self.scale.bytes(batch), self.colour)
            if images.shape[1:3] != (self.side, self.side):
                images = np.stack([resize.square(each, self.side, self.fit) for each in images])
            return images, []
        there = [each for each in batch if each is not None]
        single = [
            resize.square(resize.channels(each[None], self.colour)[0], self.side, self.fit)
            for each in there
        ]
        lost = [i for i, each in enumerate(batch) if each is None]
        return np.stack(single) if single else np.empty((0, *self.shape), np.uint8), lost


class _Sink:
    """A .npy file of images that grows until it is closed."""

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        self._file: IO[bytes] = path.open("wb")
        self._shape, self.n = shape, 0
        self._header()

    def add(self, images: np.ndarray) -> None:
        self._file.write(np.ascontiguousarray(images).data)
        self.n += len(images)

    def close(self) -> None:
        self._file.seek(0)
        self._header()
        self._file.close()

    def _header(self) -> None:
        # NumPy leaves room for the first size to grow, so that it is as long at the end.
        about = {"descr": "|u1", "fortran_order": False, "shape": (self.n, *self._shape)}
        np.lib.format.write_array_header_1_0(self._file, about)


def _write_images(
    looked: list[_Looked], pixels: _Pixels, folder: Path, report: Report, notes: list[str]
) -> list[_Looked]:
    """Write the images of both parts; return the rows without those that cannot be read."""
    n = sum(each.survey.n for each in looked)
    _check_room(2 * n * int(np.prod(pixels.shape)), folder)
    sinks = {part: _Sink(folder / f"{part}_images.npy", pixels.shape) for part in PARTS}
    coloured, count, kept = not pixels.may_be_grey, 0, []
    try:
        for each in looked:
            lost: list[int] = []
            for start, batch in each.rows.images(pixels.colour, pixels.side):
                images, faults = pixels.of_batch(batch)
                tested = np.delete(each.tested[start : start + len(batch)], faults)
                sinks["test"].add(images[tested])
                sinks["train"].add(images[~tested])
                coloured = coloured or (images != images[..., :1]).any()
                lost += [start + i for i in faults]
                count += len(batch)
                report(Progress(count / n, f"Reading {n:,} images"))
            kept.append(each.without(lost))
    finally:
        for sink in sinks.values():
            sink.close()
    if n - (lost_n := n - sum(each.survey.n for each in kept)) < FEWEST or lost_n > n / 2:
        raise ExplorerError(f"{lost_n:,} of {n:,} images cannot be read: fetch them again.")
    for key, sink in sinks.items():
        if not sink.n:
            (folder / f"{key}_images.npy").unlink()
    notes += pixels.notes
    if lost_n:
        which = "1 image was" if lost_n == 1 else f"{lost_n:,} images were"
        notes.append(f"{which} left out: the pixels cannot be read.")
    if pixels.colour and not coloured:
        _to_grey(folder, pixels)
        notes.append("Their three channels are equal everywhere: they were kept as grey.")
    return kept


def _to_grey(folder: Path, pixels: _Pixels) -> None:
    """Keep the first of three channels."""
    pixels.colour = False
    for key in PARTS:
        path = folder / f"{key}_images.npy"
        if not path.exists():
            continue
        images = user.mapped(path)
        sink = _Sink(folder / "grey.npy", pixels.shape)
        for start in range(0, len(images), _AT_ONCE):
            sink.add(images[start : start + _AT_ONCE, ..., :1])
        sink.close()
        del images
        (folder / "grey.npy").replace(path)


def _check_room(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ExplorerError(
            f"The disk of {user.root()} has {free / 1e6:,.0f} MB left, and these images need "
            f"{needed / 1e6:,.0f} MB: make room, or set EXPLORER_DATASETS to a folder on a larger "
            "disk."
        )
