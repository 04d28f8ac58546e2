"""Getting a projection: from the folder, at once, or as a job that is watched."""

from functools import partial

import streamlit as st

from explorer import datasets, figures, jobs, projection
from explorer.checkpoints import Checkpoint
from explorer.jobs import Job
from explorer.projection import Projection, ProjectionSpec
from explorer.projection.pca import PCA
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.plot import plot
from explorer.ui.shared import cached, legend
from explorer.ui.shared.provide import at_once
from explorer.ui.shared.provide import provide as provide_request

SPACE_TEXTS = {
    "latent": "their latent codes",
    "original": "their original pixels",
    "reconstructed": "the pixels of their reconstructions",
}
DIMENSIONS = {"2d": 2, "3d": 3}


def provide(checkpoint: Checkpoint, spec: ProjectionSpec) -> Projection | None:
    """Return the projection, if it is there or quick to compute; else show how it is computed.

    While it is not there, this draws the PCA at once, then the frames of the job that computes
    it, with the time left and a button that stops it.

    Raises:
        ExplorerError: If the points cannot be had or projected.
    """
    return provide_request(
        ProjectionRequest(checkpoint.name, spec),
        place="projection",
        draw=partial(_draw_unfinished, checkpoint, spec),
        check=lambda: spec.space == "original" and cached.originals(checkpoint),
    )


def _draw_unfinished(checkpoint: Checkpoint, spec: ProjectionSpec, job: Job) -> None:
    picture = jobs.partial(job.id)
    labels = cached.codes(cached.key(checkpoint)).labels
    if picture is None:
        quick = ProjectionSpec(PCA(), spec.n_components, spec.space, sample_size=spec.sample_size)
        view = at_once(ProjectionRequest(checkpoint.name, quick))
        assert view is not None  # a PCA is quick
        picture, rows = view.embedding, view.indices
        caption = "The PCA of the same points, until the first picture is there."
    else:
        rows = projection.sample(len(labels), spec)
        when = "it is now" if job.active else "it was at that moment"
        caption = f"{spec.method.title} as {when}."
    plot(
        figures.to_json(figures.unfinished(picture, labels[rows])),
        key="frame",
        alt=caption,
        height=560,
    )
    legend.chips(datasets.info(checkpoint.dataset).class_names)
    st.caption(caption)
