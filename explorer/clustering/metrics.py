"""How good clusters are: by their shape alone, and against known classes.

scikit-learn computes what it has; accuracy, both purities and the silhouette are written out here
(the silhouette in blocks, so that it reports progress). Cluster numbers have no meaning: renaming
them changes no score.

Points labelled `NOISE` (-1, HDBSCAN's) lie in no cluster. They are left out of the scores of
shape; for accuracy and purity they count as wrong; for NMI, ARI, homogeneity and completeness they
form one cluster of their own, as in scikit-learn. `ClusterScores.noise_share` tells how many.
"""

import json
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import metrics as sk
from sklearn.utils import check_random_state

from explorer.clustering import NOISE, ClusteringSpec, as_points, file_of
from explorer.clustering.confusion import as_labels, check_lengths, confusion
from explorer.core.progress import Progress, Report, silent
from explorer.core.storage import read_npz, write_json
from explorer.core.threads import fitting_threads

SILHOUETTE_SAMPLE = 10_000
_CELLS = 2**20  # of the distance matrix, that are held at a time

STOPPED = "It was stopped."

NAMES = (
    "accuracy",
    "purity",
    "purity_macro",
    "nmi",
    "ari",
    "homogeneity",
    "completeness",
    "silhouette",
    "davies_bouldin",
    "calinski_harabasz",
)


@dataclass(frozen=True)
class ClusterScores:
    """The scores of one clustering. A score that is not defined is None; `reasons` says why.

    Against the classes, each in [0, 1] (`ari` may be negative), higher is better:
        accuracy: Share of points whose cluster is matched to their class, by the best one-to-one
            matching of clusters to classes (Hungarian method; Xie et al., DEC, 2016).
        purity: Share of points that belong to the largest class of their cluster (Manning,
            Raghavan, Schütze, Introduction to Information Retrieval, 16.3): the mean over the
            clusters, weighted by size.
        purity_macro: The unweighted mean over the clusters of their largest class's share.
        nmi: Normalised mutual information, arithmetic mean (scikit-learn).
        ari: Adjusted Rand index (Hubert and Arabie, 1985; scikit-learn).
        homogeneity, completeness: Rosenberg and Hirschberg, 2007; scikit-learn.

    Of the clusters' shape:
        silhouette: Mean of (b - a) / max(a, b), in [-1, 1], higher is better (Rousseeuw, 1987),
            Euclidean, on `silhouette_sample` points drawn with `silhouette_seed`.
        davies_bouldin: From 0 up, lower is better (Davies and Bouldin, 1979; scikit-learn).
        calinski_harabasz: From 0 up, higher is better (Caliński and Harabasz, 1974;
            scikit-learn).
        inertia: Sum of the squared distances of the points to the mean of their cluster.

    Attributes:
        n_points: How many points were scored.
        n_clusters: How many clusters they lie in.
        noise_share: Share of the points that lie in none, in [0, 1].
        space: What the points of the scores of shape are: "latent", "original", …
        silhouette_sample: How many points the silhouette is the mean of.
        silhouette_seed: Of the draw.
        reasons: Why a score is None, by its name.
    """

    n_points: int
    n_clusters: int
    noise_share: float
    space: str
    accuracy: float | None = None
    purity: float | None = None
    purity_macro: float | None = None
    nmi: float | None = None
    ari: float | None = None
    homogeneity: float | None = None
    completeness: float | None = None
    silhouette: float | None = None
    davies_bouldin: float | None = None
    calinski_harabasz: float | None = None
    inertia: float | None = None
    silhouette_sample: int = 0
    silhouette_seed: int = 0
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Silhouette:
    """A mean silhouette: of how many points, or why there is none."""

    value: float | None
    sample_size: int
    reason: str = ""


