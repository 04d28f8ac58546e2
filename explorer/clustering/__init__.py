"""Clusters of points, and how good they are."""

from explorer.clustering.base import NOISE
from explorer.clustering.cache import file_of, load, save
from explorer.clustering.compute import (
    Clustering,
    FittedClustering,
    fit,
    fit_prepared,
    members,
    prepare,
)
from explorer.clustering.methods import METHODS
from explorer.clustering.preprocessing import add_noise, as_points
from explorer.clustering.spec import ClusteringSpec, default_spec

__all__ = [
    "METHODS",
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
