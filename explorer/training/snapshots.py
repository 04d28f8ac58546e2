"""Snapshots of a training, a file per epoch: how the reconstructions and the codes came about.

In a training's folder, and later in its checkpoint's:

    frames/still.npz   `originals` (10, h, w, c) uint8, an image of each class, and `labels` (n,)
                       of the first n ≤ 2,000 test images
    frames/0001.npz    `strip` (10, h, w, c) uint8: those images reconstructed after epoch 1, and
                       `points` (n, 2) float32: the codes of the n test images in two dimensions
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.datasets import Dataset

N_CODES = 2000
N_IMAGES = 10
_MOST = 200  # a longer training keeps a snapshot of every second epoch, or third, …
_STILL = "still.npz"


@dataclass(frozen=True)
class Snapshot:
    """The model after one epoch.

    Attributes:
        epoch: Counted from 1.
        reconstructions: Shape (10, h, w, c), uint8.
        points: Codes in two dimensions, shape (n, 2), float32.
    """

    epoch: int
    reconstructions: np.ndarray
    points: np.ndarray


@dataclass(frozen=True)
class Snapshots:
    """The snapshots of a training.

    Attributes:
        originals: Shape (10, h, w, c), uint8.
        labels: Shape (n,), uint8.
        items: By epoch; at least one.
    """

    originals: np.ndarray
    labels: np.ndarray
    items: tuple[Snapshot, ...]


def chosen(labels: np.ndarray) -> np.ndarray:
    """Return the rows of the images to reconstruct: one of each class, and more if classes lack."""
    first = [int(np.argmax(labels == label)) for label in np.unique(labels)[:N_IMAGES]]
    others = [row for row in range(min(len(labels), 2 * N_IMAGES)) if row not in first]
    return np.array([*first, *others][:N_IMAGES])


def flatten(codes: np.ndarray, before: np.ndarray | None = None) -> np.ndarray:
    """Return codes in two dimensions.

    Codes of two dimensions stay as they are. Of more, their two principal components are taken
    and turned (orthogonal Procrustes, Schönemann 1966) to lie as in the snapshot before: principal
    components come with any sign and order, and their replay would jump.

    Args:
        codes: Shape (n, z_dim).
        before: Shape (n, 2), the epoch before; None: there is none.
    """
    codes = np.asarray(codes, np.float32)
    if codes.shape[1] <= 2:
        return np.pad(codes, ((0, 0), (0, 2 - codes.shape[1])))
    centred = codes - codes.mean(axis=0)
    _, _, axes = np.linalg.svd(np.cov(centred.T), hermitian=True)
    points = centred @ axes[:2].T
    if before is not None and before.shape == points.shape:
        left, _, right = np.linalg.svd(points.T @ before)
        points = points @ left @ right
    return np.asarray(points, np.float32)


def create(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Keep what does not change: images (10, h, w, c) in [0, 1] and the labels of all points."""
    storage.write_npz(folder / _STILL, originals=_bytes(images), labels=labels.astype(np.uint8))


def add(folder: Path, epoch: int, reconstructions: np.ndarray, points: np.ndarray) -> None:
    """Keep the snapshot of an epoch: images (10, h, w, c) in [0, 1] and points (n, 2)."""
    arrays = {"strip": _bytes(reconstructions), "points": points.astype(np.float32)}
    storage.write_npz(_file(folder, epoch), **arrays)


def created(folder: Path) -> int:
    """Return when `create` was called, in nanoseconds since 1970; 0: never.

    It tells a training from an earlier one of the same name.
    """
    try:
        return (folder / _STILL).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def epochs(folder: Path) -> list[int]:
    """Return the epochs whose snapshots are there."""
    return sorted(int(path.stem) for path in folder.glob("[0-9]*.npz") if path.stem.isdigit())


def read(folder: Path, epoch: int) -> Snapshot:
    """Read the snapshot of an epoch.

    Raises:
        ExplorerError: If it is missing or damaged.
    """
    arrays = storage.read_npz(_file(folder, epoch), "strip", "points")
    return Snapshot(epoch, arrays["strip"], arrays["points"])


def last_points(folder: Path) -> np.ndarray | None:
    """Return the newest points, (n, 2), or None if there are none."""
    found = epochs(folder)
    return read(folder, found[-1]).points if found else None


def read_all(folder: Path, at_most: int = 60) -> Snapshots | None:
    """Read the snapshots of a training, evenly chosen if there are many; None if there are none.

    Damaged ones are left out.
    """
    found = epochs(folder)
    if not found:
        return None
    if len(found) > at_most:
        # The last is always among them.
        rows = np.linspace(len(found) - 1, 0, at_most).round().astype(int)
        found = [found[row] for row in rows[::-1]]
    try:
        still = storage.read_npz(folder / _STILL, "originals", "labels")
    except ExplorerError:
        return None
    items = []
    for epoch in found:
        with contextlib.suppress(ExplorerError):
            items.append(read(folder, epoch))
    return Snapshots(still["originals"], still["labels"], tuple(items)) if items else None


def recorder(folder: Path, test: Dataset, n_epochs: int) -> Callable[[Any, list[Any]], None]:
    """Return the hook of a training that keeps a snapshot of each epoch.

    Args:
        folder: Where they are kept.
        test: The test images.
        n_epochs: How many epochs the training will have.
    """
    images = test.images[:N_CODES]
    reconstructed = test.images[chosen(test.labels)]
    create(folder, reconstructed, test.labels[:N_CODES])
    before = last_points(folder)
    every = max(1, n_epochs // _MOST)

    def record(model: Any, history: list[Any]) -> None:
        nonlocal before
        epoch = len(history)
        if epoch % every and epoch != n_epochs:
            return
        before = flatten(model.codes(images), before)
        add(folder, epoch, model.decoded(model.codes(reconstructed)), before)

    return record


def _file(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch:04d}.npz"


def _bytes(images: np.ndarray) -> np.ndarray:
    return np.asarray((np.clip(images, 0, 1) * 255).round(), np.uint8)
