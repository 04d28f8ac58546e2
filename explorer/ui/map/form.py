"""The controls above the map: which projection of which points, and what colours them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import projection
from explorer.checkpoints import Checkpoint, spaces
from explorer.projection import METHODS, ProjectionSpec
from explorer.ui.map import options
from explorer.ui.map.colours import Colour, colours
from explorer.ui.shared import cached
from explorer.ui.shared.projections import DIMENSIONS


@dataclass(frozen=True)
class Choice:
    """What is to be drawn.

    Attributes:
        spec: A projection.
        colours: Where the choice of what colours its points belongs.
    """

    spec: ProjectionSpec
    colours: DeltaGenerator


def choose(checkpoint: Checkpoint) -> Choice:
    """Draw the choice of space, method, dimensions and options; return what was chosen."""
    default = "raw" if checkpoint.z_dim <= 3 else "tsne"
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="map-controls"
    ):
        known = spaces.offered(checkpoint)
        _drop_unless_in("space", known)
        space = st.segmented_control(
            "Space",
            list(known),
            default="latent",
            format_func=known.__getitem__,
            required=True,
            key="space",
            bind="query-params",
        )
        n_codes = len(cached.codes(cached.key(checkpoint)).labels)
        methods = projection.offered(n_codes, checkpoint.z_dim if space == "latent" else 2)
        _drop_unless_in("projection", methods)
        method = st.segmented_control(
            "Projection",
            list(methods),
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
        place = st.container(width=175)
        # None: an address, or what is no browser, can choose nothing.
        n, method, space = DIMENSIONS[shown or "2d"], method or default, space or "latent"
        chosen = options.ask(checkpoint, METHODS[method], n, space)
    if (METHODS[method].quick and n == 2) or METHODS[method].for_many:
        chosen |= _all_points(checkpoint, space)
    asked = {"method": method, "n_components": n, "space": space}
    return Choice(ProjectionSpec.of(asked | chosen), place)


def choose_colour(checkpoint: Checkpoint) -> Colour:
    """Draw the choice of what colours the points; return what was chosen."""
    offered = colours(checkpoint)
    _drop_unless_in("colour", offered)
    colour = st.selectbox(
        "Colour",
        list(offered),
        format_func=lambda name: offered[name].title,
        key="colour",
        bind="query-params",
    )
    return offered[str(colour)]


def _drop_unless_in(key: str, options: Collection[str]) -> None:
    """Forget a choice that another checkpoint has left: Streamlit would leave it in the URL."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)


def _all_points(checkpoint: Checkpoint, space: str) -> dict[str, Any]:
    """Ask for all points, where that does not need all images."""
    n = len(cached.codes(cached.key(checkpoint)).labels)
    return {"sample_size": n} if space == "latent" and n > ProjectionSpec().sample_size else {}
