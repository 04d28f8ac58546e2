"""Sweeps over a checkpoint's images: scores against the number of clusters."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer import checkpoints
from explorer.clustering import sweep
from explorer.clustering.sweep import Sweep, SweepSpec
from explorer.core.progress import Progress, Report, part, silent
from explorer.runs import points
from explorer.runs.request import Request


@dataclass(frozen=True)
class SweepRequest(Request[Sweep]):
    """A sweep over the points that `spec.clustering` is fitted on."""

    spec: SweepSpec

    @property
    def key(self) -> str:
        """The file's name without its ending."""
        return self.spec.name

    def asked(self) -> dict[str, Any]:
        """Return the spec as JSON values."""
        return self.spec.to_dict()

    def find(self) -> Sweep | None:
        """Return a sweep from the checkpoint's folder, or None if it is not there whole."""
        return sweep.load(self.spec, checkpoints.get(self.checkpoint).clusterings)

    def compute(self, report: Report = silent) -> Sweep:
        """Cluster with each number of clusters; stopped, it comes back as far as it got.

        Raises:
            ExplorerError: If the points cannot be had or clustered; see `points` and
                `sweep.sweep`.
        """
        checkpoint = checkpoints.get(self.checkpoint)
        report(Progress(0.0, "Reading the points"))
        found = points.fitted_points(checkpoint, self.spec.clustering)
        truth = points.truth(checkpoint, found.labels)
        return sweep.sweep(found.x, self.spec, truth, part(report, 0.02, 1.0))

    def keep(self, result: Sweep) -> None:
        """Write the sweep into the checkpoint's folder."""
        sweep.save(result, checkpoints.get(self.checkpoint).clusterings)

    def is_whole(self, result: Sweep) -> bool:
        """Return whether all numbers of clusters are done."""
        return result.finished

    def summary(self, result: Sweep) -> dict[str, Any]:
        """Return a sweep as JSON values: a list for each measure, None where it is not defined."""
        measures = result.spec.measures
        return {
            "spec": result.spec.to_dict(),
            "k": result.ks.tolist(),
            **{
                measure: [float(v) if np.isfinite(v) else None for v in result.curve(measure)]
                for measure in measures
            },
            "suggestion": {measure: result.suggestion(measure) for measure in measures},
            "finished": result.finished,
        }


def partial(spec: SweepSpec, table: np.ndarray | None) -> Sweep:
    """Return the sweep that a job's last partial result shows."""
    width = 1 + len(spec.measures)
    fits = table is not None and table.ndim == 2 and table.shape[1] == width
    return Sweep(spec, table if fits and table is not None else np.empty((0, width)))
