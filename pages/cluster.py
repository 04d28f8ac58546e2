"""Cluster: groups that are found without labels, beside the labels."""

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui import (
    cluster_choice,
    cluster_maps,
    cluster_scores,
    clusters,
    projections,
    state,
)


def _show(checkpoint: Checkpoint) -> None:
    controls, work = st.columns([1, 4], gap="medium")
    with controls:
        choice = cluster_choice.choose(checkpoint)
        below = st.container()
    with work:
        spec = clusters.usable(checkpoint, choice.spec)
        view = clusters.provide(checkpoint, spec)
        if view is None:
            return
        clusters.choose(checkpoint, spec)
        projection = projections.provide(checkpoint, choice.picture)
        if projection is not None:
            cluster_maps.draw(checkpoint, view, projection, choice.layers)
            with below:
                cluster_maps.point(checkpoint, view, projection)
        st.markdown(cluster_scores.headline(view))
        cluster_scores.draw(checkpoint, view)


if (chosen := state.checkpoint()) is not None:
    _show(chosen)
