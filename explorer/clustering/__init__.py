"""Clusters of points, and how good they are."""

from explorer.clustering.base import (
    NOISE,
    Clustering,
    ClusteringSpec,
    FittedClustering,
    add_noise,
    as_points,
    default_spec,
    file_of,
    fit,
    fit_prepared,
    load,
    members,
    prepare,
    save,
)

__all__ = [
    "NOISE",
    "Clustering",
    "ClusteringSpec",
    "FittedClustering",
    "add_noise",
    "as_points",
    "default_spec",
    "file_of",
    "fit",
    "fit_prepared",
    "load",
    "members",
    "prepare",
    "save",
]
