"""A classifier made of clusters: each takes the class that most of its points have."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.clustering import METHODS, Clustering, ClusteringSpec, default_spec, fit, members
from explorer.clustering.confusion import (
    Confusion,
    Profile,
    as_labels,
    prediction_confusion,
    profile,
)
from explorer.core.errors import ExplorerError
from explorer.core.params import parameters
from explorer.core.progress import Report, silent

MIXED = 0.4  # a cluster whose minority exceeds this share tells little

# Source A3 (Mönchmeyer): 225 clusters of the original pixels.
SOURCE_SPEC = default_spec(
    "minibatch",
    space="original",
    n_clusters=225,
    n_init=100,
    max_iter=120,
    batch_size=200,
    tol=1e-4,
    fit_on="train",
)


def source_spec(method: str = SOURCE_SPEC.method.name, **changes: Any) -> ClusteringSpec:
    """Return source A3's clustering by a method, as far as that has its parameters, changed.

    Raises:
        ExplorerError: As `ClusteringSpec.of`.
    """
    known = {item.name for of in (METHODS[method], ClusteringSpec) for item in parameters(of)}
    usual = {name: value for name, value in SOURCE_SPEC.to_dict().items() if name in known}
    return ClusteringSpec.of({**usual, **changes, "method": method})


@dataclass(frozen=True)
class Offender:
    """A mixed cluster.

    Attributes:
        cluster: Its number.
        majority: The class that it predicts.
        size: How many training points it has.
        minority_share: Share of them that have another class, in [0, 1].
        misfits: Those points, as indices into the training data, nearest to the centre first.
    """

    cluster: int
    majority: int
    size: int
    minority_share: float
    misfits: np.ndarray


@dataclass(frozen=True)
class ClusterClassifier:
    """What a cluster classifier is worth.

    Attributes:
        clustering: The clusters of the training points.
        profile: Size, majority class and purity of each cluster on the training points.
        train_error, test_error: Share of points that are predicted wrongly, in [0, 1].
        train_confusion, test_confusion: True classes against predicted ones.
        predictions: The class predicted for each test point, shape (n_test,).
        mixed_share: Share of the (non-empty) clusters whose minority exceeds `MIXED`.
        offenders: The clusters with the largest minority share, the worst first.
    """

    clustering: Clustering
    profile: Profile
    train_error: float
    test_error: float
    train_confusion: Confusion
    test_confusion: Confusion
    predictions: np.ndarray
    mixed_share: float
    offenders: list[Offender]


def classify(
    train: np.ndarray,
    train_labels: np.ndarray,
    test: np.ndarray,
    test_labels: np.ndarray,
    spec: ClusteringSpec = SOURCE_SPEC,
    n_offenders: int = 10,
    report: Report = silent,
) -> ClusterClassifier:
    """Cluster the training points, name each cluster by majority, and predict through them.

    A point belongs to the cluster that `FittedClustering.apply` gives: for k-means the one with
    the nearest centre. A cluster that has no training point predicts -1, which is wrong.

    Args:
        train, test: Shapes (n, d) and (m, d); further axes are flattened.
        train_labels, test_labels: Their classes, shapes (n,) and (m,), whole numbers.
        spec: The clustering; the default is that of source A3.
        n_offenders: How many of the worst clusters to list.
        report: As in `fit`.

    Raises:
        ExplorerError: As `fit`, or if the labels do not fit the points, or for a method
            that leaves points without a cluster.
    """
    if spec.method.leaves_noise:
        raise ExplorerError(
            "A cluster classifier needs a method that puts every point into a cluster, such as "
            f"k-means. Received: {spec.method.name}."
        )
    _check(train, train_labels, "training")
    _check(test, test_labels, "test")
    fitted = fit(train, spec, report)
    clustering = fitted.clustering
    found = profile(train_labels, clustering.labels, len(clustering.centers))
    predictions = found.majority[fitted.apply(test).labels]
    train_confusion = prediction_confusion(train_labels, found.majority[clustering.labels])
    test_confusion = prediction_confusion(test_labels, predictions)
    minority = 1 - found.purity[found.sizes > 0]
    return ClusterClassifier(
        clustering=clustering,
        profile=found,
        train_error=1 - train_confusion.accuracy,
        test_error=1 - test_confusion.accuracy,
        train_confusion=train_confusion,
        test_confusion=test_confusion,
        predictions=predictions,
        mixed_share=float(np.mean(minority > MIXED)),
        offenders=_offenders(train, np.asarray(train_labels), clustering, found, n_offenders),
    )


def _offenders(
    train: np.ndarray, labels: np.ndarray, clustering: Clustering, found: Profile, number: int
) -> list[Offender]:
    filled = np.flatnonzero(found.sizes > 0)
    worst = filled[np.argsort(found.purity[filled], kind="stable")][:number]
    offenders = []
    for cluster in (int(c) for c in worst):
        inside = members(train, clustering, cluster)
        majority = int(found.majority[cluster])
        offenders.append(
            Offender(
                cluster=cluster,
                majority=majority,
                size=len(inside),
                minority_share=float(1 - found.purity[cluster]),
                misfits=inside[labels[inside] != majority],
            )
        )
    return offenders


def _check(points: np.ndarray, labels: np.ndarray, what: str) -> None:
    if len(as_labels(labels, f"{what} labels")) != len(points):
        raise ExplorerError(
            f"There must be one label for each {what} point. "
            f"Received: {len(points)} points and {len(labels)} labels."
        )
