"""How scores of a clustering change with the number of clusters, and where the elbow lies."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.clustering import Clustering, ClusteringSpec, fit_prepared, prepare
from explorer.clustering.base import Method
from explorer.clustering.confusion import as_labels, check_lengths
from explorer.clustering.metrics import FIT_SCORES, SCORES
from explorer.clustering.score import Case, Score, Undefined
from explorer.clustering.spec import VERSION
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent
from explorer.core.storage import content_hash, read_npz, write_npz

_VERSION = 1


def offered(method: Method) -> dict[str, Score]:
    """Return what a sweep of a method can measure, by name: what its fit tells, then scores."""
    swept = [score for score in SCORES.values() if score.swept]
    scores = sorted(swept, key=lambda score: score.of, reverse=True)  # of shape first
    return {name: FIT_SCORES[name] for name in method.measures} | {s.name: s for s in scores}


@dataclass(frozen=True)
class SweepSpec:
    """Which numbers of clusters to try, and what to measure.

    Attributes:
        clustering: The clustering; its `n_clusters` is not read.
        ks: The numbers of clusters, ascending.
        measures: Some of what `offered` returns: what the fit tells of itself, and scores (those
            of shape of the points as they come in, those against classes need labels).
        silhouette_sample: How many points the silhouette is computed on, drawn with the
            clustering's seed.

    Raises:
        ExplorerError: If a value cannot be used with the others.
    """

    clustering: ClusteringSpec
    ks: tuple[int, ...] = tuple(range(1, 21))
    measures: tuple[str, ...] = ("inertia",)
    silhouette_sample: int = 2_000

    def __post_init__(self) -> None:
        method = self.clustering.method
        if method.k is None:
            raise ExplorerError(
                f"{method.title} finds the number of clusters by itself; choose another method to "
                "sweep."
            )
        whole = all(isinstance(k, int) and not isinstance(k, bool) and k >= 1 for k in self.ks)
        if not self.ks or not whole or list(self.ks) != sorted(set(self.ks)):
            raise ExplorerError(
                "The numbers of clusters to try are whole numbers from 1 up, ascending, each "
                f"once. Received: {self.ks!r}."
            )
        allowed = offered(method)
        if not self.measures or not set(self.measures) <= set(allowed):
            raise ExplorerError(
                f"A sweep of {method.name} can measure {', '.join(allowed)}. "
                f"Received: {', '.join(self.measures) or 'nothing'}."
            )
        if not 2 <= self.silhouette_sample <= 100_000:
            raise ExplorerError(
                "The silhouette's sample is a number of points from 2 to 100,000. "
                f"Received: {self.silhouette_sample}."
            )

    @property
    def hash(self) -> str:
        """12 hexadecimal digits; what is not read does not change them."""
        content = self.to_dict()
        content["clustering"] = self.clustering.change(n_clusters=1).canonical().to_dict()
        if "silhouette" not in self.measures:
            del content["silhouette_sample"]
        return content_hash(content, _VERSION + VERSION)

    @property
    def name(self) -> str:
        """Names its files and jobs."""
        return f"sweep-{self.clustering.method.name}-{self.hash}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "clustering": self.clustering.to_dict(),
            "ks": list(self.ks),
            "measures": list(self.measures),
            "silhouette_sample": self.silhouette_sample,
        }

    @property
    def scores(self) -> dict[str, Score]:
        """What is measured, by name, in the order asked for."""
        found = offered(self.clustering.method)
        return {name: found[name] for name in self.measures}


@dataclass(frozen=True)
class Sweep:
    """Scores against the number of clusters, as far as they were computed.

    Attributes:
        spec: What was asked for.
        table: A row for each number of clusters that is done, shape (n_done, 1 + measures),
            float64: k, then the measures in the order of the spec. NaN where one is not defined
            (the silhouette of one cluster).
    """

    spec: SweepSpec
    table: np.ndarray

    @property
    def ks(self) -> np.ndarray:
        """The numbers of clusters that are done, shape (n_done,), int64."""
        return self.table[:, 0].astype(np.int64)

    @property
    def finished(self) -> bool:
        """Whether all numbers of clusters are done."""
        return len(self.table) == len(self.spec.ks)

    def curve(self, measure: str) -> np.ndarray:
        """Return the values of a measure, shape (n_done,).

        Raises:
            ExplorerError: If it was not measured.
        """
        if measure not in self.spec.measures:
            raise ExplorerError(
                f"This sweep measured {', '.join(self.spec.measures)}. Received: {measure!r}."
            )
        return np.asarray(self.table[:, 1 + self.spec.measures.index(measure)])

    def suggestion(self, measure: str) -> int | None:
        """Return the k that a measure speaks for: a rule of thumb, no proof.

        That is the elbow where more clusters always look better, else the best value; None if
        there is none.
        """
        values = self.curve(measure)
        score = self.spec.scores[measure]
        if score.bends:
            return elbow(self.ks, values)
        if not np.isfinite(values).any():
            return None
        best = np.nanargmax(values) if score.higher else np.nanargmin(values)
        return int(self.ks[best])


def sweep(
    x: np.ndarray,
    spec: SweepSpec,
    labels_true: np.ndarray | None = None,
    report: Report = silent,
) -> Sweep:
    """Cluster points with each number of clusters and measure the result.

    Scaling, PCA and UMAP are done once for all.

    Args:
        x: Shape (n, d); further axes are flattened.
        spec: What to try and to measure.
        labels_true: Class of each point, shape (n,), whole numbers; for "accuracy".
        report: Told of progress; the partial result is `Sweep.table` so far. Answers whether to
            go on; if not, the rows so far come back.

    Raises:
        ExplorerError: As `clustering.fit`, or if labels are missing or do not fit.
    """
    truth = None
    against = [score.title for score in spec.scores.values() if score.of == "classes"]
    if against:
        if labels_true is None:
            raise ExplorerError(
                f"{against[0]} needs the classes of the points; leave it out or add them."
            )
        truth = as_labels(labels_true, "class labels")
        check_lengths(x, truth, "class labels")
    if max(spec.ks) > len(x):
        raise ExplorerError(
            f"There cannot be more clusters than points: {len(x)}. Received: {max(spec.ks)}."
        )
    start = 0.5 if spec.clustering.method.preparation else 0.0
    prepared = prepare(x, spec.clustering, part(report, 0.0, start))
    # A clustering takes about as long as it has clusters.
    fractions = [float(f) for f in start + (1 - start) * np.cumsum(spec.ks) / sum(spec.ks)]
    table = np.empty((0, 1 + len(spec.measures)))
    for k, low, high in zip(spec.ks, [start, *fractions], fractions, strict=False):
        asked = spec.clustering.change(n_clusters=k)
        fitted = fit_prepared(prepared, asked, _drawing(table, part(report, low, high)))
        if not fitted.clustering.finished:
            break
        row = _measures(fitted.clustering, prepared.points, truth, spec)
        table = np.vstack([table, [k, *row]])
        if not report(Progress(high, f"{k} clusters done", table)):
            break
    return Sweep(spec, table)


def elbow(ks: np.ndarray, values: np.ndarray) -> int | None:
    """Return the k where a falling curve bends most: a rule of thumb, no proof.

    It is the point that lies farthest below the straight line from the first to the last point,
    with both axes scaled to [0, 1] (Satopää et al., Finding a "Kneedle" in a Haystack, 2011,
    without their smoothing). It depends on the range of `ks`.

    Args:
        ks: Numbers of clusters, ascending, shape (n,).
        values: A measure that falls with k, shape (n,).

    Returns:
        None for fewer than three points, or if no point lies below the line.
    """
    ks, values = np.asarray(ks, dtype=float), np.asarray(values, dtype=float)
    if len(ks) < 3 or not values[0] > values[-1]:
        return None
    x = (ks - ks[0]) / (ks[-1] - ks[0])
    y = (values - values[-1]) / (values[0] - values[-1])
    below = 1 - x - y
    best = int(np.argmax(below))
    return int(ks[best]) if below[best] > 1e-9 else None


def file_of(spec: SweepSpec, folder: Path) -> Path:
    """Return where the sweep of a spec is kept in `folder`."""
    return folder / f"{spec.name}.npz"


def save(result: Sweep, folder: Path) -> None:
    """Keep a finished sweep in `folder`, under the name of its spec."""
    write_npz(file_of(result.spec, folder), table=result.table)


def load(spec: SweepSpec, folder: Path) -> Sweep | None:
    """Read what `save` kept for `spec`; None if there is none or the file is damaged."""
    try:
        table = read_npz(file_of(spec, folder), "table")["table"]
    except ExplorerError:
        return None
    fits = table.shape == (len(spec.ks), 1 + len(spec.measures)) and table.dtype.kind == "f"
    return Sweep(spec, table) if fits and np.array_equal(table[:, 0], spec.ks) else None


def _drawing(table: np.ndarray, report: Report) -> Report:
    """Add the curve so far to what is reported."""
    return lambda progress: report(replace(progress, partial=table))


def _measures(
    clustering: Clustering, points: np.ndarray, truth: np.ndarray | None, spec: SweepSpec
) -> list[float]:
    seed = spec.clustering.seed
    case = Case(clustering.labels, truth, points, spec.silhouette_sample, seed)
    return [_measure(score, clustering, case) for score in spec.scores.values()]


def _measure(score: Score, clustering: Clustering, case: Case) -> float:
    if score.of == "fit":
        return float(getattr(clustering, score.name))
    try:
        return score.value(case)
    except Undefined:
        return float("nan")
