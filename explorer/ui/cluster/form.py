"""The controls above the maps of the cluster page: which clustering, seen in which picture."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer import datasets, projection
from explorer.checkpoints import Checkpoint, spaces
from explorer.clustering import METHODS, ClusteringSpec
from explorer.clustering.base import Method
from explorer.core.params import parameters
from explorer.projection.spec import ProjectionSpec
from explorer.ui.shared import form, projections

MOST_CLUSTERS = 250

# What a link holds, under the names that links have always had.
_IN_LINKS = {
    "n_clusters": "k",
    "min_cluster_size": "smallest",
    "covariance_type": "covariance",
    "fit_on": "fit",
    "code": "code",
    "noise": "noise",
    "scaling": "scaling",
    "seed": "seed",
}
_BOUND: dict[str, Any] = {"bind": "query-params"}


@dataclass(frozen=True)
class Choice:
    """What is to be clustered how, and the picture to see it in.

    Attributes:
        method: The method.
        values: Its options and those of all methods, but for its size: how many clusters, or how
            large they are at least.
        size: Where the choice of that belongs.
        picture: The projection of both maps.
        layers: What is drawn besides the points, keys of `LAYERS`.
    """

    method: type[Method]
    values: dict[str, Any]
    size: DeltaGenerator
    picture: ProjectionSpec
    layers: tuple[str, ...]


LAYERS = {
    "centroids": "Centroids",
    "cells": "Cells",
    "ellipses": "Ellipses",
    "uncertainty": "Uncertainty",
}


_HIGHEST = {
    "n_clusters": MOST_CLUSTERS,
    "min_cluster_size": 1000,
    "pca": 100,
    "max_iter": 10_000,
    "n_init": 100,
}


def choose(checkpoint: Checkpoint) -> Choice:
    """Draw the controls, but for the size; return what was chosen."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="cluster-controls"
    ):
        return _row(checkpoint)


def _row(checkpoint: Checkpoint) -> Choice:
    titles = {name: method.title for name, method in METHODS.items()}
    name = st.selectbox(
        "Method",
        list(titles),
        format_func=titles.__getitem__,
        key="method",
        help="  \n".join(f"**{each.title}**: {each.caption}" for each in METHODS.values()),
        **_BOUND,
    )
    method = METHODS[str(name)]
    size = st.container()
    own = {parameter.name: parameter for parameter in parameters(method)}
    del own[method.size]
    shared = {parameter.name: parameter for parameter in parameters(ClusteringSpec)}
    highest, keys = dict(_HIGHEST), dict(_IN_LINKS)
    space = replace(shared.pop("space"), choices=spaces.offered(checkpoint))
    if st.session_state.get("points") not in spaces.offered(checkpoint):
        st.session_state.pop("points", None)  # another checkpoint has left it
    values = form.draw([space], "cluster", keys={"space": "points"})
    if values["space"] == "latent":
        highest["pca"] = checkpoint.z_dim
    keys["pca"] = f"pca-{values['space']}"
    with st.popover("Options", icon=":material/tune:"), st.container(width=300):
        st.caption(method.caption)
        seed = shared.pop("seed")
        for asked in (shared, own, {"seed": seed}):
            values |= form.draw(
                list(asked.values()), f"cluster-{method.name}", highest=highest, keys=keys
            )
    return Choice(method, values, size, _picture(checkpoint), _layers(method))


def choose_size(checkpoint: Checkpoint, choice: Choice) -> ClusteringSpec:
    """Draw the choice of the size; return the clustering with all that was chosen.

    Raises:
        ExplorerError: If the values do not go together.
    """
    method = choice.method
    (size,) = (parameter for parameter in parameters(method) if parameter.name == method.size)
    defaults = {"n_clusters": datasets.info(checkpoint.dataset).usual_clusters}
    with choice.size:
        asked = form.draw([size], method.name, defaults=defaults, highest=_HIGHEST, keys=_IN_LINKS)
    return ClusteringSpec.of({"method": method.name, **asked, **choice.values})


def _picture(checkpoint: Checkpoint) -> ProjectionSpec:
    titles = {
        name: method.title for name, method in projection.offered(0, checkpoint.z_dim).items()
    }
    dimensions = {f"{name} 2d": title for name, title in titles.items()}
    if checkpoint.z_dim >= 3:
        dimensions |= {f"{name} 3d": f"{title}, 3-D" for name, title in titles.items()}
    names = list(dimensions)
    default = {1: "raw 2d", 2: "raw 2d", 3: "raw 3d"}.get(checkpoint.z_dim, "tsne 2d")
    chosen = st.selectbox(
        "Picture",
        names,
        index=names.index(default),
        format_func=dimensions.__getitem__,
        key=f"picture-{checkpoint.z_dim}",
        help="The projection of the latent codes in which both maps are drawn. The clusters are "
        "found in all dimensions, not in this picture.",
        **_BOUND,
    )
    method, shown = str(chosen).split()
    return ProjectionSpec(projection.METHODS[method](), projections.DIMENSIONS[shown])


def _layers(method: type[Method]) -> tuple[str, ...]:
    offered = dict(LAYERS)
    if not method.has_ellipses:
        del offered["ellipses"]
    if not method.has_confidence:
        del offered["uncertainty"]
    chosen = st.pills(
        "Show",
        list(offered),
        selection_mode="multi",
        default=["centroids"],
        format_func=offered.__getitem__,
        key=f"show-{'-'.join(offered)}",
        wrap=True,
        **form.REMEMBERED,
    )
    return tuple(str(layer) for layer in chosen)
