"""Clusterings of a checkpoint's images: the meeting point of a checkpoint and a spec.

A run finds the clusters on the training images, the test images or all of them, and applies them to
the test images, which are those that pages show. It lies in `checkpoints/<name>/clusterings/`:

    <method>-<hash>.npz                 the clustering of the test images
    <method>-<hash>-scores-10000-0.json its scores
    <method>-<hash>-page.npz            distances to the centres, and the cells of a plane
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer import checkpoints, clustering
from explorer.checkpoints import Checkpoint, spaces
from explorer.clustering import NOISE, Clustering, ClusteringSpec, FittedClustering, metrics
from explorer.clustering.metrics import ClusterScores
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent
from explorer.core.storage import read_npz, write_npz
from explorer.runs import points
from explorer.runs.request import Request

CELLS = 240  # along each axis of a plane
_OF_POINTS = (
    "probabilities",
    "confidence",
)  # what a clustering tells of each point, besides labels
# What takes about half a second: the scores of so many points, a fit of so much work, in
# starts × points × dimensions × clusters.
_QUICK_POINTS = 10_000
_QUICK_WORK = 10 * 10_000 * 32 * 20


@dataclass(frozen=True, eq=False)
class Cells:
    """Which cluster each place of a plane belongs to.

    Attributes:
        x: Centres of the columns, shape (w,).
        y: Centres of the rows, shape (h,).
        clusters: Shape (h, w), int16; -1 where there is none.
    """

    x: np.ndarray
    y: np.ndarray
    clusters: np.ndarray


@dataclass(frozen=True, eq=False)
class ClusterRun:
    """The clusters of a checkpoint's test images, and what they are worth.

    Attributes:
        clustering: Labels of the test images; centres of the fit.
        scores: Of the test images; the scores of shape are of the points as they come in, before
            scaling, PCA and UMAP.
        distances: Of each test point to the centre of its cluster, shape (n,), float32, in the
            space of the points; NaN for noise.
        cells: Where the points are 2-dimensional: the cluster that the fit gives each place.
    """

    clustering: Clustering
    scores: ClusterScores
    distances: np.ndarray
    cells: Cells | None = None

    @property
    def spec(self) -> ClusteringSpec:
        """How the clusters were found."""
        return self.clustering.spec

    def members(self, cluster: int) -> np.ndarray:
        """Return a cluster's test images, the most typical first, the strangest last."""
        rows = np.flatnonzero(self.clustering.labels == cluster)
        return rows[np.argsort(self.distances[rows], kind="stable")]


