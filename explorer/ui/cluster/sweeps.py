"""Sweeps on the cluster page: scores against the number of clusters, drawn as they come."""

import streamlit as st

from explorer import figures, jobs
from explorer.checkpoints import Checkpoint
from explorer.clustering import sweep
from explorer.clustering.sweep import Sweep, SweepSpec
from explorer.core import spaces
from explorer.figures import clusters
from explorer.jobs import Job
from explorer.runs import sweeps
from explorer.runs.sweeps import SweepRequest
from explorer.ui.cluster.form import MOST_CLUSTERS
from explorer.ui.components.plot import plot
from explorer.ui.shared import naming, provide
from explorer.ui.shared.clusterings import ClusterView


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the choice of a sweep, and the sweep, done or as far as it is."""
    method = view.spec.method
    if method.k is None:
        st.caption(
            f"{method.title} finds the number of clusters by itself: there is nothing to sweep."
        )
        return
    spec = _choose(view, naming.labelled(checkpoint))
    found = provide.on_demand(
        SweepRequest(checkpoint.name, spec),
        f"Cluster {len(spec.ks)} times",
        lambda job: _so_far(job, spec),
    )
    if found is not None:
        _curves(found)


def _choose(view: ClusterView, labelled: bool) -> SweepSpec:
    offered = sweep.offered(view.spec.method)
    names = [name for name, score in offered.items() if labelled or score.of != "classes"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        low = int(st.number_input("k from", 1, MOST_CLUSTERS, 1, key="sweep-from", width=110))
        high = int(
            st.number_input("k to", low + 1, MOST_CLUSTERS + 1, max(20, low + 1), key=f"to-{low}",
                            width=110)
        )  # fmt: skip
        step = int(st.number_input("in steps of", 1, 50, 1, key="sweep-step", width=110))
        measures = st.pills(
            "Measure",
            names,
            selection_mode="multi",
            default=[name for name in names if name in (names[0], "silhouette", "accuracy")],
            format_func=lambda name: offered[name].title,
            key=f"measures-{'-'.join(names)}",
        )
    chosen = tuple(name for name in names if name in measures) or (names[0],)
    ks = tuple(range(low, high + 1, step))
    return SweepSpec(view.spec, ks, chosen)


def _so_far(job: Job, spec: SweepSpec) -> None:
    partial = sweeps.partial(spec, jobs.partial(job.id))
    if len(partial.table):
        _curves(partial)


def _curves(found: Sweep) -> None:
    spec = found.spec.clustering
    sample = ""
    if "silhouette" in found.spec.measures:
        sample = f"; silhouette on {found.spec.silhouette_sample:,} of them"
    marks = ""
    if found.finished:
        marks = " Each mark is a rule of thumb, no proof."
    plot(
        figures.to_json(clusters.sweep_curves(found)),
        key="sweep",
        alt=f"Curves of {', '.join(found.spec.measures)} against the number of clusters",
        height=205,
    )
    st.caption(
        f"{spec.method.title} of the {spaces.TITLES[spec.space].lower()} of the "
        f"{spec.fit_on} images, seed {spec.seed}{sample}.{marks}",
        help=_marks(found) or None,
    )


def _marks(found: Sweep) -> str:
    """Say what the marks are that a sweep has."""
    if not found.finished:
        return ""
    marked = [score for name, score in found.spec.scores.items() if found.suggestion(name)]
    ends = f"k from {found.ks[0]} to {found.ks[-1]}"
    words = [
        f"the {word} {', '.join(titles)}"
        for word, higher in (("lowest", False), ("highest", True))
        if (titles := [s.title for s in marked if not s.bends and s.higher is higher])
    ]
    told = []
    if any(score.bends for score in marked):
        told.append(
            "Elbow: where the curve lies farthest below the straight line between its ends; it "
            "moves with the range of k."
        )
    if words:
        told.append(f"Best of {ends}: {', '.join(words)}.")
    return " ".join(told)
