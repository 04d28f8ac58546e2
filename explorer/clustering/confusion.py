"""Classes against clusters: counts, the best matching, and what each cluster consists of."""

from dataclasses import dataclass, replace

import numpy as np

from explorer.clustering.base import NOISE
from explorer.core.errors import ExplorerError


@dataclass(frozen=True)
class Confusion:
    """Classes against clusters, or against predicted classes.

    Attributes:
        counts: Points of class i in column j, shape (n_classes, n_columns), int64.
        classes: The label of each row, ascending.
        clusters: The cluster of each column. As `confusion` orders them: first those matched to a
            class, in the order of the classes, then those that no class is left for, ascending,
            with `NOISE` last.
        matching: Class to cluster, by the best one-to-one matching. With fewer clusters than
            classes some classes are not in it.
    """

    counts: np.ndarray
    classes: np.ndarray
    clusters: np.ndarray
    matching: dict[int, int]

    @property
    def row_share(self) -> np.ndarray:
        """The counts as shares of each class, in [0, 1]; 0 in a row without points."""
        totals = self.counts.sum(axis=1, keepdims=True)
        shares = np.zeros(self.counts.shape)
        np.divide(self.counts, totals, out=shares, where=totals > 0)
        return shares

    @property
    def accuracy(self) -> float:
        """Share of all points whose class is matched to their cluster."""
        rows = np.searchsorted(self.classes, np.fromiter(self.matching, np.int64))
        columns = [int(np.flatnonzero(self.clusters == c)[0]) for c in self.matching.values()]
        return float(self.counts[rows, columns].sum() / self.counts.sum())

    def on(self, classes: np.ndarray, clusters: np.ndarray) -> "Confusion":
        """Return the same counts with these rows and columns, in this order; new ones are empty."""
        counts = np.zeros((len(classes), len(clusters)), np.int64)
        rows, own_rows = _common(classes, self.classes)
        columns, own_columns = _common(clusters, self.clusters)
        counts[np.ix_(rows, columns)] = self.counts[np.ix_(own_rows, own_columns)]
        return Confusion(counts, classes, clusters, self.matching)


@dataclass(frozen=True)
class Profile:
    """What the clusters consist of.

    Attributes:
        sizes: Points in each cluster, shape (k,).
        majority: The most frequent class of each, shape (k,); the smallest of several. -1 for an
            empty cluster.
        purity: Its share of the cluster, shape (k,), in [0, 1]; NaN for an empty cluster.
    """

    sizes: np.ndarray
    majority: np.ndarray
    purity: np.ndarray


def confusion(labels_true: np.ndarray, labels: np.ndarray) -> Confusion:
    """Count classes against clusters, and match them one to one (Hungarian method).

    Args:
        labels_true: Class of each point, shape (n,), whole numbers.
        labels: Cluster of each point, shape (n,), whole numbers; `NOISE` is a column that matches
            no class.

    Raises:
        ExplorerError: If an array has the wrong shape, kind or length.
    """
    truth = as_labels(labels_true, "class labels")
    found = as_labels(labels, "cluster labels")
    check_lengths(found, truth, "class labels")
    table = _counted(truth, found)
    matching = _match(table)
    rest = [int(c) for c in table.clusters if c != NOISE and c not in matching.values()]
    noise = [NOISE] if NOISE in table.clusters else []
    order = np.array([*matching.values(), *rest, *noise], dtype=np.int64)
    return replace(table.on(table.classes, order), matching=matching)


def prediction_confusion(labels_true: np.ndarray, predicted: np.ndarray) -> Confusion:
    """Count true classes against predicted ones: rows and columns are the same classes.

    Raises:
        ExplorerError: If an array has the wrong shape, kind or length.
    """
    truth = as_labels(labels_true, "class labels")
    found = as_labels(predicted, "predicted labels")
    check_lengths(found, truth, "class labels")
    classes = np.union1d(truth, found)
    matching = {int(c): int(c) for c in classes}
    return replace(_counted(truth, found).on(classes, classes), matching=matching)


def profile(labels_true: np.ndarray, labels: np.ndarray, n_clusters: int) -> Profile:
    """Say of each of the clusters 0…n_clusters-1 which class it mostly holds.

    Raises:
        ExplorerError: If an array has the wrong shape, kind or length, or a label is out of range.
    """
    truth = as_labels(labels_true, "class labels")
    found = as_labels(labels, "cluster labels")
    check_lengths(found, truth, "class labels")
    if found.max() >= n_clusters or found.min() < NOISE:
        raise ExplorerError(
            f"Cluster labels must be 0 to {n_clusters - 1}, or {NOISE}. "
            f"Received: {found.min()} to {found.max()}."
        )
    table = _counted(truth, found)
    counts = table.on(table.classes, np.arange(n_clusters)).counts.T
    sizes = counts.sum(axis=1)
    largest = counts.max(axis=1)
    purity = np.divide(largest, sizes, out=np.full(n_clusters, np.nan), where=sizes > 0)
    return Profile(sizes, np.where(sizes > 0, table.classes[counts.argmax(axis=1)], -1), purity)


def as_labels(labels: np.ndarray, what: str) -> np.ndarray:
    """Return labels as int64 of shape (n,), n ≥ 1. Whole numbers may come as floats.

    Raises:
        ExplorerError: If they are anything else; the message calls them `what`.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or len(labels) == 0 or labels.dtype.kind not in "iubf":
        raise ExplorerError(
            f"The {what} must be a list of whole numbers, one per point. "
            f"Received: shape {labels.shape}, type {labels.dtype}."
        )
    if labels.dtype.kind == "f":
        bad = ~np.isfinite(labels) | (labels != np.floor(labels)) | (np.abs(labels) > 2**53)
        if bad.any():
            raise ExplorerError(
                f"The {what} must be whole numbers. "
                f"Received: {labels[bad.argmax()]} at position {bad.argmax()}."
            )
    return labels.astype(np.int64)


def _counted(truth: np.ndarray, labels: np.ndarray) -> Confusion:
    """Count classes against clusters, both ascending, without a matching."""
    from sklearn.metrics.cluster import contingency_matrix

    counts = contingency_matrix(truth, labels).astype(np.int64)
    return Confusion(counts, np.unique(truth), np.unique(labels), {})


def _common(wanted: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where in `wanted` and where in `own` the labels lie that both have."""
    _, first, second = np.intersect1d(wanted, own, assume_unique=True, return_indices=True)
    return first, second


def _match(table: Confusion) -> dict[int, int]:
    """Return class to cluster, ascending by class, so that most points are in matched pairs."""
    from scipy.optimize import linear_sum_assignment

    real = np.flatnonzero(table.clusters != NOISE)
    rows, columns = linear_sum_assignment(table.counts[:, real], maximize=True)
    clusters = table.clusters[real[columns]]
    return {int(table.classes[i]): int(c) for i, c in zip(rows, clusters, strict=True)}


def check_lengths(labels: np.ndarray, other: np.ndarray, what: str) -> None:
    """Raise an ExplorerError unless there are as many of `what` as cluster labels."""
    if len(labels) != len(other):
        raise ExplorerError(
            f"There must be as many {what} as cluster labels. "
            f"Received: {len(other)} and {len(labels)}."
        )
