"""Choosing a projection, and getting it: from the folder, at once, or as a job that is watched."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from explorer import datasets, figures, jobs, projection
from explorer.checkpoints import Checkpoint
from explorer.core.params import parameters
from explorer.jobs import Job
from explorer.projection import METHODS, Projection, ProjectionSpec
from explorer.projection.base import Method
from explorer.projection.pca import PCA
from explorer.projection.spec import SPACE_TITLES
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.plot import plot
from explorer.ui.shared import cached, form, legend
from explorer.ui.shared.provide import at_once
from explorer.ui.shared.provide import provide as provide_request

SPACE_TEXTS = {
    "latent": "their latent codes",
    "original": "their original pixels",
    "reconstructed": "the pixels of their reconstructions",
}
DIMENSIONS = {"2d": 2, "3d": 3}
_OF_EVERY_JOB = [
    parameter
    for parameter in parameters(ProjectionSpec)
    if parameter.name in ("sample_size", "seed")
]


@dataclass(frozen=True)
class Choice:
    """What is to be drawn: a projection, and a key of `colours`."""

    spec: ProjectionSpec
    colour: str


def colours(checkpoint: Checkpoint) -> dict[str, str]:
    """Return what points can be coloured by, and its names."""
    names = {"label": "Label", "cluster": "Cluster", "error": "Reconstruction error"}
    if checkpoint.model.kind == "vae":
        names["kl"] = "KL divergence"
    return names | {f"z{axis}": f"z {axis}" for axis in range(checkpoint.z_dim)}


def choose(checkpoint: Checkpoint) -> Choice:
    """Draw the choice of space, method, dimensions, options and colour; return what was chosen."""
    default = "raw" if checkpoint.z_dim <= 3 else "tsne"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        space = st.segmented_control(
            "Space",
            list(SPACE_TITLES),
            default="latent",
            format_func=SPACE_TITLES.__getitem__,
            required=True,
            key="space",
            bind="query-params",
        )
        method = st.segmented_control(
            "Projection",
            list(METHODS),
            default=default,
            format_func=lambda name: METHODS[name].title,
            required=True,
            key="projection",
            bind="query-params",
        )
        # A space of two dimensions cannot be drawn in three.
        flat = space == "latent" and checkpoint.z_dim < 3
        drawable = ["2d"] if flat else list(DIMENSIONS)
        _drop_unless_in("dimensions", drawable)
        shown = st.segmented_control(
            "Dimensions",
            drawable,
            default="2d",
            format_func={"2d": "2-D", "3d": "3-D"}.__getitem__,
            required=True,
            key="dimensions",
            bind="query-params",
        )
        names = colours(checkpoint)
        _drop_unless_in("colour", names)
        colour = st.selectbox(
            "Colour",
            list(names),
            format_func=names.__getitem__,
            key="colour",
            bind="query-params",
            width=190,
        )
        with st.popover("Options", icon=":material/tune:"):
            n = DIMENSIONS[str(shown)]
            options = _options(checkpoint, METHODS[str(method)], n, str(space))
    asked = {"method": str(method), "n_components": n, "space": str(space)}
    return Choice(ProjectionSpec.of(asked | options), str(colour))


def _drop_unless_in(key: str, options: Collection[str]) -> None:
    """Forget a choice that another checkpoint has left: Streamlit would leave it in the URL."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)


def _options(checkpoint: Checkpoint, method: type[Method], n: int, space: str) -> dict[str, Any]:
    own = parameters(method)
    if method.quick:
        if not own:
            st.caption(f"{method.title} has no options.")
        return _axes(checkpoint, method, n, space)
    with st.form("options", border=False):
        values = form.draw([*own, *_OF_EVERY_JOB], method.name)
        st.form_submit_button("Compute", type="primary", width="stretch")
    return values


def _axes(checkpoint: Checkpoint, method: type[Method], n: int, space: str) -> dict[str, Any]:
    """Draw the choice of raw axes. At first these are the latent dimensions that matter most."""
    if space == "latent":
        size = checkpoint.z_dim
        first = sorted(cached.latent_stats(cached.key(checkpoint)).order[:n])
    else:
        size = _pixels(checkpoint)
        first = list(range(min(n, size)))
    values = form.draw(
        parameters(method),
        f"{method.name}-{checkpoint.name}-{space}-{n}",
        defaults={"axes": tuple(first)},
        highest={"axes": size - 1},
    )
    # On one dimension there is nothing to choose: it is drawn on a line.
    return values if size >= n else {}


def _pixels(checkpoint: Checkpoint) -> int:
    height, width, channels = checkpoint.model.image_shape
    return height * width * channels


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
        draw=partial(_draw_frame, checkpoint, spec),
        check=lambda: spec.space == "original" and cached.originals(checkpoint),
    )


def _draw_frame(checkpoint: Checkpoint, spec: ProjectionSpec, job: Job) -> None:
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
        figures.to_json(figures.frame(picture, labels[rows])),
        key="frame",
        alt=caption,
        height=560,
    )
    legend.chips(datasets.info(checkpoint.dataset).class_names)
    st.caption(caption)
