"""The map itself, and what one must know to read it."""

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.projection import QUALITY_NEIGHBORS, QUALITY_SAMPLE, Projection
from explorer.ui.components.plot import plot
from explorer.ui.components.scatter_map import scatter_map
from explorer.ui.map.colours import Colour
from explorer.ui.shared import projections

GROUP = "map"
_HEIGHT = 640
_HELP = (
    f"Trustworthiness: how many of a point's {QUALITY_NEIGHBORS} nearest neighbours in the picture "
    f"are near in the data too (1 is best; on {QUALITY_SAMPLE:,} of the points). kNN accuracy: "
    f"share of points whose {QUALITY_NEIGHBORS} neighbours in the picture vote for their label."
)


def key(n_components: int) -> str:
    """Return the key of the map of so many dimensions."""
    return f"map-{n_components}d"


def draw(checkpoint: Checkpoint, view: Projection, colour: Colour) -> None:
    """Draw a projection in a colour, and its caption."""
    drawing = colour.draw(checkpoint, view)
    n_components = view.spec.n_components
    chart = key(n_components)
    alt = f"Scatter plot of {len(view.indices):,} test images"
    if n_components == 2:
        scatter_map(checkpoint, view, drawing.color, key=chart, alt=alt, group=GROUP)
    else:
        figure = drawing.figure()
        plot(figure, key=chart, alt=alt, height=_HEIGHT, selectable=True, group=GROUP)
    if drawing.note:
        st.caption(drawing.note)
    st.caption(_caption(checkpoint, view), help=_HELP)


def _caption(checkpoint: Checkpoint, view: Projection) -> str:
    spec = view.spec
    explanation = spec.method.caption
    if spec.space == "latent" and spec.data_axes and checkpoint.z_dim == len(spec.data_axes):
        explanation = "All axes of the latent space as they are: this is the space itself."
    options = f", {spec.method.settings}, seed {spec.seed}" if spec.method.settings else ""
    accuracy = "" if view.knn_accuracy is None else f" · kNN accuracy **{view.knn_accuracy:.1%}**"
    return (
        f"{spec.method.title} of {len(view.indices):,} test images, by "
        f"{projections.SPACE_TEXTS[spec.space]}{options} · trustworthiness "
        f"**{view.trustworthiness:.3f}**{accuracy}. {explanation}"
    )
