"""The left column of the cluster page: which clustering, seen in which picture."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer import datasets
from explorer.checkpoints import Checkpoint
from explorer.clustering.spec import (
    COVARIANCE_TYPES,
    SCALINGS,
    SPLITS,
    ClusteringSpec,
    default_spec,
)
from explorer.projection import METHODS, ProjectionSpec
from explorer.ui.shared import projections

MOST_CLUSTERS = 250

METHOD_NAMES = {
    "kmeans": "k-means",
    "minibatch": "Mini-batch k-means",
    "gmm": "Gaussian mixture",
    "umap_kmeans": "UMAP → k-means",
    "umap_gmm": "UMAP → Gaussian mixture",
    "hdbscan": "HDBSCAN",
}
METHOD_HELP = (
    "k-means: round clusters of like size. Gaussian mixture: ellipses, and how sure each point is. "
    "UMAP first: the recipe of N2D, slow and often best. HDBSCAN: finds its own number of "
    "clusters, and leaves some points out."
)
SPACE_NAMES = {
    "latent": "Latent codes",
    "original": "Original pixels",
    "reconstructed": "Reconstructions",
}
SCALING_NAMES = {
    "none": "as they are",
    "normalizer": "each point to length 1",
    "standard": "each value to mean 0, deviation 1",
}
SPLIT_NAMES = {"test": "test images", "train": "training images"}
_BOUND: dict[str, Any] = {"bind": "query-params"}
_KEPT: dict[str, Any] = {"persist_state": "session"}


@dataclass(frozen=True)
class Choice:
    """What is to be clustered how, and the picture to see it in.

    Attributes:
        spec: The clustering.
        picture: The projection of both maps.
        layers: What is drawn besides the points, keys of `LAYERS`.
    """

    spec: ClusteringSpec
    picture: ProjectionSpec
    layers: tuple[str, ...]


LAYERS = {
    "centroids": "Centroids",
    "cells": "Cells",
    "ellipses": "Ellipses",
    "uncertainty": "Uncertainty",
}


def choose(checkpoint: Checkpoint) -> Choice:
    """Draw the controls; return what was chosen.

    Raises:
        ExplorerError: If the values do not go together.
    """
    method = st.selectbox(
        "Method",
        list(METHOD_NAMES),
        format_func=METHOD_NAMES.__getitem__,
        key="method",
        help=METHOD_HELP,
        **_BOUND,
    )
    space = st.selectbox(
        "Points",
        list(SPACE_NAMES),
        format_func=SPACE_NAMES.__getitem__,
        key="points",
        help="What is clustered: the codes of the images, their pixels, or the pixels of their "
        "reconstructions.",
        **_BOUND,
    )
    changes: dict[str, Any] = {"space": space}
    number, more = st.columns([1, 1], vertical_alignment="bottom", gap="small")
    n_classes = len(datasets.info(checkpoint.dataset).class_names)
    with number:
        if method == "hdbscan":
            changes["min_cluster_size"] = int(
                st.number_input(
                    "Smallest",
                    2,
                    1000,
                    50,
                    key="smallest",
                    help="Fewer points than this are no cluster.",
                    **_BOUND,
                )
            )
        else:
            changes["n_clusters"] = int(
                st.number_input(
                    "Clusters",
                    1,
                    MOST_CLUSTERS,
                    n_classes,
                    key="k",
                    help="How many clusters to find, k.",
                    **_BOUND,
                )
            )
    with more, st.popover("Options", width="stretch"):
        changes |= _options(checkpoint, str(method), str(space))
    spec = default_spec(str(method), **changes)
    return Choice(spec, _picture(checkpoint), _layers(str(method)))


def _options(checkpoint: Checkpoint, method: str, space: str) -> dict[str, Any]:
    usual = default_spec(method)
    with st.container(width=300):
        changes: dict[str, Any] = {
            "fit_on": st.radio(
                "Find the clusters on",
                list(reversed(SPLITS)),
                format_func=SPLIT_NAMES.__getitem__,
                horizontal=True,
                key="fit",
                help="Maps and scores are of the test images in either case.",
                **_BOUND,
            ),
            "noise": st.slider(
                "Noise on the test images (σ)",
                0.0,
                1.0,
                0.0,
                0.05,
                key="noise",
                help="Gaussian noise added to pixels between 0 and 1, before they are encoded. "
                "Training images stay clean.",
                **_BOUND,
            ),
            "scaling": st.selectbox(
                "Scale the points",
                SCALINGS,
                format_func=SCALING_NAMES.__getitem__,
                key="scaling",
                **_BOUND,
            ),
            "pca": int(
                st.number_input(
                    "PCA first, components to keep (0: no PCA)",
                    0,
                    checkpoint.z_dim if space == "latent" else 100,
                    0,
                    key=f"pca-{space}",
                    **_BOUND,
                )
            ),
        }
        if method.endswith("gmm"):
            changes["covariance_type"] = st.selectbox(
                "Covariances", COVARIANCE_TYPES, key="covariance", **_BOUND
            )
        if method.startswith("umap"):
            changes |= {
                "n_neighbors": st.slider("UMAP: neighbours", 2, 100, 20, key="neighbours", **_KEPT),
                "min_dist": st.slider("UMAP: distance", 0.0, 1.0, 0.0, key="distance", **_KEPT),
                "n_components": st.slider("UMAP: dimensions", 2, 20, 10, key="umap-d", **_KEPT),
            }
        if method != "hdbscan":
            changes["n_init"] = int(
                st.number_input(
                    "Starts, of which the best is kept",
                    1,
                    100,
                    usual.n_init,
                    key=f"starts-{method}",
                    **_KEPT,
                )
            )
            changes["max_iter"] = int(
                st.number_input(
                    "Iterations at most",
                    1,
                    10_000,
                    usual.max_iter,
                    key=f"iterations-{method}",
                    **_KEPT,
                )
            )
        changes["seed"] = int(st.number_input("Seed", 0, 2**32 - 1, 0, key="seed", **_BOUND))
    return changes


def _picture(checkpoint: Checkpoint) -> ProjectionSpec:
    dimensions = {f"{name} 2d": method.title for name, method in METHODS.items()}
    if checkpoint.z_dim >= 3:
        dimensions |= {f"{name} 3d": f"{method.title}, 3-D" for name, method in METHODS.items()}
    names = list(dimensions)
    default = {2: "raw 2d", 3: "raw 3d"}.get(checkpoint.z_dim, "tsne 2d")
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
    return ProjectionSpec(METHODS[method](), projections.DIMENSIONS[shown])


def _layers(method: str) -> tuple[str, ...]:
    offered = dict(LAYERS)
    if not method.endswith("gmm"):
        del offered["ellipses"]
        if method != "hdbscan":
            del offered["uncertainty"]
    chosen = st.pills(
        "Show",
        list(offered),
        selection_mode="multi",
        default=["centroids"],
        format_func=offered.__getitem__,
        key=f"show-{'-'.join(offered)}",
        wrap=True,
        **_KEPT,
    )
    return tuple(str(layer) for layer in chosen)
