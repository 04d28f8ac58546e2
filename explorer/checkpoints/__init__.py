"""Trained models on disk, and running them without Keras."""

from explorer.checkpoints.store import (
    BrokenCheckpoint,
    Checkpoint,
    TestCodes,
    get,
    list_checkpoints,
    root,
)

__all__ = [
    "BrokenCheckpoint",
    "Checkpoint",
    "TestCodes",
    "get",
    "list_checkpoints",
    "root",
]
