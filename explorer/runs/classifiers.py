"""Cluster classifiers of a checkpoint's images (source A3), kept in its folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, spaces
from explorer.clustering import Clustering, ClusteringSpec, majority_vote
from explorer.clustering.confusion import Confusion
from explorer.clustering.majority_vote import SOURCE_SPEC as SOURCE_SPEC
from explorer.clustering.majority_vote import ClusterClassifier
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent
from explorer.core.storage import read_npz, write_npz
from explorer.latent.portraits import portraits
from explorer.runs import points
from explorer.runs.points import Points
from explorer.runs.request import Request

_VERSION = 1
_MISFITS = 12  # images of a mixed cluster that are kept
_SCALARS = ("train_error", "test_error", "mixed_share", "n_train", "n_test")


@dataclass(frozen=True, eq=False)
class ClassifierRun:
    """What a cluster classifier of a checkpoint's images is worth; all that a page shows of it.

    Attributes:
        spec: How the clusters were found.
        train_error, test_error: Share of images that are predicted wrongly, in [0, 1].
        mixed_share: Share of the clusters whose minority exceeds `majority_vote.MIXED`.
        n_train, n_test: How many images these numbers are of.
        train_counts, test_counts: Images of class i that are predicted as class j, (c, c).
        classes: The class of each row and column, shape (c,); -1 predicts nothing.
        offenders: The most mixed clusters, m of them, the worst first: their numbers.
        offender_majorities: The class that each predicts, shape (m,).
        offender_sizes: Training images in each, shape (m,).
        offender_minorities: Share of them that have another class, shape (m,).
        offender_images: Shape (m, 1 + misfits, h, w, c), uint8: the centre as an image, then
            training images that have another class, nearest to it first; black where it has fewer.
        offender_labels: Classes of these images, shape (m, misfits); -1 where it has fewer.
    """

    spec: ClusteringSpec
    train_error: float
    test_error: float
    mixed_share: float
    n_train: int
    n_test: int
    train_counts: np.ndarray
    test_counts: np.ndarray
    classes: np.ndarray
    offenders: np.ndarray
    offender_majorities: np.ndarray
    offender_sizes: np.ndarray
    offender_minorities: np.ndarray
    offender_images: np.ndarray
    offender_labels: np.ndarray

    def confusion(self, split: str) -> Confusion:
        """Return true classes against predicted ones, for "train" or "test"."""
        counts = self.train_counts if split == "train" else self.test_counts
        same = {int(label): int(label) for label in self.classes}
        return Confusion(counts, self.classes, self.classes, same)


@dataclass(frozen=True)
class ClassifierRequest(Request[ClassifierRun]):
    """The cluster classifier of a checkpoint's images.

    With `spec.fit_on` "test" there is no second split to predict: the clusters are then found on
    every second test image, and tested on the others.
    """

    spec: ClusteringSpec = SOURCE_SPEC

    @property
    def key(self) -> str:
        """The file's name without its ending."""
        return f"classifier-{self.spec.name}-{_VERSION}"

    def asked(self) -> dict[str, Any]:
        """Return the spec as JSON values."""
        return self.spec.to_dict()

    def find(self) -> ClassifierRun | None:
        """Return a classifier from the checkpoint's folder, or None if it is not there whole."""
        try:
            content = read_npz(self._file(), "classes", "offender_images")
            scalars = {key: content[key].item() for key in _SCALARS}
            return ClassifierRun(**{**content, **scalars, "spec": self.spec})
        except (ExplorerError, KeyError, TypeError, ValueError):
            return None

    def compute(self, report: Report = silent) -> ClassifierRun:
        """Cluster, name the clusters, predict, and collect the images of the worst.

        Raises:
            ExplorerError: If the points cannot be had, or it is stopped, or as
                `majority_vote.classify`.
        """
        return _compute(checkpoints.get(self.checkpoint), self.spec, report)

    def keep(self, result: ClassifierRun) -> None:
        """Write the classifier into the checkpoint's folder."""
        content = {key: np.asarray(value) for key, value in vars(result).items() if key != "spec"}
        write_npz(self._file(), **content)

    def summary(self, result: ClassifierRun) -> dict[str, Any]:
        """Return the numbers of a classifier as JSON values."""
        numbers = {key: getattr(result, key) for key in _SCALARS}
        counts = {key: getattr(result, key).tolist() for key in ("train_counts", "test_counts")}
        return {"spec": result.spec.to_dict(), **numbers, **counts}

    def _file(self) -> Path:
        return checkpoints.get(self.checkpoint).clusterings / f"{self.key}.npz"


