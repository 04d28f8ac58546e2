"""Choosing a projection, and getting it: from the folder, at once, or as a job that is watched."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from explorer import datasets, figures, jobs, projection
from explorer.checkpoints import Checkpoint
from explorer.jobs import Job
from explorer.projection import Projection
from explorer.projection import spec as projection_spec
from explorer.projection.spec import ProjectionSpec
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.plot import plot
from explorer.ui.shared import cached, legend
from explorer.ui.shared.provide import at_once
from explorer.ui.shared.provide import provide as provide_request

SPACE_NAMES = {"latent": "Latent", "original": "Pixels", "reconstructed": "Reconstructed"}
SPACE_TEXTS = {
    "latent": "their latent codes",
    "original": "their original pixels",
    "reconstructed": "the pixels of their reconstructions",
}
DIMENSIONS = {"2d": 2, "3d": 3}
_KEPT = "projection options"


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
            list(SPACE_NAMES),
            default="latent",
            format_func=SPACE_NAMES.__getitem__,
            required=True,
            key="space",
            bind="query-params",
        )
        method = st.segmented_control(
            "Projection",
            list(figures.METHOD_NAMES),
            default=default,
            format_func=figures.METHOD_NAMES.__getitem__,
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
            options = _options(checkpoint, str(method), DIMENSIONS[str(shown)], str(space))
    spec = ProjectionSpec(
        method=str(method), n_components=DIMENSIONS[str(shown)], space=str(space), **options
    )
    return Choice(spec, str(colour))


def _drop_unless_in(key: str, options: Collection[str]) -> None:
    """Forget a choice that another checkpoint has left: Streamlit would leave it in the URL."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)


def _options(checkpoint: Checkpoint, method: str, n: int, space: str) -> dict[str, Any]:
    if method == "raw":
        return _axes(checkpoint, n, space)
    if method == "pca":
        st.caption("PCA has no options: it turns the points so that most variance is seen.")
        return {}
    # A form that is not drawn is forgotten; who comes back to a method finds its options again.
    kept = st.session_state.setdefault(_KEPT, {}).setdefault(method, {})
    with st.form("options", border=False):
        options: dict[str, Any] = {}
        if method == "tsne":
            options["perplexity"] = st.slider(
                "Perplexity",
                5,
                100,
                kept.get("perplexity", 30),
                help="About how many neighbours each point attends to.",
            )
        else:
            options["n_neighbors"] = st.slider(
                "Neighbours",
                2,
                100,
                kept.get("n_neighbors", 15),
                help="Small: fine structure. Large: the whole.",
            )
            options["min_dist"] = st.slider(
                "Minimal distance",
                0.0,
                1.0,
                kept.get("min_dist", 0.1),
                help="How close points may lie in the picture.",
            )
        metrics = projection_spec.METRICS
        options["metric"] = st.selectbox(
            "Distance in the data", metrics, metrics.index(kept.get("metric", metrics[0]))
        )
        options["sample_size"] = st.select_slider(
            "Points at most", [500, 1000, 2000, 5000, 10_000], kept.get("sample_size", 10_000)
        )
        options["seed"] = int(st.number_input("Seed", 0, 2**32 - 1, kept.get("seed", 0)))
        st.form_submit_button("Compute", type="primary", width="stretch")
    kept |= options
    return options


def _axes(checkpoint: Checkpoint, n: int, space: str) -> dict[str, Any]:
    """Draw the choice of raw axes. At first these are the latent dimensions that matter most."""
    if space == "latent":
        size = checkpoint.z_dim
        first = sorted(cached.latent_stats(cached.key(checkpoint)).order[:n])
    else:
        size = _pixels(checkpoint)
        first = list(range(min(n, size)))
    axes = tuple(
        int(
            st.number_input(
                f"Axis {i}",
                0,
                size - 1,
                int(axis),
                key=f"raw-{checkpoint.name}-{space}-{n}-{i}",
            )
        )
        for i, axis in enumerate(first)
    )
    return {"axes": axes} if len(axes) == n and axes != tuple(range(n)) else {}


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
        quick = ProjectionSpec("pca", spec.n_components, spec.space, sample_size=spec.sample_size)
        view = at_once(ProjectionRequest(checkpoint.name, quick))
        assert view is not None  # a PCA is quick
        picture, rows = view.embedding, view.indices
        caption = "The PCA of the same points, until the first picture is there."
    else:
        rows = projection.sample(len(labels), spec)
        when = "it is now" if job.active else "it was at that moment"
        caption = f"{figures.METHOD_NAMES[spec.method]} as {when}."
    plot(
        figures.to_json(figures.frame(picture, labels[rows])),
        key="frame",
        alt=caption,
        height=560,
    )
    legend.chips(datasets.info(checkpoint.dataset).class_names)
    st.caption(caption)
