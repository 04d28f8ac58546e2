"""Data sets: where their files come from, and their splits."""

from explorer.datasets.base import Dataset, DatasetInfo, Split
from explorer.datasets.builtin import DATASETS
from explorer.datasets.catalog import check_here, download, info, is_local, load

__all__ = [
    "DATASETS",
    "Dataset",
    "DatasetInfo",
    "Split",
    "check_here",
    "download",
    "info",
    "is_local",
    "load",
]
