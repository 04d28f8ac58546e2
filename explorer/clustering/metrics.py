"""How good clusters are: by their shape alone, and against known classes.

A score is one entry of `SCORES`: to add one, add an entry. scikit-learn computes what it has;
accuracy, both purities and the silhouette are written out here (the silhouette in blocks, so that
it reports progress). Cluster numbers have no meaning: renaming them changes no score.

Points labelled `NOISE` (-1, HDBSCAN's) lie in no cluster. They are left out of the scores of
shape; for accuracy and purity they count as wrong; for NMI, ARI, homogeneity and completeness they
form one cluster of their own, as in scikit-learn. `ClusterScores.noise_share` tells how many.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from explorer.clustering.base import NOISE
from explorer.clustering.cache import file_of
from explorer.clustering.confusion import as_labels, check_lengths
from explorer.clustering.preprocessing import as_points
from explorer.clustering.score import Case, Score, Undefined
from explorer.clustering.silhouette import SILHOUETTE_SAMPLE, STOPPED
from explorer.clustering.spec import ClusteringSpec
from explorer.core.progress import Report, silent
from explorer.core.storage import parse_json, read_npz, read_text, write_json


def _sklearn() -> Any:
    """Return scikit-learn's metrics: loaded when they are needed, a page begins sooner without."""
    from sklearn import metrics

    return metrics


def _purity_macro(case: Case) -> float:
    largest, sizes = case.largest
    if not len(sizes):
        raise Undefined("No point is in a cluster.")
    return float(np.mean(largest / sizes))


def _silhouette(case: Case) -> float:
    found = case.silhouette
    if found.value is None:
        raise Undefined(found.reason)
    return found.value


def _inertia(case: Case) -> float:
    points, own = case.inside
    groups = (points[own == cluster] for cluster in range(own.max() + 1))
    return sum(float(((g - g.mean(axis=0)) ** 2).sum()) for g in groups)


_INFINITE = float("inf")

# What `score` computes, in the order of tables.
SCORES = {
    score.name: score
    for score in (
        Score(
            "accuracy",
            "Accuracy",
            "Share of images whose cluster is matched to their class, one to one (Hungarian "
            "method; Xie et al., DEC, 2016).",
            "classes",
            function=lambda case: case.matched.accuracy,
            swept=True,
        ),
        Score(
            "purity",
            "Purity",
            "Share of images of the most frequent class of their cluster (Manning, Raghavan, "
            "Schütze, 2008): the mean over clusters, weighted by size.",
            "classes",
            function=lambda case: case.largest[0].sum() / len(case.labels),
        ),
        Score(
            "purity_macro",
            "Mean purity",
            "The mean over clusters of the share of their most frequent class; each cluster "
            "counts the same.",
            "classes",
            function=_purity_macro,
        ),
        Score(
            "nmi",
            "NMI",
            "Normalised mutual information: 1 if clusters are the classes.",
            "classes",
            function=lambda case: _sklearn().normalized_mutual_info_score(case.truth, case.labels),
        ),
        Score(
            "ari",
            "ARI",
            "Adjusted Rand index (Hubert and Arabie, 1985): 0 by chance, 1 if clusters are the "
            "classes.",
            "classes",
            low=-0.5,
            function=lambda case: _sklearn().adjusted_rand_score(case.truth, case.labels),
        ),
        Score(
            "homogeneity",
            "Homogeneity",
            "1 if each cluster holds one class only (Rosenberg and Hirschberg, 2007).",
            "classes",
            function=lambda case: _sklearn().homogeneity_score(case.truth, case.labels),
        ),
        Score(
            "completeness",
            "Completeness",
            "1 if each class lies in one cluster only (Rosenberg and Hirschberg, 2007).",
            "classes",
            function=lambda case: _sklearn().completeness_score(case.truth, case.labels),
        ),
        Score(
            "v_measure",
            "V-measure",
            "Harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg, 2007): high "
            "only if both are. It equals the NMI as it is computed here, and, like it, grows with "
            "the number of clusters even by chance.",
            "classes",
            function=lambda case: _sklearn().v_measure_score(case.truth, case.labels),
        ),
        Score(
            "silhouette",
            "Silhouette",
            "How much nearer points are to their own cluster than to the next, from −1 to 1 "
            "(Rousseeuw, 1987); on a sample of points, see the columns Sample and Sample seed.",
            "shape",
            low=-1.0,
            function=_silhouette,
            swept=True,
        ),
        Score(
            "davies_bouldin",
            "Davies-Bouldin",
            "Width of clusters against their distance (Davies and Bouldin, 1979). From 0 up, lower "
            "is better. All points.",
            "shape",
            higher=False,
            high=_INFINITE,
            function=lambda case: _sklearn().davies_bouldin_score(*case.separated),
        ),
        Score(
            "calinski_harabasz",
            "Calinski-Harabasz",
            "Variance between clusters against that within (Caliński and Harabasz, 1974). From 0 "
            "up, higher is better. All points.",
            "shape",
            high=_INFINITE,
            format="%.1f",
            function=lambda case: _sklearn().calinski_harabasz_score(*case.separated),
        ),
        Score(
            "inertia",
            "Within-cluster SS",
            "Sum of the squared distances to the cluster's mean. All points.",
            "shape",
            higher=False,
            high=_INFINITE,
            format="%.4g",
            function=_inertia,
        ),
    )
}
NAMES = tuple(SCORES)

