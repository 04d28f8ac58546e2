"""Sweeps over a checkpoint's images: the meeting point of a checkpoint and a sweep's spec."""

from dataclasses import asdict
from typing import Any

import numpy as np

from explorer import checkpoints
from explorer.clustering import sweep
from explorer.clustering.spec import ClusteringSpec
from explorer.clustering.sweep import Sweep, SweepSpec
from explorer.core.errors import ExplorerError
from explorer.core.progress import Progress, Report, part, silent
from explorer.runs import points as cluster_points


def cached(name: str, spec: SweepSpec) -> Sweep | None:
    """Return a sweep from the checkpoint's folder, or None if it is not there."""
    try:
        return sweep.cached(spec, checkpoints.get(name).clusterings, _absent)
    except LookupError:
        return None


def run(name: str, spec: SweepSpec, report: Report = silent) -> Sweep:
    """Return a sweep over the points that `spec.clustering` is fitted on.

    It is kept if it is new; one that was stopped comes back as far as it got, and is not kept.

    Raises:
        ExplorerError: If the points cannot be had or clustered; see `cluster_points` and
            `sweeps.sweep`.
    """
    checkpoint = checkpoints.get(name)

    def compute() -> Sweep:
        report(Progress(0.0, "Reading the points"))
        points = cluster_points.fitted_points(checkpoint, spec.clustering)
        return sweep.sweep(points.x, spec, points.labels, part(report, 0.02, 1.0))

    return sweep.cached(spec, checkpoint.clusterings, compute)


def run_job(name: str, spec: dict[str, Any], report: Report = silent) -> dict[str, Any]:
    """Do `run` as a background job: arguments and answer are plain data."""
    return summary(run(name, from_json(spec), report))


def from_json(content: dict[str, Any]) -> SweepSpec:
    """Build the spec that `dataclasses.asdict` took apart.

    Raises:
        ExplorerError: If it lacks something or has what is no number.
    """
    try:
        return SweepSpec(
            clustering=ClusteringSpec(**content["clustering"]),
            ks=tuple(content["ks"]),
            measures=tuple(content["measures"]),
            silhouette_sample=content["silhouette_sample"],
        )
    except (TypeError, KeyError) as error:
        raise ExplorerError(f"This is no sweep ({error}). Received: {content!r}.") from error


def partial(spec: SweepSpec, table: np.ndarray | None) -> Sweep:
    """Return the sweep that a job's last partial result shows."""
    width = 1 + len(spec.measures)
    fits = table is not None and table.ndim == 2 and table.shape[1] == width
    return Sweep(spec, table if fits and table is not None else np.empty((0, width)))


def summary(result: Sweep) -> dict[str, Any]:
    """Return a sweep as JSON values: a list for each measure, None where one is not defined."""
    return {
        "spec": asdict(result.spec),
        "k": result.ks.tolist(),
        **{
            measure: [float(v) if np.isfinite(v) else None for v in result.curve(measure)]
            for measure in result.spec.measures
        },
        "suggestion": {measure: result.suggestion(measure) for measure in result.spec.measures},
        "finished": result.finished,
    }


def _absent() -> Sweep:
    raise LookupError
