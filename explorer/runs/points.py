"""The points of a checkpoint that are clustered: of its training or test images, in any space."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from explorer import datasets
from explorer.checkpoints import Checkpoint, spaces
from explorer.clustering import ClusteringSpec, add_noise
from explorer.core.errors import ExplorerError
from explorer.core.storage import read_npz, write_npz


@dataclass(frozen=True, eq=False)
class Points:
    """Points and their classes.

    Attributes:
        x: Shape (n, d), float32.
        labels: Class of each, shape (n,), int64.
    """

    x: np.ndarray
    labels: np.ndarray


def test_points(checkpoint: Checkpoint, spec: ClusteringSpec) -> Points:
    """Return the points of the test images in `spec.space`.

    With `spec.noise` above 0, Gaussian noise of that standard deviation is added to the images
    (in [0, 1], seeded by `spec.seed`), and what is encoded and decoded are the noisy ones.

    Raises:
        ExplorerError: If the checkpoint is damaged, or images are needed that are not on this
            machine.
    """
    labels = checkpoint.codes().labels
    if not spec.noise:
        return Points(spaces.points(checkpoint, spec.space), labels)
    images = add_noise(spaces.originals(checkpoint), spec.noise, spec.seed)
    if spec.space == "original":
        return Points(spaces.flat(images), labels)
    z = checkpoint.encoder().encode(images).z_mean
    return Points(spaces.from_codes(checkpoint, z, spec.space), labels)


def train_points(checkpoint: Checkpoint, space: str) -> Points:
    """Return the points of the training images in a space; the codes are kept beside it.

    Raises:
        ExplorerError: As `test_points`.
    """
    if space == "original":
        data = datasets.load(checkpoint.dataset, "train", download=False)
        return Points(spaces.flat(data.images), data.labels)
    codes = _train_codes(checkpoint)
    return Points(spaces.from_codes(checkpoint, codes.x, space), codes.labels)


def fitted_points(checkpoint: Checkpoint, spec: ClusteringSpec) -> Points:
    """Return the points that a clustering is fitted on.

    Those are the training images, always without noise (as in source B, where only the test
    images are noisy), or the test images with the noise of the spec.
    """
    if spec.fit_on == "train":
        return train_points(checkpoint, spec.space)
    return test_points(checkpoint, spec)


@dataclass(frozen=True)
class Fitting:
    """What a spec becomes on this machine.

    Attributes:
        spec: The spec, fitted on the test images where the training images are absent.
        note: Why it was changed, one sentence; "" if it was not.
    """

    spec: ClusteringSpec
    note: str = ""


def fitting(checkpoint: Checkpoint, spec: ClusteringSpec) -> Fitting:
    """Return the spec itself, or for the test images if the training images are not here."""
    if spec.fit_on == "test" or has_training_images(checkpoint):
        return Fitting(spec)
    about = datasets.info(checkpoint.dataset)
    fetch = f"; 'python -m explorer download {about.name}' fetches them"
    return Fitting(
        replace(spec, fit_on="test"),
        f"The training images of {about.title} are not on this machine, so the clusters are found "
        f"on the test images{fetch if about.downloadable else ''}.",
    )


def has_training_images(checkpoint: Checkpoint) -> bool:
    """Return whether the training images are on this machine; they are not read."""
    return datasets.is_local(checkpoint.dataset, "train")


def _train_codes(checkpoint: Checkpoint) -> Points:
    file = checkpoint.clusterings / "train-codes.npz"
    try:
        kept = read_npz(file, "z_mean", "labels")
        if kept["z_mean"].shape == (len(kept["labels"]), checkpoint.z_dim):
            return Points(kept["z_mean"], kept["labels"])
    except ExplorerError:
        pass  # there is none yet, or it is damaged
    data = datasets.load(checkpoint.dataset, "train", download=False)
    z = checkpoint.encoder().encode(data.images).z_mean
    with suppress(OSError):  # without room they are computed again
        write_npz(file, z_mean=z, labels=data.labels)
    return Points(z, data.labels)
