"""The cluster classifier of source A3 on the cluster page."""

import numpy as np
import streamlit as st

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint, spaces
from explorer.clustering.majority_vote import MIXED, SOURCE_SPEC, source_spec
from explorer.clustering.preprocessing import SCALING_TITLES
from explorer.clustering.spec import ClusteringSpec
from explorer.figures import clusters
from explorer.runs import points
from explorer.runs.classifiers import ClassifierRequest, ClassifierRun
from explorer.ui.cluster.form import MOST_CLUSTERS
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.plot import plot
from explorer.ui.shared import provide
from explorer.ui.shared.clusterings import ClusterView

_METHODS = {"minibatch": "Mini-batch k-means", "kmeans": "k-means"}
_STARTS = {"minibatch": int(SOURCE_SPEC.to_dict()["n_init"]), "kmeans": 3}


def draw(checkpoint: Checkpoint, view: ClusterView) -> None:
    """Draw the choice of a classifier, and what it is worth."""
    spec = _choose(checkpoint)
    request = ClassifierRequest(checkpoint.name, spec)
    found = provide.find(request)
    if found is not None:
        _result(checkpoint, found)
        return
    st.caption(
        "Many clusters make a classifier: each takes the class that most of its images have, and a "
        "new image is predicted through the cluster that it falls into. The labels are used for "
        "nothing else."
    )
    provide.on_demand(request, f"Classify through {spec.method.k} clusters")


def _choose(checkpoint: Checkpoint) -> ClusteringSpec:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        method = st.selectbox(
            "Method",
            list(_METHODS),
            format_func=_METHODS.__getitem__,
            key="classifier-method",
            width=180,
            help="Mini-batches are much faster; full k-means (Lloyd) looks at all points in every "
            "step: clusters and classifier are a little better, and a few starts are enough.",
        )
        known = spaces.offered(checkpoint)
        space = st.selectbox(
            "Points",
            list(known),
            format_func=known.__getitem__,
            key="classifier-points",
            width=150,
        )
        k = int(st.number_input("Clusters", 2, MOST_CLUSTERS, 225, key="classifier-k", width=110))
        scaling = st.selectbox(
            "Scale the points",
            list(SCALING_TITLES),
            format_func=SCALING_TITLES.__getitem__,
            key="classifier-scaling",
            width=230,
        )
        starts = int(
            st.number_input(
                "Starts",
                1,
                100,
                _STARTS[str(method)],
                key=f"classifier-starts-{method}",
                width=100,
            )
        )
    asked = source_spec(
        str(method), space=str(space), n_clusters=k, scaling=str(scaling), n_init=starts
    )
    found = points.fitting(checkpoint, asked)
    if found.note:
        st.caption(
            f":material/info: {found.note} Here that is every second one, and the others are the "
            "test."
        )
    return found.spec


def _result(checkpoint: Checkpoint, found: ClassifierRun) -> None:
    names = datasets.info(checkpoint.dataset).class_names
    matrix, offenders = st.columns(2, gap="medium")
    with matrix:
        st.markdown(
            f"Test error **{found.test_error:.2%}** ({found.n_test:,} images), training "
            f"{found.train_error:.2%} ({found.n_train:,})"
        )
        columns = [names[label] if label >= 0 else "none" for label in found.classes]
        shown = clusters.confusion(found.confusion("test"), names, columns, "predicted class")
        plot(
            figures.to_json(shown),
            key="classifier-confusion",
            alt="True against predicted classes of the test images",
            height=250,
        )
    with offenders:
        st.markdown(
            f"**{found.mixed_share:.0%}** of the clusters are mixed: minority above {MIXED:.0%}"
        )
        with st.container(height=250, border=False, gap="xsmall"):
            for row in range(len(found.offenders)):
                _offender(found, row, names)


def _offender(found: ClassifierRun, row: int, names: tuple[str, ...]) -> None:
    labels = found.offender_labels[row]
    images = found.offender_images[row].astype(np.float32) / 255
    n = int(np.count_nonzero(labels >= 0))
    st.caption(
        f"Cluster {found.offenders[row]}, {found.offender_sizes[row]:,} images, predicts "
        f"**{names[found.offender_majorities[row]]}**, "
        f"{found.offender_minorities[row]:.0%} are something else:"
    )
    tiles = [Tile(images[0], "centre", "centre of the cluster")]
    tiles += [
        Tile(image, names[label], f"a {names[label]} in a cluster of another class")
        for image, label in zip(images[1 : 1 + n], labels, strict=False)
    ]
    gallery(tiles[:9], key=f"offender-{row}", columns=9)
