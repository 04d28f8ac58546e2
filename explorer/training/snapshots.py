"""Pictures of a training, one file per epoch: how the reconstructions and the codes came about.

In a training's folder, and later in its checkpoint's:

    frames/still.npz   `originals` (10, h, w, c) uint8, an image of each class, and `labels` (n,)
                       of the first n ≤ 2,000 test images
    frames/0001.npz    `strip` (10, h, w, c) uint8: those images reconstructed after epoch 1, and
                       `points` (n, 2) float32: the codes of the n test images in two dimensions
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.core import storage
from explorer.core.errors import ExplorerError

N_CODES = 2000
N_STRIP = 10
_STILL = "still.npz"


@dataclass(frozen=True)
class Frame:
    """What a training looked like after one epoch.

    Attributes:
        epoch: Counted from 1.
        strip: Shape (10, h, w, c), uint8.
        points: Shape (n, 2), float32.
    """

    epoch: int
    strip: np.ndarray
    points: np.ndarray


@dataclass(frozen=True)
class Film:
    """The pictures of a training.

    Attributes:
        originals: Shape (10, h, w, c), uint8.
        labels: Shape (n,), uint8.
        frames: By epoch.
    """

    originals: np.ndarray
    labels: np.ndarray
    frames: tuple[Frame, ...]


def chosen(labels: np.ndarray) -> np.ndarray:
    """Return the rows of the strip's images: the first of each class, or more if classes lack."""
    first = [int(np.argmax(labels == label)) for label in np.unique(labels)[:N_STRIP]]
    others = [row for row in range(min(len(labels), 2 * N_STRIP)) if row not in first]
    return np.array([*first, *others][:N_STRIP])


def flatten(codes: np.ndarray, before: np.ndarray | None = None) -> np.ndarray:
    """Return codes in two dimensions.

    Codes of two dimensions stay as they are. Of more, their two principal components are taken
    and turned (orthogonal Procrustes, Schönemann 1966) to lie as in the picture before: principal
    components come with any sign and order, and a film of them would jump.

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


def begin(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Keep what does not change: images (10, h, w, c) in [0, 1] and the labels of all points."""
    storage.write_npz(folder / _STILL, originals=_bytes(images), labels=labels.astype(np.uint8))


def add(folder: Path, epoch: int, strip: np.ndarray, points: np.ndarray) -> None:
    """Keep the picture of an epoch: images (10, h, w, c) in [0, 1] and points (n, 2)."""
    storage.write_npz(_file(folder, epoch), strip=_bytes(strip), points=points.astype(np.float32))


def begun(folder: Path) -> int:
    """Return when the first picture was kept, in nanoseconds since 1970; 0: there is none.

    It tells a training from an earlier one of the same name.
    """
    try:
        return (folder / _STILL).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def epochs(folder: Path) -> list[int]:
    """Return the epochs whose pictures are there."""
    return sorted(int(path.stem) for path in folder.glob("[0-9]*.npz") if path.stem.isdigit())


def read(folder: Path, epoch: int) -> Frame:
    """Read the picture of an epoch.

    Raises:
        ExplorerError: If it is missing or damaged.
    """
    arrays = storage.read_npz(_file(folder, epoch), "strip", "points")
    return Frame(epoch, arrays["strip"], arrays["points"])


def last_points(folder: Path) -> np.ndarray | None:
    """Return the newest points, (n, 2), or None if there are none."""
    found = epochs(folder)
    return read(folder, found[-1]).points if found else None


def film(folder: Path, at_most: int = 60) -> Film | None:
    """Read the pictures of a training, evenly chosen if there are many; None if there are none.

    Damaged pictures are left out.
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
    frames = []
    for epoch in found:
        with contextlib.suppress(ExplorerError):
            frames.append(read(folder, epoch))
    return Film(still["originals"], still["labels"], tuple(frames)) if frames else None


def _file(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch:04d}.npz"


def _bytes(images: np.ndarray) -> np.ndarray:
    return np.asarray((np.clip(images, 0, 1) * 255).round(), np.uint8)
