"""The spaces in which a checkpoint's test images can be seen."""

import math
from typing import Any

import numpy as np

from explorer import datasets
from explorer.checkpoints import edges
from explorer.checkpoints.store import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.core.spaces import SPACES, TITLES
from explorer.datasets import Dataset
from explorer.datasets.images import Images

_MAX_POINTS = 4_000_000_000  # bytes
OF_IMAGES = ("original", "edges")  # spaces for which no model is asked


def offered(checkpoint: Checkpoint) -> dict[str, str]:
    """Return the spaces that a checkpoint has, and their titles: codes alone are in one."""
    has_images = datasets.info(checkpoint.dataset).has_images
    there = {"latent": True, "reconstructed": checkpoint.model.decodes}
    return {name: title for name, title in TITLES.items() if there.get(name, has_images)}


def points(checkpoint: Checkpoint, space: str) -> np.ndarray:
    """Return the test images' points in a space, shape (n, d), float32.

    Args:
        checkpoint: Whose.
        space: "latent" (z_mean), "original" (pixels in [0, 1]), "reconstructed" (pixels of the
            decoded z_mean) or "edges" (`explorer.checkpoints.edges`).

    Raises:
        ExplorerError: If the space is unknown, the checkpoint is damaged, or the original images
            are not on this machine.
    """
    if space not in SPACES:
        raise ExplorerError(f"space must be one of {', '.join(SPACES)}. Received: {space!r}.")
    if space in OF_IMAGES:
        images = originals(checkpoint)
        check_size(checkpoint, space, len(images))
        return from_images(images, space)
    z = checkpoint.codes().latent.z_mean
    check_size(checkpoint, space, len(z))
    return from_codes(checkpoint, z, space)


def from_codes(checkpoint: Checkpoint, z: np.ndarray, space: str) -> np.ndarray:
    """Return codes z, (n, z_dim), as points of the space "latent" or "reconstructed"."""
    return z if space == "latent" else flat(checkpoint.decoder().decode(z))


def from_images(images: np.ndarray | Images, space: str) -> np.ndarray:
    """Return images, (n, h, w, c) in [0, 1], as points of a space of `OF_IMAGES`."""
    if space == "original":
        return flat(images[:])
    if isinstance(images, np.ndarray) or len(images) <= edges.MOST_KEPT:
        return edges.histograms(images[:])
    return np.concatenate([edges.histograms(part) for _, part in images.chunks()])


def check_size(checkpoint: Checkpoint, space: str, n: int) -> None:
    """Refuse n points of a space that fill the memory of most machines.

    Raises:
        ExplorerError: If they do, with what to do instead.
    """
    size = 4 * n * width(checkpoint, space)
    if size > _MAX_POINTS:
        raise ExplorerError(
            f"{n:,} images of {checkpoint.name} as points would take {size / 1e9:.1f} GB of "
            f"memory, at most {_MAX_POINTS / 1e9:.0f} GB are taken: choose the latent space"
            f"{', or edges' if space != 'edges' else ''}."
        )


def width(checkpoint: Checkpoint, space: str) -> int:
    """Return how many values a point has in a space."""
    if space == "latent":
        return checkpoint.z_dim
    shape = checkpoint.model.image_shape
    return edges.width(shape) if space == "edges" else math.prod(shape)


def flat(images: np.ndarray | Images) -> np.ndarray:
    """Return images, (n, h, w, c), as points, (n, h · w · c)."""
    return np.asarray(images).reshape(len(images), -1)


def originals(checkpoint: Checkpoint) -> Images:
    """Return the test images themselves, (n, h, w, c) in [0, 1]; nothing is downloaded.

    Raises:
        ExplorerError: If they are not on this machine, or are not those of the checkpoint's codes.
    """
    data = datasets.load(checkpoint.dataset, "test", download=False)
    return matching(data, checkpoint.name, len(checkpoint.codes().labels))


def matching(data: Dataset, name: str, n: int) -> Images:
    """Return the images of `data`, (n, h, w, c), if the checkpoint `name` has codes of that many.

    Raises:
        ExplorerError: If there are more or fewer.
    """
    if len(data.images) != n:
        raise ExplorerError(
            f"{data.source} has {len(data.images):,} test images, but {name} has codes of {n:,}: "
            "it belongs to another version of the data."
        )
    return data.images


def describe(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return where the test codes lie.

    Returns:
        `n` codes; for each latent dimension `min`, `max`, `mean` and `std` of the codes, and for a
        VAE `kl`, its mean KL divergence in nats (a dimension near 0 is not used); the mean
        `reconstruction_error`, summed over the pixels, in the model's own loss, None without one.
    """
    test = checkpoint.codes()
    z, kl = test.latent.z_mean, test.latent.kl
    columns = {"min": z.min(axis=0), "max": z.max(axis=0), "mean": z.mean(axis=0)}
    columns["std"] = z.std(axis=0)
    if kl is not None:
        columns["kl"] = kl.mean(axis=0)
    return {
        "name": checkpoint.name,
        "n": len(z),
        "reconstruction_error": (
            float(test.reconstruction_error.mean()) if checkpoint.model.decodes else None
        ),
        "dimensions": [
            {"axis": axis, **{key: float(column[axis]) for key, column in columns.items()}}
            for axis in range(checkpoint.z_dim)
        ],
    }
