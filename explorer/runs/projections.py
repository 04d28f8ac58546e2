"""Projections of a checkpoint's test images, kept in its folder."""

from dataclasses import asdict
from typing import Any

from explorer import checkpoints, projection
from explorer.checkpoints import spaces
from explorer.core.progress import Report, silent
from explorer.projection import Projection
from explorer.projection.spec import ProjectionSpec


def cached(name: str, spec: ProjectionSpec) -> Projection | None:
    """Return the projection of a checkpoint from its folder, or None if it is not there whole.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    checkpoint = checkpoints.get(name)
    if not projection.file_of(spec, checkpoint.projections).is_file():
        return None  # and the codes need not be read
    return projection.load(spec, checkpoint.projections, len(checkpoint.codes().labels))


def project(name: str, spec: ProjectionSpec, report: Report = silent) -> Projection:
    """Return a projection of a checkpoint's test images, computed and kept if it is new.

    Raises:
        ExplorerError: As `spaces.points` and `projection.project`.
    """
    checkpoint = checkpoints.get(name)
    labels = checkpoint.codes().labels
    x = spaces.points(checkpoint, spec.space)
    return projection.cached(x, spec, checkpoint.projections, labels, report)


def shipped(z_dim: int) -> list[ProjectionSpec]:
    """Return the projections that ship with a checkpoint, for its number of latent dimensions."""
    return [
        ProjectionSpec(method, n)
        for n in (2, 3)
        if n <= z_dim
        for method in ("pca", "tsne", "umap")
    ]


def job_name(name: str, spec: ProjectionSpec) -> str:
    """Return the name of the job that computes a projection: the same for all who want it."""
    return f"{name}/{spec.method}-{spec.hash}"


def project_job(name: str, spec: dict[str, Any], report: Report = silent) -> dict[str, Any]:
    """Do `project` as a background job: arguments and answer are plain data."""
    spec = {**spec, "axes": tuple(spec["axes"])}
    return summary(project(name, ProjectionSpec(**spec), report))


def warm_up_job(report: Report = silent) -> None:
    """Compile UMAP in the worker that will need it."""
    projection.warm_up()


def summary(result: Projection) -> dict[str, Any]:
    """Return what is worth telling of a projection, without its points."""
    return {
        **asdict(result.spec),
        "n": len(result.indices),
        "seconds": round(result.seconds, 2),
        "trustworthiness": round(result.trustworthiness, 4),
        "knn_accuracy": None if result.knn_accuracy is None else round(result.knn_accuracy, 4),
        "finished": result.finished,
    }
