"""Cluster: groups that are found without labels, beside the labels."""

from functools import partial

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui import (
    cluster_choice,
    cluster_classifier,
    cluster_maps,
    cluster_members,
    cluster_scores,
    cluster_spaces,
    cluster_sweeps,
    clusters,
    projections,
    routing,
    state,
)
from explorer.ui.clusters import ClusterView
from explorer.ui.controls import or_sentence
from explorer.ui.preview import preview

_TABS = {
    "Scores": cluster_scores.draw,
    "Confusion": cluster_members.confusion,
    "Clusters": cluster_members.clusters,
    "How many?": cluster_sweeps.draw,
    "Classifier": cluster_classifier.draw,
    "Representations": cluster_spaces.draw,
}


def _show(checkpoint: Checkpoint) -> None:
    controls, work = st.columns([1, 4], gap="medium")
    with controls:
        choice = cluster_choice.choose(checkpoint)
        below = st.container()
    with work, st.container(gap="xsmall"):
        spec = clusters.usable(checkpoint, choice.spec)
        view = clusters.provide(checkpoint, spec)
        if view is None:
            return
        clusters.choose(checkpoint, spec)
        maps = st.container(gap="xsmall")
        # First, because the browser takes longest to draw a table.
        _tabs(checkpoint, view)
    with maps:
        projection = projections.provide(checkpoint, choice.picture)
        if projection is None:
            return
        headline = cluster_scores.headline(view)
        cluster_maps.draw(checkpoint, view, projection, choice.layers, headline)
    with below:
        cluster_maps.point(checkpoint, view, projection)
        preview(checkpoint, cluster_maps.charts(projection), "cluster-point")


def _tabs(checkpoint: Checkpoint, view: ClusterView) -> None:
    tabs = st.tabs(list(_TABS), key="tab", bind="query-params")
    for tab, draw in zip(tabs, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                or_sentence(partial(draw, checkpoint, view))


routing.through_app()
if (chosen := state.checkpoint()) is not None:
    _show(chosen)
