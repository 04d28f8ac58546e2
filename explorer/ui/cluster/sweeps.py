"""Sweeps on the cluster page: scores against the number of clusters, drawn as they come."""

from dataclasses import asdict

import streamlit as st

from explorer import figures, jobs
from explorer.checkpoints import Checkpoint
from explorer.clustering.sweep import Sweep, SweepSpec
from explorer.figures import clusters
from explorer.jobs import Job
from explorer.runs import sweeps
from explorer.ui.cluster.form import METHOD_NAMES, MOST_CLUSTERS, SPACE_NAMES
from explorer.ui.components.plot import plot
from explorer.ui.shared import job_status
from explorer.ui.shared.clusterings import ClusterView


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the choice of a sweep, and the sweep, done or as far as it is."""
    if view.spec.method == "hdbscan":
        st.caption("HDBSCAN finds the number of clusters by itself: there is nothing to sweep.")
        return
    spec = _choose(view)
    found = sweeps.cached(checkpoint.name, spec)
    if found is not None:
        _curves(found)
        return
    name = f"{checkpoint.name}/sweep-{spec.hash}"
    job_status.on_demand(
        name,
        lambda: jobs.submit(name, sweeps.run_job, checkpoint.name, asdict(spec), spec=asdict(spec)),
        f"Cluster {len(spec.ks)} times",
        lambda job: _so_far(job, spec),
    )


def _choose(view: ClusterView) -> SweepSpec:
    mixture = view.spec.method.endswith("gmm")
    offered = ["bic", "aic"] if mixture else ["inertia"]
    offered += ["silhouette", "accuracy"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        low = int(st.number_input("k from", 1, MOST_CLUSTERS, 1, key="sweep-from", width=110))
        high = int(
            st.number_input("k to", low + 1, MOST_CLUSTERS + 1, max(20, low + 1), key=f"to-{low}",
                            width=110)
        )  # fmt: skip
        step = int(st.number_input("in steps of", 1, 50, 1, key="sweep-step", width=110))
        measures = st.pills(
            "Measure",
            offered,
            selection_mode="multi",
            default=[offered[0], "silhouette", "accuracy"],
            format_func=clusters.MEASURE_NAMES.__getitem__,
            key=f"measures-{mixture}",
        )
    chosen = tuple(name for name in offered if name in measures) or (offered[0],)
    ks = tuple(range(low, high + 1, step))
    return SweepSpec(view.spec, ks, chosen)


def _so_far(job: Job, spec: SweepSpec) -> None:
    partial = sweeps.partial(spec, jobs.partial(job.id))
    if len(partial.table):
        _curves(partial)


def _curves(sweep: Sweep) -> None:
    spec = sweep.spec.clustering
    plot(
        figures.to_json(clusters.sweep_curves(sweep)),
        key="sweep",
        alt=f"Curves of {', '.join(sweep.spec.measures)} against the number of clusters",
        height=205,
    )
    st.caption(
        f"{METHOD_NAMES[spec.method]} of the {SPACE_NAMES[spec.space].lower()} of the "
        f"{spec.fit_on} images, seed {spec.seed}; silhouette on {sweep.spec.silhouette_sample:,} "
        "of them. The mark is a rule of thumb, no proof.",
        help="Elbow: where the curve lies farthest below the straight line between its ends; it "
        "moves with the range of k. Best: the lowest BIC or AIC, the highest of the others.",
    )
