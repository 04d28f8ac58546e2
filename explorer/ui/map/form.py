"""The controls above the map: which projection of which points, and what colours them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.core import spaces
from explorer.core.params import parameters
from explorer.projection import METHODS, ProjectionSpec
from explorer.projection.base import Method
from explorer.ui.map.colours import Colour, colours
from explorer.ui.shared import cached, form
from explorer.ui.shared.projections import DIMENSIONS

_OF_EVERY_JOB = [
    parameter
    for parameter in parameters(ProjectionSpec)
    if parameter.name in ("sample_size", "seed")
]


@dataclass(frozen=True)
class Choice:
    """What is to be drawn: a projection, and what colours its points."""

    spec: ProjectionSpec
    colour: Colour


def choose(checkpoint: Checkpoint) -> Choice:
    """Draw the choice of space, method, dimensions, options and colour; return what was chosen."""
    default = "raw" if checkpoint.z_dim <= 3 else "tsne"
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="map-controls"
    ):
        space = st.segmented_control(
            "Space",
            list(spaces.TITLES),
            default="latent",
            format_func=spaces.TITLES.__getitem__,
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
        offered = colours(checkpoint)
        _drop_unless_in("colour", offered)
        colour = st.selectbox(
            "Colour",
            list(offered),
            format_func=lambda name: offered[name].title,
            key="colour",
            bind="query-params",
            width=175,
        )
        with st.popover("Options", icon=":material/tune:"):
            n = DIMENSIONS[str(shown)]
            options = _options(checkpoint, METHODS[str(method)], n, str(space))
    asked = {"method": str(method), "n_components": n, "space": str(space)}
    return Choice(ProjectionSpec.of(asked | options), offered[str(colour)])


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
    return (values if size >= n else {}) | (_all_points(checkpoint, space) if n == 2 else {})


def _all_points(checkpoint: Checkpoint, space: str) -> dict[str, Any]:
    """Ask for all points in 2-D of what is quick, where that does not need all images."""
    n = len(cached.codes(cached.key(checkpoint)).labels)
    return {"sample_size": n} if space == "latent" and n > ProjectionSpec().sample_size else {}


def _pixels(checkpoint: Checkpoint) -> int:
    height, width, channels = checkpoint.model.image_shape
    return height * width * channels