@dataclass(frozen=True)
class ClusteringRequest(Request[ClusterRun]):
    """A clustering of a checkpoint's test images."""

    spec: ClusteringSpec

    @property
    def key(self) -> str:
        """The files' name without its ending."""
        return self.spec.name

    @property
    def title(self) -> str:
        """The method and its number of clusters."""
        return self.spec.describe()

    def asked(self) -> dict[str, Any]:
        """Return the spec as JSON values."""
        return self.spec.to_dict()

    def find(self) -> ClusterRun | None:
        """Return a run from the checkpoint's folder, or None if it is not there whole.

        Raises:
            ExplorerError: If the checkpoint is damaged.
        """
        folder = checkpoints.get(self.checkpoint).clusterings
        if not clustering.file_of(self.spec, folder).is_file():
            return None  # and the codes need not be read
        try:
            scores = metrics.cached(self.spec, folder, _absent)
        except ExplorerError:
            return None
        return self._find_fit(scores)

    def _find_fit(self, scores: ClusterScores) -> ClusterRun | None:
        """Return the run with these scores, and all else of it from the checkpoint's folder."""
        checkpoint = checkpoints.get(self.checkpoint)
        folder, spec = checkpoint.clusterings, self.spec
        n = len(checkpoint.codes().labels)
        found = clustering.load(spec, folder, n, spaces.width(checkpoint, spec.space))
        if found is None:
            return None
        try:
            page = read_npz(_page_file(spec, folder), "distances")
            cells = Cells(page["x"], page["y"], page["cells"]) if "cells" in page else None
        except (ExplorerError, KeyError):
            return None
        distances = page["distances"]
        if distances.shape != (n,) or distances.dtype.kind != "f":
            return None
        if cells is not None and not _fits(cells, len(found.centers)):
            return None
        return ClusterRun(found, scores, distances, cells)

    def compute(self, report: Report = silent) -> ClusterRun:
        """Cluster the points and score the clusters: the scores alone, where only they are missing.

        Raises:
            ExplorerError: If the points cannot be had or clustered; see `points` and
                `clustering.fit`.
        """
        checkpoint = checkpoints.get(self.checkpoint)
        unscored = self._find_fit(ClusterScores(0, 0, 0.0, self.spec.space))
        if unscored is None or self.spec.fit_on == "all":  # of whose labels the file has a part
            return _compute(checkpoint, self.spec, {}, report)
        test = points.test_points(checkpoint, self.spec)
        return replace(unscored, scores=_scores(checkpoint, unscored.clustering, test, report))

    def keep(self, result: ClusterRun) -> None:
        """Write the run into the checkpoint's folder."""
        folder = checkpoints.get(self.checkpoint).clusterings
        content = {"distances": result.distances}
        if (cells := result.cells) is not None:
            content |= {"x": cells.x, "y": cells.y, "cells": cells.clusters}
        write_npz(_page_file(result.spec, folder), **content)
        metrics.cached(result.spec, folder, lambda: result.scores)
        # Last, because its presence says that the others are there.
        clustering.save(result.clustering, folder)

    def is_whole(self, result: ClusterRun) -> bool:
        """Return whether the fit was not stopped."""
        return result.clustering.finished

    def is_quick(self) -> bool:
        """Return whether it takes about half a second, scores and all."""
        spec = self.spec
        if spec.fit_on != "test" or spec.space != "latent" or spec.noise:
            return False
        checkpoint = checkpoints.get(self.checkpoint)
        n = len(checkpoint.codes().labels)
        return n <= _QUICK_POINTS and spec.method.work(n, checkpoint.z_dim) <= _QUICK_WORK

    def summary(self, result: ClusterRun) -> dict[str, Any]:
        """Return everything about a run that can be said in numbers, as JSON values."""
        found = result.clustering
        return {
            **result.scores.to_dict(),
            "spec": found.spec.to_dict(),
            "bic": found.bic,
            "aic": found.aic,
            "starts": None if found.starts is None else found.starts.round(6).tolist(),
            "sizes": found.sizes.tolist(),
            "converged": bool(found.converged),
            "finished": bool(found.finished),
            "seconds": round(found.seconds, 3),
        }


def _fits(cells: Cells, n_clusters: int) -> bool:
    """Return whether cells read from a file can be drawn."""
    axes = (cells.x, cells.y)
    return (
        all(axis.shape == (CELLS,) and axis.dtype.kind == "f" for axis in axes)
        and all(np.isfinite(axis).all() for axis in axes)
        and cells.clusters.shape == (CELLS, CELLS)
        and cells.clusters.dtype.kind == "i"
        and bool(((cells.clusters >= NOISE) & (cells.clusters < n_clusters)).all())
    )


def runs(name: str, specs: list[ClusteringSpec], report: Report = silent) -> list[ClusterRun]:
    """Get runs for specs that may differ in their noise alone: they share a fit where they can.

    What was stopped on request comes back as far as it got, and is not kept.

    Raises:
        ExplorerError: As `ClusteringRequest.compute`.
    """
    checkpoint = checkpoints.get(name)
    fitted: dict[ClusteringSpec, FittedClustering] = {}
    results = []
    for number, spec in enumerate(specs):
        request = ClusteringRequest(name, spec)
        found = request.find()
        if found is None:
            told = part(report, number / len(specs), (number + 1) / len(specs))
            found = _compute(checkpoint, spec, fitted, told)
            if request.is_whole(found):
                request.keep(found)
        results.append(found)
    return results