def _compute(checkpoint: Checkpoint, spec: ClusteringSpec, report: Report) -> ClassifierRun:
    report(Progress(0.0, "Reading the points"))
    train, test = _splits(checkpoint, spec)
    stopped = False

    def told(progress: Progress) -> bool:
        nonlocal stopped
        stopped = not part(report, 0.05, 0.95)(progress)
        return not stopped

    result = majority_vote.classify(train.x, train.labels, test.x, test.labels, spec, report=told)
    if stopped and not result.clustering.finished:
        raise ExplorerError("The classifier was stopped before it was done.")
    report(Progress(0.95, "Collecting images"))
    return _collected(checkpoint, spec, result, train, len(test.labels))


def _splits(checkpoint: Checkpoint, spec: ClusteringSpec) -> tuple[Points, Points]:
    test = points.test_points(checkpoint, spec)
    if spec.fit_on == "train":
        return points.train_points(checkpoint, spec), test
    if spec.fit_on == "all":
        raise ExplorerError(
            "A classifier is tested on images that made none of its clusters: find them on the "
            "training images. Received: fit_on='all'."
        )
    return Points(test.x[::2], test.labels[::2]), Points(test.x[1::2], test.labels[1::2])


def _collected(
    checkpoint: Checkpoint,
    spec: ClusteringSpec,
    result: ClusterClassifier,
    train: Points,
    n_test: int,
) -> ClassifierRun:
    classes = np.union1d(result.train_confusion.classes, result.test_confusion.classes)
    rows = [offender.misfits[:_MISFITS] for offender in result.offenders]
    labels = np.full((len(rows), _MISFITS), -1, np.int64)
    for row, misfits in enumerate(rows):
        labels[row, : len(misfits)] = train.labels[misfits]
    numbers = [offender.cluster for offender in result.offenders]
    return ClassifierRun(
        spec=spec,
        train_error=float(result.train_error),
        test_error=float(result.test_error),
        mixed_share=result.mixed_share,
        n_train=len(train.labels),
        n_test=n_test,
        train_counts=result.train_confusion.on(classes, classes).counts,
        test_counts=result.test_confusion.on(classes, classes).counts,
        classes=classes,
        offenders=np.array(numbers, np.int64),
        offender_majorities=np.array([o.majority for o in result.offenders], np.int64),
        offender_sizes=np.array([o.size for o in result.offenders], np.int64),
        offender_minorities=np.array([o.minority_share for o in result.offenders]),
        offender_images=_images(checkpoint, spec, result.clustering, numbers, rows),
        offender_labels=labels,
    )


def _images(
    checkpoint: Checkpoint,
    spec: ClusteringSpec,
    found: Clustering,
    numbers: list[int],
    rows: list[np.ndarray],
) -> np.ndarray:
    shape = checkpoint.model.image_shape
    centers = found.centers[numbers]
    decodes = checkpoint.model.decodes
    if not decodes and spec.fit_on != "train" and not datasets.is_local(checkpoint.dataset):
        return _of_codes(checkpoint, centers, rows)
    if spec.fit_on == "train":
        images = datasets.load(checkpoint.dataset, "train", download=False).images[:]
    else:
        images = spaces.originals(checkpoint)[::2]
    if spec.space == "latent" and decodes:
        pictures = checkpoint.decoder().decode(centers)
    elif spec.space in ("latent", "edges"):  # which is no picture: the mean of the images
        pictures = np.array([images[found.labels == each].mean(axis=0) for each in numbers])
    else:
        pictures = centers.reshape(-1, *shape)
    tiles = np.zeros((len(rows), 1 + _MISFITS, *shape), np.float32)
    for row, misfits in enumerate(rows):
        tiles[row, 0] = pictures[row]
        tiles[row, 1 : 1 + len(misfits)] = images[misfits]
    return (np.clip(tiles, 0, 1) * 255).round().astype(np.uint8)


def _of_codes(checkpoint: Checkpoint, centers: np.ndarray, rows: list[np.ndarray]) -> np.ndarray:
    """Return the centres and the other images as pictures of their codes: there are no others."""
    z = checkpoint.codes().latent.z_mean
    low, high = np.percentile(z, [1, 99], axis=0)
    tiles = (
        np.stack(
            [
                portraits(
                    np.concatenate(
                        [center[None], z[::2][misfits], np.repeat(low[None], _MISFITS, 0)]
                    )[: 1 + _MISFITS],
                    low,
                    high,
                )
                for center, misfits in zip(centers, rows, strict=True)
            ]
        )
        if rows
        else np.zeros((0, 1 + _MISFITS, 8, 8, 1))
    )
    return (np.clip(tiles, 0, 1) * 255).round().astype(np.uint8)
