"""Data sets: where their files come from, and their splits."""

from explorer.datasets.base import UNLABELLED, Dataset, DatasetInfo, Drawing, Factor, Split
from explorer.datasets.builtin import DATASETS
from explorer.datasets.catalog import (
    check_here,
    download,
    info,
    is_local,
    licence,
    load,
    names,
    raw,
)
from explorer.datasets.user import BrokenDataset, list_own

__all__ = [
    "DATASETS",
    "UNLABELLED",
    "BrokenDataset",
    "Dataset",
    "DatasetInfo",
    "Drawing",
    "Factor",
    "Split",
    "check_here",
    "download",
    "info",
    "is_local",
    "licence",
    "list_own",
    "load",
    "names",
    "raw",
]
