"""Pictures of points in many dimensions, in 2-D and 3-D."""

from explorer.projection.base import (
    QUALITY_NEIGHBORS,
    QUALITY_SAMPLE,
    Projection,
    cached,
    file_of,
    load,
    project,
    quality,
    sample,
    save,
    warm_up,
)

__all__ = [
    "QUALITY_NEIGHBORS",
    "QUALITY_SAMPLE",
    "Projection",
    "cached",
    "file_of",
    "load",
    "project",
    "quality",
    "sample",
    "save",
    "warm_up",
]