def score(
    labels: np.ndarray,
    labels_true: np.ndarray | None = None,
    x: np.ndarray | None = None,
    space: str = "latent",
    silhouette_sample: int | None = SILHOUETTE_SAMPLE,
    seed: int = 0,
    report: Report = silent,
) -> ClusterScores:
    """Compute every score of a clustering.

    Args:
        labels: Cluster of each point, shape (n,), whole numbers; `NOISE` is no cluster.
        labels_true: Class of each point, shape (n,), whole numbers; None leaves out the scores
            against classes.
        x: The points in the space that the scores of shape are for, shape (n, d); further axes
            are flattened. None leaves those scores out.
        space: What that space is.
        silhouette_sample: How many points the silhouette is computed on, drawn with `seed` as
            scikit-learn draws them; None for all (the time grows with the square).
        seed: Of the sample.
        report: Told of the silhouette's progress; if it answers to stop, that is left out.

    Raises:
        ExplorerError: If an array has the wrong shape, kind or length.
    """
    labels = as_labels(labels, "cluster labels")
    inside = labels != NOISE
    reasons: dict[str, str] = {}
    scores: dict[str, Any] = {}
    if labels_true is None:
        reasons |= dict.fromkeys(NAMES[:7], "There are no classes to compare with.")
    else:
        classes = as_labels(labels_true, "class labels")
        check_lengths(labels, classes, "class labels")
        scores |= _against(classes, labels)
        if not inside.any():
            reasons["purity_macro"] = "No point is in a cluster."
    sampled = Silhouette(None, 0)
    if x is None:
        reasons |= dict.fromkeys((*NAMES[7:], "inertia"), "There are no points to measure.")
    else:
        points = as_points(x)
        check_lengths(labels, points, "points")
        points, labels_inside = points[inside], labels[inside]
        sampled = silhouette(points, labels_inside, silhouette_sample, seed, report)
        scores["silhouette"] = sampled.value
        if sampled.reason:
            reasons["silhouette"] = sampled.reason
        with fitting_threads(points.size):
            scores |= _shape(points, labels_inside, reasons)
    return ClusterScores(
        n_points=len(labels),
        n_clusters=len(np.unique(labels[inside])),
        noise_share=float(1 - inside.mean()),
        space=space,
        silhouette_sample=sampled.sample_size,
        silhouette_seed=seed,
        reasons=reasons,
        **scores,
    )


def silhouette(
    points: np.ndarray,
    labels: np.ndarray,
    sample_size: int | None = SILHOUETTE_SAMPLE,
    seed: int = 0,
    report: Report = silent,
) -> Silhouette:
    """Compute the mean silhouette (Rousseeuw, 1987) with Euclidean distances.

    Equal to `sklearn.metrics.silhouette_score(points, labels, sample_size=…, random_state=seed)`,
    but block by block: it tells its progress and is several times faster.

    Args:
        points: Shape (n, d).
        labels: Cluster of each, shape (n,), whole numbers, all of them clusters.
        sample_size: How many points to draw with `seed`; None for all.
        seed: Of the draw.
        report: Told after every block; answers whether to go on. If not, there is no value.
    """
    if sample_size is not None and sample_size < len(points):
        drawn = check_random_state(seed).permutation(len(points))[:sample_size]
        points, labels = points[drawn], labels[drawn]
    n = len(points)
    clusters, own = np.unique(labels, return_inverse=True)
    reason = _undefined(n, len(clusters))
    if reason:
        return Silhouette(None, n, reason)
    with fitting_threads(points.size):
        total = _silhouette_sum(points, own, len(clusters), report)
    return Silhouette(None, n, STOPPED) if total is None else Silhouette(total / n, n)


