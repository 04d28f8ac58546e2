"""The map itself, and what one must know to read it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.projection import (
    Projection,
    ProjectionSpec,
)
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.plot import plot
from explorer.ui.components.scatter_map import scatter_map
from explorer.ui.map import form
from explorer.ui.map.colours import Colour, Drawing
from explorer.ui.shared import cached, glossary, projections
from explorer.ui.shared.fragment import fragment
from explorer.ui.shared.projections import Unfinished
from explorer.ui.shared.provide import at_once

GROUP = "map"
_LAST = "picture seen last"


def key(n_components: int) -> str:
    """Return the key of the map of so many dimensions."""
    return f"map-{n_components}d"


def found(checkpoint: Checkpoint, spec: ProjectionSpec) -> Projection | None:
    """Return a projection; None while it is being computed, or if it cannot be."""
    try:
        return at_once(ProjectionRequest(checkpoint.name, spec))
    except ExplorerError:  # told where the picture is drawn
        return None


@fragment()
def draw(checkpoint: Checkpoint, spec: ProjectionSpec, colours: DeltaGenerator) -> None:
    """Draw a projection, its caption and, elsewhere, the choice of its colour.

    Another colour draws nothing else anew. While the projection is computed, the picture that was
    there before stays in its place, dimmed, until the first frame of the new one moves its points.
    Progress is told where the caption was.

    Args:
        checkpoint: Whose test images.
        spec: Which projection of them.
        colours: Where the choice of the colour belongs.
    """
    with colours:
        colour = form.choose_colour(checkpoint)
    view = at_once(ProjectionRequest(checkpoint.name, spec))
    if view is None:
        _draw_unfinished(checkpoint, spec, colour)
        return
    st.session_state[_LAST] = (cached.key(checkpoint), spec)
    drawing = colour.draw(checkpoint, view)
    _draw_points(checkpoint, view, drawing)
    if drawing.note:
        glossary.caption(drawing.note)
    glossary.caption(caption(checkpoint, view))


def _draw_points(
    checkpoint: Checkpoint,
    view: Projection,
    drawing: Drawing,
    unfinished: bool = False,
    old: bool = False,
) -> None:
    n_components = view.spec.n_components
    chart = key(n_components)
    alt = f"Scatter plot of {len(view.indices):,} test images"
    with st.container(key="map-place"):
        if n_components == 2:
            scatter_map(
                checkpoint,
                view,
                drawing.color,
                key=chart,
                alt=alt,
                group=GROUP,
                unfinished=unfinished,
                old=old,
            )
        else:
            figure = drawing.figure()
            plot(figure, key=chart, alt=alt, height=None, selectable=True, group=GROUP)


def _draw_unfinished(checkpoint: Checkpoint, spec: ProjectionSpec, colour: Colour) -> None:
    if spec.n_components == 3:
        projections.provide(checkpoint, spec)
        return
    drawn = projections.unfinished(checkpoint, spec)
    before = None if drawn.begun else _before(checkpoint)
    drawing = colour.draw(checkpoint, drawn.view)
    _draw_points(checkpoint, before or drawn.view, drawing, drawn.begun, not drawn.begun)

    def follow(now: Unfinished) -> None:
        if not now.same_as(drawn):
            st.rerun()  # the map is above: it moves its points there
        st.caption(now.caption if before is None else "The picture from before, until then.")

    projections.provide(checkpoint, spec, follow)


def _before(checkpoint: Checkpoint) -> Projection | None:
    """Return the 2-D picture that this visitor looked at last, if it was of this checkpoint."""
    of, spec = st.session_state.get(_LAST, (None, None))
    if of != cached.key(checkpoint) or spec.n_components != 2:
        return None
    return at_once(ProjectionRequest(checkpoint.name, spec))


def caption(checkpoint: Checkpoint, view: Projection) -> str:
    """Return what one must know to read a picture, in Markdown."""
    spec = view.spec
    explanation = spec.method.caption
    if spec.space == "latent" and spec.data_axes and checkpoint.z_dim == len(spec.data_axes):
        explanation = "All axes of the latent space as they are: this is the space itself."
    if not view.embedding[:, 1].any():
        explanation = "One dimension: points are spread upwards at random, so that they are seen."
    options = f", {spec.method.settings}, seed {spec.seed}" if spec.method.settings else ""
    n, drawn = len(cached.codes(cached.key(checkpoint)).labels), len(view.indices)
    which = f"{drawn:,}" if drawn == n else f"{drawn:,} of {n:,} (drawn at random)"
    accuracy = "" if view.knn_accuracy is None else f" · kNN accuracy **{view.knn_accuracy:.1%}**"
    return (
        f"{spec.method.title} of {which} test images, by "
        f"{projections.SPACE_TEXTS[spec.space]}{options} · trustworthiness "
        f"**{view.trustworthiness:.3f}**{accuracy}. {explanation}"
    )