# What a fit tells of itself: fields of `clustering.Clustering`.
FIT_SCORES = {
    score.name: score
    for score in (
        Score(
            "inertia",
            "Inertia",
            "Sum of the squared distances to the centroid, in the space where it was fitted.",
            "fit",
            higher=False,
            high=_INFINITE,
            format="%.4g",
            bends=True,
        ),
        Score(
            "bic",
            "BIC",
            "Bayesian information criterion of a Gaussian mixture, in the space where it was "
            "fitted: misfit plus a price for each parameter.",
            "fit",
            higher=False,
            low=-_INFINITE,
            high=_INFINITE,
            format="%.5g",
        ),
        Score(
            "aic",
            "AIC",
            "Akaike's information criterion of a Gaussian mixture, in the space where it was "
            "fitted; parameters cost less than for the BIC.",
            "fit",
            higher=False,
            low=-_INFINITE,
            high=_INFINITE,
            format="%.5g",
        ),
    )
}


@dataclass(frozen=True)
class ClusterScores:
    """The scores of one clustering.

    Attributes:
        n_points: How many points were scored.
        n_clusters: How many clusters they lie in.
        noise_share: Share of the points that lie in none, in [0, 1].
        space: What the points of the scores of shape are: "latent", "original", …
        silhouette_sample: How many points the silhouette is the mean of.
        silhouette_seed: Of the draw.
        by_name: Each of `SCORES` by its name; None if it is not defined.
        reasons: Why a score is None, by its name.
    """

    n_points: int
    n_clusters: int
    noise_share: float
    space: str
    silhouette_sample: int = 0
    silhouette_seed: int = 0
    by_name: dict[str, float | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float | None:
        """Return a score; None if it is not defined."""
        return self.by_name[name]

    def to_dict(self) -> dict[str, Any]:
        """Return all of it by name, as JSON values."""
        content = asdict(self)
        return {**content.pop("by_name"), **content}


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
    truth = points = None
    if labels_true is not None:
        truth = as_labels(labels_true, "class labels")
        check_lengths(labels, truth, "class labels")
    if x is not None:
        points = as_points(x)
        check_lengths(labels, points, "points")
    case = Case(labels, truth, points, silhouette_sample, seed, report)
    values: dict[str, float | None] = {}
    reasons: dict[str, str] = {}
    for name, entry in SCORES.items():
        try:
            values[name] = entry.value(case)
        except Undefined as reason:
            values[name] = None
            reasons[name] = str(reason)
    inside = labels != NOISE
    return ClusterScores(
        n_points=len(labels),
        n_clusters=len(np.unique(labels[inside])),
        noise_share=float(1 - inside.mean()),
        space=space,
        silhouette_sample=0 if points is None else case.silhouette.sample_size,
        silhouette_seed=seed,
        by_name=values,
        reasons=reasons,
    )


def cached(
    clustering: ClusteringSpec,
    folder: Path,
    compute: Callable[[], ClusterScores],
    silhouette_sample: int | None = SILHOUETTE_SAMPLE,
    seed: int = 0,
) -> ClusterScores:
    """Read the scores of a clustering from `folder`, or compute and keep them there.

    They lie beside the clustering, under its name, the sample and the seed; a damaged file, or one
    that lacks a score, is computed anew. What was stopped is not kept.
    """
    name = file_of(clustering, folder).stem
    path = folder / f"{name}-scores-{silhouette_sample or 'all'}-{seed}.json"
    try:
        kept = ClusterScores(**parse_json(read_text(path)))
        if set(kept.by_name) == set(SCORES):
            return kept
    except (OSError, ValueError, TypeError):
        pass
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
        The scores by name; None where one is not defined (without `x`: those of shape).

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
    return scores.by_name
