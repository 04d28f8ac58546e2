"""Data sets: where their files come from, and their splits."""

from explorer.datasets.base import (
    DATASETS,
    Dataset,
    Split,
    check_here,
    download,
    info,
    is_local,
    load,
)

__all__ = ["DATASETS", "Dataset", "Split", "check_here", "download", "info", "is_local", "load"]
