"""Trained models on disk, and running them without Keras."""

from explorer.checkpoints.store import (
    MAX_ONNX_DIFFERENCE,
    BrokenCheckpoint,
    Checkpoint,
    TestCodes,
    get,
    list_checkpoints,
    root,
    write,
)

__all__ = [
    "MAX_ONNX_DIFFERENCE",
    "BrokenCheckpoint",
    "Checkpoint",
    "TestCodes",
    "get",
    "list_checkpoints",
    "root",
    "write",
]
