"""Cluster: groups that are found without labels, beside the labels."""

from functools import partial

import streamlit as st

from explorer.checkpoints import Checkpoint
from explorer.ui.cluster import classifier, form, members, published, scores, sweeps
from explorer.ui.cluster import maps as cluster_maps
from explorer.ui.components.preview import preview
from explorer.ui.shared import (
    clusterings,
    factors,
    glossary,
    naming,
    projections,
    representations,
    state,
    title,
)
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.fragment import fragment
from explorer.ui.shared.sidebar import or_sentence

_TABS = {
    "Scores": scores.draw,
    "Confusion": members.confusion,
    "Clusters": members.clusters,
    "How many?": sweeps.draw,
    "Classifier": classifier.draw,
    "Representations": lambda checkpoint, view: representations.draw([checkpoint]),
    "Published": published.draw,
}

_OF_CLASSES = ("Confusion", "Classifier")  # where there are labels


@fragment()
def _show(checkpoint: Checkpoint, choice: form.Choice) -> None:
    """Draw all below the controls: another number of clusters draws nothing else anew."""
    chosen = form.choose_size(checkpoint, choice)
    # As high with the progress of a job as with the scores: what is below stays where it is.
    status = st.container(key="cluster-status", gap="xsmall", vertical_alignment="center")
    maps = st.container(key="cluster-place", gap="xsmall")
    beside, work = st.columns([1, 4], gap="medium")
    with status:
        spec = clusterings.usable(checkpoint, chosen)
        view = clusterings.get(checkpoint, spec)
        if view is not None:
            clusterings.choose(checkpoint, spec)
            glossary.caption(scores.headline(view))
        # The maps show what there is of it, and move on when it is done.
        picture = projections.provide(checkpoint, choice.picture, lambda frame: None)
    frame = None if picture else projections.unfinished(checkpoint, choice.picture)
    shown = frame.view if frame else picture
    assert shown is not None
    if view is not None:
        with work:
            # First, because the browser takes longest to draw a table.
            _tabs(checkpoint, view)
    with maps:
        cluster_maps.draw(checkpoint, view, shown, choice.layers, frame)
    if view is not None:
        with beside:
            cluster_maps.point(checkpoint, view, shown)
            preview(checkpoint, [cluster_maps.chart(shown)], "cluster-point")


def _factors(checkpoint: Checkpoint, view: ClusterView) -> None:
    factors.draw((checkpoint,), "cluster-factors")


def _tabs(checkpoint: Checkpoint, view: ClusterView) -> None:
    parts = _TABS | ({"Factors": _factors} if factors.known(checkpoint) else {})
    if not naming.labelled(checkpoint):
        parts = {name: draw for name, draw in parts.items() if name not in _OF_CLASSES}
    tabs = st.tabs(list(parts), key="tab", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                or_sentence(partial(draw, checkpoint, view))


title.draw("cluster")
if (chosen := state.checkpoint()) is not None:
    _show(chosen, form.choose(chosen))
