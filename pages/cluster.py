"""Cluster: groups that are found without labels, beside the labels."""

from functools import partial

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.cluster import classifier, form, members, representations, scores, sweeps
from explorer.ui.cluster import maps as cluster_maps
from explorer.ui.components.preview import preview
from explorer.ui.shared import clusterings, projections, state
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.sidebar import or_sentence

_TABS = {
    "Scores": scores.draw,
    "Confusion": members.confusion,
    "Clusters": members.clusters,
    "How many?": sweeps.draw,
    "Classifier": classifier.draw,
    "Representations": representations.draw,
}


def _show(checkpoint: Checkpoint) -> None:
    controls, work = st.columns([1, 4], gap="medium")
    with controls:
        choice = form.choose(checkpoint)
        below = st.container()
    with work, st.container(gap="xsmall"):
        spec = clusterings.usable(checkpoint, choice.spec)
        view = clusterings.get(checkpoint, spec)
        if view is None:
            return
        clusterings.choose(checkpoint, spec)
        maps = st.container(gap="xsmall")
        # First, because the browser takes longest to draw a table.
        _tabs(checkpoint, view)
    with maps:
        projection = projections.provide(checkpoint, choice.picture)
        if projection is None:
            return
        headline = scores.headline(view)
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


if (chosen := state.checkpoint()) is not None:
    _show(chosen)