def cached(
    clustering: ClusteringSpec,
    folder: Path,
    compute: Callable[[], ClusterScores],
    silhouette_sample: int | None = SILHOUETTE_SAMPLE,
    seed: int = 0,
) -> ClusterScores:
    """Read the scores of a clustering from `folder`, or compute and keep them there.

    They lie beside the clustering, under its name, the sample and the seed; a damaged file is
    computed anew. Scores without a value because they were stopped are not kept.
    """
    name = file_of(clustering, folder).stem
    path = folder / f"{name}-scores-{silhouette_sample or 'all'}-{seed}.json"
    try:
        return ClusterScores(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        scores = compute()
    if STOPPED not in scores.reasons.values():
        write_json(path, asdict(scores))
    return scores


def score_file(
    path: Path, silhouette_sample: int | None = None, seed: int = 0, report: Report = silent
) -> dict[str, float | None]:
    """Score the labels in an .npz file.

    Args:
        path: A file with the arrays `labels_true` and `labels_pred`, both of shape (n,), and
            optionally `x`, shape (n, d). Nothing is unpickled.
        silhouette_sample: As in `score`; all points by default.
        seed: Of the sample.
        report: Told of progress.

    Returns:
        The scores by `NAMES`; None where one is not defined (without `x`: those of shape).

    Raises:
        ExplorerError: If the file or an array in it cannot be used.
    """
    arrays = read_npz(path, "labels_true", "labels_pred")
    scores = score(
        arrays["labels_pred"],
        arrays["labels_true"],
        arrays.get("x"),
        space="x",
        silhouette_sample=silhouette_sample,
        seed=seed,
        report=report,
    )
    return {name: getattr(scores, name) for name in NAMES}


def _silhouette_sum(
    points: np.ndarray, own: np.ndarray, n_clusters: int, report: Report
) -> float | None:
    """Add up the silhouettes of points in the clusters 0…n_clusters-1; None if stopped."""
    n = len(points)
    # Far from the origin the distances would lose digits.
    points = points - points.mean(axis=0, dtype=np.float64)
    member = np.eye(n_clusters)[own]
    sizes = member.sum(axis=0)
    norms = (points**2).sum(axis=1)
    # |a - b|² = -2ab + |a|² + |b|² as one product of matrices.
    left = np.column_stack([-2 * points, norms, np.ones(n)])
    right = np.column_stack([points, np.ones(n), norms]).T
    sums = np.zeros((n, n_clusters))  # of each point's distances to each cluster's
    start = 0
    while start < n:
        stop = min(n, start + max(1, _CELLS // (n - start)))
        distances = left[start:stop] @ right[:, start:]
        np.sqrt(np.maximum(distances, 0, out=distances), out=distances)
        here = np.arange(stop - start)
        distances[here, here] = 0  # exactly, whatever the rounding
        sums[start:stop] += distances @ member[start:]
        # They are the distances the other way round, too.
        sums[stop:] += distances[:, stop - start :].T @ member[start:stop]
        share = 1 - (1 - stop / n) ** 2
        if not report(Progress(share, "Silhouette")) and stop < n:
            return None
        start = stop
    each = np.arange(n)
    within = sums[each, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[each, own] = np.inf
    between = means.min(axis=1)
    larger = np.maximum(within, between)
    # The silhouette of a point that is alone in its cluster, or lies on all others, is 0.
    counts = (sizes[own] > 1) & (larger > 0)
    return float(((between - within)[counts] / larger[counts]).sum())


def _against(truth: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Compute the scores against classes; `purity_macro` is absent if all points are noise."""
    matched = confusion(truth, labels)
    counts = matched.counts[:, matched.clusters != NOISE]
    largest = counts.max(axis=0)
    scores = {"accuracy": matched.accuracy, "purity": float(largest.sum() / len(labels))}
    if len(largest):
        scores["purity_macro"] = float(np.mean(largest / counts.sum(axis=0)))
    with warnings.catch_warnings():
        # scikit-learn suspects a regression when most labels differ.
        warnings.simplefilter("ignore", UserWarning)
        homogeneity, completeness, _ = sk.homogeneity_completeness_v_measure(truth, labels)
        return scores | {
            "nmi": float(sk.normalized_mutual_info_score(truth, labels)),
            "ari": float(sk.adjusted_rand_score(truth, labels)),
            "homogeneity": float(homogeneity),
            "completeness": float(completeness),
        }


def _shape(points: np.ndarray, labels: np.ndarray, reasons: dict[str, str]) -> dict[str, float]:
    """Compute the scores of shape but the silhouette; adds to `reasons` what is not defined."""
    n = len(points)
    if n == 0:
        reasons |= dict.fromkeys((*NAMES[8:], "inertia"), "No point is in a cluster.")
        return {}
    points = points.astype(np.float64, copy=False)
    clusters, own = np.unique(labels, return_inverse=True)
    groups = (points[own == cluster] for cluster in range(len(clusters)))
    scores = {"inertia": sum(float(((g - g.mean(axis=0)) ** 2).sum()) for g in groups)}
    reason = _undefined(n, len(clusters))
    if reason:
        reasons |= dict.fromkeys(NAMES[8:], reason)
        return scores
    scores["davies_bouldin"] = float(sk.davies_bouldin_score(points, own))
    scores["calinski_harabasz"] = float(sk.calinski_harabasz_score(points, own))
    return scores


def _undefined(n: int, n_clusters: int) -> str:
    """Say why the scores of shape are not defined; empty if they are."""
    if n_clusters < 2:
        return "It needs at least two clusters."
    if n_clusters >= n:
        return "It needs more points than clusters."
    return ""
