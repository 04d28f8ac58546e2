"""Pictures of points in many dimensions, in 2-D and 3-D."""

from explorer.projection.cache import cached, file_of, load, save
from explorer.projection.compute import Projection, project, sample
from explorer.projection.methods import METHODS, offered
from explorer.projection.quality import (
    ACCURACY_SAMPLE,
    QUALITY_NEIGHBORS,
    QUALITY_SAMPLE,
    quality,
)
from explorer.projection.spec import ProjectionSpec
from explorer.projection.umap import warm_up

__all__ = [
    "ACCURACY_SAMPLE",
    "METHODS",
    "QUALITY_NEIGHBORS",
    "QUALITY_SAMPLE",
    "Projection",
    "ProjectionSpec",
    "cached",
    "file_of",
    "load",
    "offered",
    "project",
    "quality",
    "sample",
    "save",
    "warm_up",
]
