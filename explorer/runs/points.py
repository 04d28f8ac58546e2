"""The points of a checkpoint that are clustered: of its training or test images, in any space."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from explorer import datasets
from explorer.checkpoints import Checkpoint, spaces
from explorer.checkpoints.onnx import LatentCodes
from explorer.clustering import ClusteringSpec, add_noise
from explorer.core.errors import ExplorerError
from explorer.core.storage import read_npz, write_npz

_TRAIN, _TEST = 0, 1  # so that the samples of both splits are others


@dataclass(frozen=True, eq=False)
class Points:
    """Points and their classes.

    Attributes:
        x: Shape (n, d), float32.
        labels: Class of each, shape (n,), int64.
    """

    x: np.ndarray
    labels: np.ndarray


def truth(checkpoint: Checkpoint, labels: np.ndarray) -> np.ndarray | None:
    """Return the labels of images to judge by; None where the data set has none."""
    return labels if datasets.info(checkpoint.dataset).labelled else None


def test_points(checkpoint: Checkpoint, spec: ClusteringSpec) -> Points:
    """Return the points of the test images in `spec.space`.

    With `spec.noise` above 0, Gaussian noise of that standard deviation is added to the images
    (in [0, 1], seeded by `spec.seed`), and what is encoded and decoded are the noisy ones.

    Raises:
        ExplorerError: If the checkpoint is damaged, or images are needed that are not on this
            machine.
    """
    codes = checkpoint.codes()
    if spec.space in spaces.OF_IMAGES:
        images = spaces.originals(checkpoint)
        spaces.check_size(checkpoint, spec.space, len(images))
        if spec.noise:
            noisy = add_noise(images[:], spec.noise, spec.seed)
            return Points(spaces.from_images(noisy, spec.space), codes.labels)
        return Points(spaces.from_images(images, spec.space), codes.labels)
    latent = codes.latent
    if spec.noise:
        noisy = add_noise(spaces.originals(checkpoint)[:], spec.noise, spec.seed)
        latent = checkpoint.encoder().encode(noisy)
    z = _chosen(latent, spec, _TEST)
    return Points(spaces.from_codes(checkpoint, z, spec.space), codes.labels)


def train_points(checkpoint: Checkpoint, spec: ClusteringSpec) -> Points:
    """Return the points of the training images in `spec.space`; the codes are kept beside it.

    Raises:
        ExplorerError: As `test_points`.
    """
    if spec.space in spaces.OF_IMAGES:
        data = datasets.load(checkpoint.dataset, "train", download=False)
        spaces.check_size(checkpoint, spec.space, len(data.images))
        return Points(spaces.from_images(data.images, spec.space), data.labels)
    latent, labels = _train_codes(checkpoint)
    z = _chosen(latent, spec, _TRAIN)
    return Points(spaces.from_codes(checkpoint, z, spec.space), labels)


def _chosen(latent: LatentCodes, spec: ClusteringSpec, split: int) -> np.ndarray:
    """Return the codes that are clustered, (n, z_dim): the means, or a sample of each."""
    if spec.code == "mean" or latent.z_log_var is None:
        return latent.z_mean
    random = np.random.default_rng((spec.seed, split))
    epsilon = random.standard_normal(latent.z_mean.shape, dtype=np.float32)
    return np.asarray(latent.z_mean + np.exp(latent.z_log_var / 2) * epsilon)


def fitted_points(checkpoint: Checkpoint, spec: ClusteringSpec) -> Points:
    """Return the points that a clustering is fitted on.

    Those are the training images, always without noise (as in source B, where only the test
    images are noisy), or the test images with the noise of the spec, or the one and then the other.
    """
    if spec.fit_on == "test":
        return test_points(checkpoint, spec)
    train = train_points(checkpoint, spec)
    if spec.fit_on == "train":
        return train
    test = test_points(checkpoint, spec)
    x = np.concatenate([train.x, test.x])
    return Points(x, np.concatenate([train.labels, test.labels]))


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
    if spec.fit_on == "test":
        return Fitting(spec)
    if not checkpoint.model.decodes and spec.space not in spaces.OF_IMAGES:
        return Fitting(
            replace(spec, fit_on="test"),
            f"{checkpoint.name} has codes of the test images alone: the clusters are found on "
            "these.",
        )
    if has_training_images(checkpoint):
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


def _train_codes(checkpoint: Checkpoint) -> tuple[LatentCodes, np.ndarray]:
    """Return the codes of the training images, and their classes, shape (n,)."""
    file = checkpoint.clusterings / "train-codes.npz"
    names = ["z_mean", *(["z_log_var"] if checkpoint.model.kind == "vae" else [])]
    try:
        kept = read_npz(file, "labels", *names)
        shape = (len(kept["labels"]), checkpoint.z_dim)
        if all(kept[name].shape == shape for name in names):
            return LatentCodes(kept["z_mean"], kept.get("z_log_var")), kept["labels"]
    except ExplorerError:
        pass  # there is none yet, or it is damaged
    data = datasets.load(checkpoint.dataset, "train", download=False)
    latent = checkpoint.encoder().encode(data.images)
    content = {name: getattr(latent, name) for name in names}
    with suppress(OSError):  # without room they are computed again
        write_npz(file, labels=data.labels, **content)
    return latent, data.labels
