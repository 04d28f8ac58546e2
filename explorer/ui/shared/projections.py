"""Getting a projection: from the folder, at once, or as a job that is watched."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from explorer import datasets, figures, jobs, projection
from explorer.checkpoints import Checkpoint, spaces
from explorer.jobs import Job
from explorer.projection import Projection, ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.plot import plot
from explorer.ui.components.scatter_map import classes, scatter_map
from explorer.ui.shared import cached, legend
from explorer.ui.shared.provide import at_once
from explorer.ui.shared.provide import provide as provide_request

SPACE_TEXTS = {
    "latent": "their latent codes",
    "original": "their original pixels",
    "reconstructed": "the pixels of their reconstructions",
    "edges": "histograms of the directions of their edges",
}
DIMENSIONS = {"2d": 2, "3d": 3}


@dataclass(frozen=True, eq=False)
class Unfinished:
    """What there is of a picture that is being computed.

    Attributes:
        view: The picture so far; else the PCA of the same points.
        begun: Whether it is the picture itself.
        caption: What it is, in one sentence.
    """

    view: Projection
    begun: bool
    caption: str

    def same_as(self, other: "Unfinished") -> bool:
        """Whether both are the same picture."""
        return np.array_equal(self.view.embedding, other.view.embedding)


def provide(
    checkpoint: Checkpoint,
    spec: ProjectionSpec,
    draw: Callable[[Unfinished], None] | None = None,
    place: str = "projection",
) -> Projection | None:
    """Return the projection, if it is there or quick to compute; else show how it is computed.

    While it is not there, this draws the progress of the job that computes it, with the time left
    and a button that stops it, and below that what there is of it.

    Args:
        checkpoint: Whose test images.
        spec: Which picture of them.
        draw: Draws what there is of it; None for a plain chart.
        place: As for `job_status.watch`.

    Raises:
        ExplorerError: If the points cannot be had or projected.
    """
    return provide_request(
        ProjectionRequest(checkpoint.name, spec),
        place=place,
        draw=lambda job: (draw or partial(draw_frame, checkpoint))(
            unfinished(checkpoint, spec, job)
        ),
        check=lambda: spec.space in spaces.OF_IMAGES and cached.originals(checkpoint),
    )


def unfinished(checkpoint: Checkpoint, spec: ProjectionSpec, job: Job | None = None) -> Unfinished:
    """Return what there is of a picture, for the moment its PCA.

    Args:
        checkpoint: Whose test images.
        spec: Which picture of them.
        job: The job that computes it; None: the one of its name, if there is one.

    Raises:
        ExplorerError: If the points cannot be had.
    """
    job = job or jobs.find(ProjectionRequest(checkpoint.name, spec).job_name)
    quick = replace(spec, method=PCA())
    view = at_once(ProjectionRequest(checkpoint.name, quick))
    assert view is not None  # a PCA is quick
    picture = None if job is None else jobs.partial(job.id)
    # Jobs begin with the PCA too; some have nothing else to show until they end.
    if job is None or picture is None or _same(picture, view.embedding):
        caption = f"The PCA of the same points, until {spec.method.title} has a picture."
        return Unfinished(view, False, caption)
    rows = projection.sample(len(cached.codes(cached.key(checkpoint)).labels), spec)
    when = "it is now" if job.active else "it was at that moment"
    frame = replace(view, spec=spec, embedding=picture, indices=rows)
    return Unfinished(frame, True, f"{spec.method.title} as {when}.")


def _same(picture: np.ndarray, other: np.ndarray) -> bool:
    return picture.shape == other.shape and np.allclose(picture, other, atol=1e-4)


def draw_frame(checkpoint: Checkpoint, frame: Unfinished) -> None:
    """Draw an unfinished picture by itself, with what its colours mean."""
    labels = cached.codes(cached.key(checkpoint)).labels
    view = frame.view
    key = f"frame-{checkpoint.name}-{view.spec.n_components}d"
    if view.spec.n_components == 2:
        color = classes(checkpoint)
        scatter_map(checkpoint, view, color, key=key, alt=frame.caption, unfinished=frame.begun)
    else:
        figure = figures.unfinished(view.embedding, labels[view.indices])
        plot(figures.to_json(figure), key=key, alt=frame.caption, height=None)
        legend.chips(datasets.info(checkpoint.dataset).class_names)
    st.caption(frame.caption)
