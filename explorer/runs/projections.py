"""Projections of a checkpoint's test images, kept in its folder."""

import math
from dataclasses import dataclass
from typing import Any

from explorer import checkpoints, datasets, projection
from explorer.checkpoints import spaces
from explorer.core.progress import Report, silent
from explorer.projection import Projection
from explorer.projection.spec import ProjectionSpec
from explorer.runs import points
from explorer.runs.request import Request, kept_in

_QUICK_VALUES = 50_000_000  # pixels of all images: more are a job's


@dataclass(frozen=True)
class ProjectionRequest(Request[Projection]):
    """A projection of a checkpoint's test images."""

    spec: ProjectionSpec

    @property
    def key(self) -> str:
        """The file's name without its ending."""
        return self.spec.name

    @property
    def title(self) -> str:
        """The method with its options, and the number of dimensions."""
        settings = self.spec.method.settings
        about = f" ({settings})" if settings else ""
        return f"{self.spec.method.title} in {self.spec.n_components}-D{about}"

    def find(self) -> Projection | None:
        """Return the projection from the checkpoint's folder, or None if it is not there whole."""
        checkpoint = checkpoints.get(self.checkpoint)
        if not projection.file_of(self.spec, checkpoint.projections).is_file():
            return None  # and the codes need not be read
        return projection.load(self.spec, checkpoint.projections, len(checkpoint.codes().labels))

    def compute(self, report: Report = silent) -> Projection:
        """Compute the projection.

        Raises:
            ExplorerError: As `spaces.points` and `projection.project`.
        """
        checkpoint = checkpoints.get(self.checkpoint)
        x = spaces.points(checkpoint, self.spec.space)
        labels = points.truth(checkpoint, checkpoint.codes().labels)
        return projection.project(x, self.spec, labels, report)

    def keep(self, result: Projection) -> None:
        """Write the projection into the checkpoint's folder."""
        checkpoint = checkpoints.get(self.checkpoint)
        projection.save(result, checkpoint.projections, spaces.points(checkpoint, self.spec.space))

    def get(self, report: Report = silent) -> Projection:
        """Return the projection, computed anew also if the file is of other points.

        Raises:
            ExplorerError: As `spaces.points` and `projection.project`.
        """
        checkpoint = checkpoints.get(self.checkpoint)
        x = spaces.points(checkpoint, self.spec.space)
        labels = points.truth(checkpoint, checkpoint.codes().labels)
        with kept_in(self.checkpoint):
            return projection.cached(x, self.spec, checkpoint.projections, labels, report)

    def at_once(self) -> Projection:
        """Return raw axes or a PCA; not kept, or each choice of axes would leave a file."""
        return self.compute()

    def is_quick(self) -> bool:
        """Return whether computing takes well under a second."""
        if not self.spec.method.quick or self.spec.space == "latent":
            return self.spec.method.quick
        about = datasets.info(checkpoints.get(self.checkpoint).dataset)
        return about.n_test * math.prod(about.image_shape) <= _QUICK_VALUES

    def asked(self) -> dict[str, Any]:
        """Return the spec as plain data."""
        return self.spec.to_dict()

    def summary(self, result: Projection) -> dict[str, Any]:
        """Return what is worth telling of a projection, without its points."""
        return {
            **result.spec.to_dict(),
            "n": len(result.indices),
            "seconds": round(result.seconds, 2),
            "trustworthiness": round(result.trustworthiness, 4),
            "knn_accuracy": None if result.knn_accuracy is None else round(result.knn_accuracy, 4),
            "finished": result.finished,
        }


def shipped(z_dim: int) -> list[ProjectionSpec]:
    """Return the projections that ship with a checkpoint, for its number of latent dimensions."""
    return [
        ProjectionSpec(method(), n)
        for n in (2, 3)
        if n <= z_dim
        for method in projection.METHODS.values()
        if method.standard
    ]


def warm_up_job(report: Report = silent) -> None:
    """Compile UMAP in the worker that will need it."""
    projection.warm_up()
