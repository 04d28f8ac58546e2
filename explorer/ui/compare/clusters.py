"""Which images two clusterings disagree about: k-means on each side, its clusters matched."""

from functools import partial

import numpy as np
import streamlit as st

from explorer import datasets
from explorer.clustering.agreement import Agreement, agreement
from explorer.clustering.spec import ClusteringSpec, default_spec
from explorer.core import spaces
from explorer.core.memory import keep
from explorer.runs.clusterings import ClusteringRequest
from explorer.ui.compare.form import COLOUR, Choice, Side
from explorer.ui.map import pictures
from explorer.ui.shared import clusterings, glossary, naming, provide
from explorer.ui.shared.text import plain

_FLOWS = 4
_SHOWN = 14


def spec(side: Side) -> ClusteringSpec:
    """Return how a side's points are clustered: k-means, a cluster for each class."""
    k = datasets.info(side.checkpoint.dataset).usual_clusters
    return default_spec("kmeans", n_clusters=k, space=side.spec.space)


def at_once(choice: Choice) -> Agreement | None:
    """Return how both clusterings agree, or None while one of them has yet to be computed."""
    runs = [
        provide.at_once(ClusteringRequest(side.checkpoint.name, spec(side)))
        for side in choice.sides
    ]
    left, right = (None if run is None else run.clustering.labels for run in runs)
    if left is None or right is None:
        return None
    return _agreement(choice.keys, tuple(spec(side).hash for side in choice.sides), left, right)


@keep(16)
def _agreement(
    keys: tuple[object, ...], specs: tuple[str, ...], _left: np.ndarray, _right: np.ndarray
) -> Agreement:
    return agreement(_left, _right)


def draw(choice: Choice) -> None:
    """Draw how the clusterings agree, and the images that moved, or how they are computed."""
    sides = choice.sides
    if len(choice.models) == 1 and sides[0].spec.space == sides[1].spec.space:
        st.caption("Both sides have the same points: choose another checkpoint, or another space.")
        return
    # Both begin, also where the first has yet to be computed.
    views = [
        clusterings.get(side.checkpoint, spec(side), place=f"clustering {name}")
        for side, name in zip(sides, ("left", "right"), strict=True)
    ]
    found = at_once(choice)
    left, right = views
    if left is None or right is None or found is None:
        return
    told, button = st.columns([4, 1], vertical_alignment="center")
    with told:
        glossary.caption(
            f"**{found.moved.mean():.1%}** of the images are in another cluster on the right · "
            f"ARI **{found.ari:.3f}** · NMI **{found.nmi:.3f}**, left against right, without labels"
        )
    with button:
        st.button(
            "Colour the maps",
            icon=":material/palette:",
            on_click=partial(st.session_state.__setitem__, COLOUR, "moved"),
            disabled=choice.colour == "moved",
            width="stretch",
        )
    for number, flow in enumerate(found.flows[:_FLOWS]):
        st.markdown(
            f"{plain(left.names[flow.left])} → {plain(right.names[flow.right])}: "
            f"**{len(flow.rows):,}** images"
        )
        pictures.draw(choice.left.checkpoint, flow.rows, f"moved-{number}", _SHOWN)
    points = " and ".join(dict.fromkeys(spaces.TITLES[s.spec.space].lower() for s in sides))
    st.caption(
        f"k-means, k = {len(left.names)}, on the {points} of each side, seed 0. Clusters "
        "are matched one to one so that as many images as possible stay (Hungarian method); "
        f"shown are the {_FLOWS} largest moves."
        + (
            " Numbers are those of the clusters, names their most frequent classes."
            if naming.labelled(choice.left.checkpoint)
            else ""
        )
    )
