"""What pages read again and again, kept in memory under the checkpoint's name, time and a spec."""

import os
import time
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint, TestCodes, onnx, spaces
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.datasets import Dataset, DatasetInfo
from explorer.datasets.images import Images
from explorer.latent.stats import LatentStats, describe


@dataclass(frozen=True)
class Key:
    """Names a checkpoint as it is now: one that is trained anew gets another key."""

    name: str
    changed: tuple[int, ...]


def key(checkpoint: Checkpoint) -> Key:
    """Return the key of a checkpoint."""
    return key_of(checkpoint.name)


def key_of(name: str) -> Key:
    """Return the key of the checkpoint of that name: the same one throughout a rerun."""
    known = _known()
    if name not in known:
        folder = f"{checkpoints.root()}/{name}/"
        known[name] = Key(name, tuple(_change(folder + file) for file in _READ))
    return known[name]


# By what Streamlit makes anew for each rerun.
_RERUNS: WeakKeyDictionary[object, dict[str, Key]] = WeakKeyDictionary()


def _known() -> dict[str, Key]:
    """Return the keys that this rerun has asked for; a page asks fifty times."""
    context = get_script_run_ctx(suppress_warning=True)
    rerun = None if context is None else context.parallel_coordinator
    return {} if rerun is None else _RERUNS.setdefault(rerun, {})


# What pages read of a checkpoint; `config.json` is written with each of the others.
_READ = ("config.json", "codes.npz", "decoder.onnx")


def _change(file: str) -> int:
    """Return a number that another content of the file would change; 0 if there is none."""
    try:
        about = os.stat(file)  # noqa: PTH116  a path takes longer
    except OSError:
        return 0
    return about.st_mtime_ns ^ about.st_size


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


@keep(16)
def _codes(key: Key) -> TestCodes:
    return checkpoints.get(key.name).codes()


@keep(16)
def latent_stats(key: Key) -> LatentStats:
    """Return how a checkpoint's test codes fill its latent space."""
    found = codes(key).latent
    return describe(found.z_mean, found.kl)


@keep(16)
def decoder(key: Key) -> onnx.Decoder:
    """Return a checkpoint's decoder."""
    return checkpoints.get(key.name).decoder()


@keep(16)
def encoder(key: Key) -> onnx.Encoder:
    """Return a checkpoint's encoder."""
    return checkpoints.get(key.name).encoder()


@keep(4)
def _test_data(about: DatasetInfo) -> Dataset:
    return datasets.load(about.name, "test", download=False)


def factors(dataset: str) -> np.ndarray:
    """Return the factors of a data set's test images, (n, k), whole numbers.

    Raises:
        ExplorerError: If they are not known.
    """
    found = _test_data(datasets.info(dataset)).factors
    if found is None:
        raise ExplorerError(f"The factors of these images are not known. Received: {dataset}.")
    return found


def originals(checkpoint: Checkpoint) -> Images:
    """Return the test images, (n, h, w, c) in [0, 1], of which those are read that are taken.

    Raises:
        ExplorerError: As `spaces.originals`.
    """
    n = len(codes(key(checkpoint)).labels)
    about = datasets.info(checkpoint.dataset)
    data = _test_data(about)
    try:
        return spaces.matching(data, checkpoint.name, n)
    except ExplorerError:
        _test_data.forget(about)  # the right file may be put there
        raise


def decode(checkpoint: Checkpoint, z: np.ndarray) -> np.ndarray:
    """Return the images of codes z, (n, z_dim), as (n, h, w, c) in [0, 1]."""
    return decoder(key(checkpoint)).decode(z)
