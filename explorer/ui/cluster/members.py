"""What clusters consist of: classes against clusters, decoded centroids, members."""

import numpy as np
import streamlit as st

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.clustering import NOISE
from explorer.figures import clusters as cluster_figures
from explorer.ui.components import gallery as galleries
from explorer.ui.components import plot as plots
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.plot import plot
from explorer.ui.map import pictures
from explorer.ui.shared import cached, naming, sights
from explorer.ui.shared.clusterings import IN_NONE, ClusterView
from explorer.ui.shared.fragment import fragment
from explorer.ui.shared.text import plain

_CELL = "confusion cell"
_CLUSTER = "chosen cluster"


@fragment()
def confusion(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw classes against clusters; a click on a cell lists its images."""
    names = datasets.info(checkpoint.dataset).class_names
    matched = view.matched
    chart, images = st.columns([3, 2], gap="medium")
    columns = view.columns
    with chart:
        figure = cluster_figures.confusion(matched, names, columns, "cluster")
        plot(
            figures.to_json(figure),
            key="confusion",
            alt="Counts of each class in each cluster",
            height=330,
            selectable=True,
        )
    plots.pick_point("confusion", None, lambda cell: _keep(_CELL, view, cell))
    with images:
        cell = _kept(_CELL, view)
        if cell is None or not 0 <= cell < matched.counts.size:
            st.markdown("**Click a cell to see its images**")
            st.caption(
                "Rows are classes, columns are clusters in the order of the classes they are "
                "matched to: what lies off the diagonal counts against the accuracy. The colour is "
                "the share of the class."
            )
            return
        row, column = divmod(cell, len(columns))
        label, cluster = int(matched.classes[row]), int(matched.clusters[column])
        if cluster == NOISE:
            members = np.flatnonzero(view.run.clustering.labels == NOISE)
            where = IN_NONE
        else:
            members = view.run.members(cluster)
            where = f"in cluster {plain(view.names[cluster])}, the most typical first"
        members = members[view.labels[members] == label]
        st.markdown(f"**{len(members):,} × {plain(names[label])}** {where}")
        with st.container(height=260, border=False):
            pictures.draw(checkpoint, members, "confusion-images", 60)


@fragment()
def clusters(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the centroid, the size and the classes of each cluster, and the members of one."""
    with st.container(gap="xsmall"):
        _centroids(checkpoint, view)
        _one(checkpoint, view)


def _one(checkpoint: Checkpoint, view: ClusterView) -> None:
    names = datasets.info(checkpoint.dataset).class_names
    sizes, members = st.columns([2, 3], gap="medium")
    with sizes:
        by = ", by class" if naming.labelled(checkpoint) else ""
        st.caption(f"Images in each cluster{by}")
        plot(
            figures.to_json(cluster_figures.cluster_sizes(view.matched, names, view.columns)),
            key="sizes",
            alt="Sizes of the clusters: "
            + ", ".join(
                f"{name} {size}" for name, size in zip(view.names, view.profile.sizes, strict=True)
            ),
            height=165,
            selectable=True,
        )
    plots.pick_point("sizes", None, lambda cluster: _keep(_CLUSTER, view, cluster))
    with members, st.container(gap="xsmall"):
        order = view.order
        chosen = _kept(_CLUSTER, view)
        if chosen not in order:
            if not order:
                st.caption("There is no cluster.")
                return
            chosen = order[0]
        rows = view.run.members(chosen)
        st.caption(
            f"Cluster **{plain(view.names[chosen])}**, {len(rows):,} images: the most typical, "
            "nearest to its centre"
        )
        pictures.draw(checkpoint, rows[:9], "typical", 9)
        st.caption("… and the strangest, farthest from it")
        pictures.draw(checkpoint, rows[:-10:-1], "strangest", 9)


def _centroids(checkpoint: Checkpoint, view: ClusterView) -> None:
    found = view.run.clustering
    about = view.profile
    labelled = naming.labelled(checkpoint)
    order = view.order
    if not order:
        return
    centers = found.centers[order]
    decoded = found.spec.space == "latent" and checkpoint.model.decodes
    if decoded or sights.are_codes(checkpoint):
        images = sights.of_codes(checkpoint, centers)
    elif found.spec.space in ("latent", "edges"):  # whose mean is no picture
        originals = cached.originals(checkpoint)
        images = np.array([_mean(originals[found.labels == cluster]) for cluster in order])
    else:
        images = centers.reshape(-1, *checkpoint.model.image_shape)
    tiles = [
        Tile(
            image,
            caption=f"{view.names[cluster]}\n{about.purity[cluster]:.0%}"
            if labelled
            else view.names[cluster],
            alt=f"centroid of cluster {view.names[cluster]}",
            index=cluster,
        )
        for image, cluster in zip(images, order, strict=True)
    ]
    what = "decoded" if decoded else "as the mean of its images"
    if sights.are_codes(checkpoint):
        what = "as a picture of its numbers"
    purity = ", with its most frequent class and that class's share (purity)" if labelled else ""
    st.caption(f"The centroid of each cluster, {what}{purity}. Click one to see its members.")
    many = len(tiles) > 10
    with st.container(height=130 if many else "content", border=False):
        gallery(
            tiles,
            key="centroids",
            columns=None if many else 10,
            width=78,
            on_click=lambda: _keep(_CLUSTER, view, galleries.clicked("centroids")),
        )


def _mean(images: np.ndarray) -> np.ndarray:
    """Return the mean of images (n, h, w, c), black where there are none."""
    return np.asarray(images.mean(axis=0) if len(images) else np.zeros(images.shape[1:]))


def _keep(what: str, view: ClusterView, value: int | None) -> None:
    st.session_state[what] = (view.spec.hash, value)


def _kept(what: str, view: ClusterView) -> int | None:
    """Return what was chosen, unless that was in another clustering."""
    spec, value = st.session_state.get(what, ("", None))
    return value if spec == view.spec.hash else None