def _compute(
    checkpoint: Checkpoint,
    spec: ClusteringSpec,
    fitted: dict[ClusteringSpec, FittedClustering],
    report: Report,
) -> ClusterRun:
    report(Progress(0.0, "Reading the points"))
    test = points.test_points(checkpoint, spec)
    if spec.fit_on == "test":
        fit = clustering.fit(test.x, spec, part(report, 0.05, 0.8))
        found = fit.clustering
    elif spec.fit_on == "all":
        return _of_all(checkpoint, spec, test, report)
    else:
        # The training images have no noise: one fit serves all amounts of it.
        clean = replace(spec, noise=0.0)
        if clean not in fitted:
            train = points.train_points(checkpoint, spec)
            fitted[clean] = clustering.fit(train.x, clean, part(report, 0.1, 0.8))
        fit = fitted[clean]
        applied = fit.apply(test.x)
        seconds = fit.clustering.seconds + applied.seconds
        found = replace(applied, spec=spec, seconds=seconds)
    scores = _scores(checkpoint, found, test, part(report, 0.8, 1.0))
    return ClusterRun(found, scores, _distances(test.x, found), _cells(test.x, fit))


def _of_all(
    checkpoint: Checkpoint, spec: ClusteringSpec, test: points.Points, report: Report
) -> ClusterRun:
    """Find the clusters of all images and score them on all; the run shows the test images."""
    everything = points.fitted_points(checkpoint, spec)
    fit = clustering.fit(everything.x, spec, part(report, 0.1, 0.8))
    scores = _scores(checkpoint, fit.clustering, everything, part(report, 0.8, 1.0))
    arrays = {name: getattr(fit.clustering, name) for name in ("labels", *_OF_POINTS)}
    last = -len(test.labels)
    shown = {name: each[last:] for name, each in arrays.items() if each is not None}
    found = replace(fit.clustering, **shown)
    return ClusterRun(found, scores, _distances(test.x, found), _cells(test.x, fit))


def _scores(
    checkpoint: Checkpoint, found: Clustering, test: points.Points, report: Report
) -> ClusterScores:
    truth = points.truth(checkpoint, test.labels)
    return metrics.score(found.labels, truth, test.x, found.spec.space, report=report)


def _distances(x: np.ndarray, found: Clustering) -> np.ndarray:
    inside = found.labels != NOISE
    distances = np.full(len(x), np.nan, np.float32)
    offsets = x[inside] - found.centers[found.labels[inside]]
    distances[inside] = np.linalg.norm(offsets, axis=1)
    return distances


def _cells(x: np.ndarray, fit: FittedClustering) -> Cells | None:
    """Ask the fit itself, place by place: exact for every method, scaling and shape of a cell."""
    if x.shape[1] != 2 or not fit.clustering.spec.method.quick_to_assign:
        return None
    axes = grid(x)
    places = np.stack(np.meshgrid(axes[0], axes[1]), axis=-1).reshape(-1, 2).astype(np.float32)
    labels = fit.apply(places).labels.reshape(CELLS, CELLS)
    return Cells(axes[0], axes[1], labels.astype(np.int16))


def grid(plane: np.ndarray) -> np.ndarray:
    """Return `CELLS` places along both axes that cover points (n, 2) with a margin, (2, CELLS)."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    margin = 0.06 * np.maximum(high - low, 1e-6)
    return np.stack(
        [np.linspace(low[a] - margin[a], high[a] + margin[a], CELLS) for a in (0, 1)]
    ).astype(np.float32)


def _page_file(spec: ClusteringSpec, folder: Path) -> Path:
    file = clustering.file_of(spec, folder)
    return file.with_name(f"{file.stem}-page.npz")


def _absent() -> ClusterScores:
    raise ExplorerError("There are no scores beside this clustering.")
