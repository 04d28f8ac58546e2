"""What pages read again and again, kept in memory under the checkpoint's name, time and a spec."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, TestCodes, onnx, spaces
from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.datasets import Dataset
from explorer.latent.stats import LatentStats, describe
from explorer.projection.spec import ProjectionSpec


@dataclass(frozen=True)
class Key:
    """Names a checkpoint as it is now: one that is trained anew gets another key."""

    name: str
    changed: tuple[int, ...]


def key(checkpoint: Checkpoint) -> Key:
    """Return the key of a checkpoint."""
    return key_of(checkpoint.name)


def key_of(name: str) -> Key:
    """Return the key of the checkpoint of that name."""
    return Key(name, tuple(_change(checkpoints.root() / name / file) for file in _READ))


# What pages read of a checkpoint; `config.json` is written with each of the others.
_READ = ("config.json", "codes.npz", "decoder.onnx")


def _change(file: Path) -> int:
    """Return a number that another content of the file would change; 0 if there is none."""
    try:
        about = file.stat()
    except OSError:
        return 0
    return about.st_mtime_ns ^ about.st_size


# How Streamlit's caches name what is asked of them.
HASH: dict[str | type[Any], Callable[[Any], Any]] = {
    Key: lambda key: (key.name, key.changed),
    ProjectionSpec: lambda spec: spec.hash,
    ClusteringSpec: lambda spec: spec.hash,
}


def codes(key: Key) -> TestCodes:
    """Return a checkpoint's test codes. Shared by all users: not to be written to.

    Raises:
        ExplorerError: As `Checkpoint.codes`. That is remembered for a minute: to unpack a large
            archive and then refuse it takes seconds.
    """
    since, reason = _REFUSED.get(key, (0.0, ""))
    if reason and time.monotonic() - since < _REMEMBERED:
        raise ExplorerError(reason)
    try:
        return _codes(key)
    except ExplorerError as error:
        if len(_REFUSED) >= _MOST_REFUSED:
            _REFUSED.clear()
        _REFUSED[key] = time.monotonic(), str(error)
        raise


_REFUSED: dict[Key, tuple[float, str]] = {}
_MOST_REFUSED = 1000
_REMEMBERED = 60.0  # seconds


@st.cache_resource(max_entries=16, hash_funcs=HASH, show_spinner=False)
def _codes(key: Key) -> TestCodes:
    return checkpoints.get(key.name).codes()


@st.cache_resource(max_entries=16, hash_funcs=HASH, show_spinner=False)
def latent_stats(key: Key) -> LatentStats:
    """Return how a checkpoint's test codes fill its latent space."""
    found = codes(key).latent
    return describe(found.z_mean, found.kl)


@st.cache_resource(max_entries=16, hash_funcs=HASH, show_spinner=False)
def decoder(key: Key) -> onnx.Decoder:
    """Return a checkpoint's decoder."""
    return checkpoints.get(key.name).decoder()


@st.cache_resource(max_entries=4, show_spinner=False)
def _test_data(dataset: str) -> Dataset:
    return datasets.load(dataset, "test", download=False)


def originals(checkpoint: Checkpoint) -> np.ndarray:
    """Return the test images, (n, h, w, c) in [0, 1]. Shared: not to be written to.

    Raises:
        ExplorerError: As `spaces.originals`.
    """
    n = len(codes(key(checkpoint)).labels)
    data = _test_data(checkpoint.dataset)
    try:
        return spaces.matching(data, checkpoint.name, n)
    except ExplorerError:
        _test_data.clear(checkpoint.dataset)  # the right file may be put there
        raise


def decode(checkpoint: Checkpoint, z: np.ndarray) -> np.ndarray:
    """Return the images of codes z, (n, z_dim), as (n, h, w, c) in [0, 1]."""
    return decoder(key(checkpoint)).decode(z)
