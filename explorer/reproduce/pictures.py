"""The sources' pictures, drawn from checkpoints: `python -m explorer reproduce … --write`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from explorer import checkpoints, datasets
from explorer.checkpoints import spaces
from explorer.clustering import add_noise
from explorer.clustering.spec import default_spec
from explorer.core.errors import ExplorerError
from explorer.figures.colors import CLASS_COLORS
from explorer.reproduce.tables import NOISE
from explorer.runs.clusterings import ClusteringRequest

_SCALE = 2  # pixels of a picture to a pixel of an image
_SIDE = 420  # of a scatter, in pixels
_REACH = 10.0  # of its axes, the same for all


def draw(source: str, folder: Path) -> list[Path]:
    """Draw the pictures of a source into a folder; return their files.

    Raises:
        ExplorerError: If a checkpoint or its test images are not on this machine.
    """
    found = []
    for name, picture in _PICTURES.get(source, {}).items():
        image = Image.fromarray(picture())
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.png"
        image.save(file, optimize=True)
        found.append(file)
    return found


def _reconstructions() -> np.ndarray:
    """A1: test images, one of each class and more, over what 16 numbers give back."""
    checkpoint = checkpoints.get("mnist-ae-cnn-z16")
    shown = _examples("mnist-ae-cnn-z16")
    z = checkpoint.codes().latent.z_mean[shown]
    return _tiles([spaces.originals(checkpoint)[shown], checkpoint.decoder().decode(z)])


def _codes() -> np.ndarray:
    """A1 and A2: the codes of the autoencoder beside those of the VAE, on one scale."""
    names = ("mnist-ae-cnn-z2", "mnist-vae-cnn-z2")
    return np.concatenate([_scatter(name) for name in names], axis=1)


def _denoising(name: str) -> np.ndarray:
    """B: test images, the same with noise, and what the VAE makes of the noisy ones."""
    checkpoint = checkpoints.get(name)
    images = spaces.originals(checkpoint)[_examples(name)]
    noisy = add_noise(images, NOISE, 0)
    z = checkpoint.encoder().encode(noisy).z_mean
    return _tiles([images, noisy, checkpoint.decoder().decode(z)])


def _centroids() -> np.ndarray:
    """D: the centroids of k-means on the 3-D codes, each decoded."""
    checkpoint = checkpoints.get("mnist-ae-dense-z3")
    run = ClusteringRequest(checkpoint.name, default_spec("kmeans")).get()
    return _tiles([checkpoint.decoder().decode(run.clustering.centers)])


_PICTURES: dict[str, dict[str, Callable[[], np.ndarray]]] = {
    "A1": {"a1-reconstructions": _reconstructions, "a1-a2-codes": _codes},
    "A2": {"a1-a2-codes": _codes},
    "B": {
        "b-denoising-mnist": lambda: _denoising("mnist-vae-mlp-z10"),
        "b-denoising-fashion": lambda: _denoising("fashion-vae-mlp-z10"),
    },
    "D": {"d-centroids": _centroids},
}


def _examples(name: str) -> np.ndarray:
    """Return the numbers of two test images of each class, the first of each."""
    checkpoint = checkpoints.get(name)
    labels = checkpoint.codes().labels
    n = len(datasets.info(checkpoint.dataset).class_names)
    return np.concatenate([np.flatnonzero(labels == label)[:2] for label in range(n)])


def _tiles(rows: list[np.ndarray]) -> np.ndarray:
    """Return rows of grey images (n, h, w, 1) in [0, 1] as one picture, uint8."""
    lines = [np.concatenate(list(row[..., 0]), axis=1) for row in rows]
    picture = np.clip(np.concatenate(lines), 0, 1).repeat(_SCALE, axis=0).repeat(_SCALE, axis=1)
    return np.asarray(np.rint(255 * picture), np.uint8)


def _scatter(name: str) -> np.ndarray:
    """Return the codes of a checkpoint with two dimensions as a picture, (h, w, 3) uint8."""
    test = checkpoints.get(name).codes()
    if test.latent.z_mean.shape[1] != 2:
        raise ExplorerError(f"{name} has no two dimensions: its codes are not drawn as they are.")
    picture = np.full((_SIDE, _SIDE, 3), 255, np.uint8)
    middle = _SIDE // 2
    picture[middle, :] = picture[:, middle] = 200  # the axes
    # Each frame is as wide as the other: the range is the point.
    picture[[0, -1], :] = picture[:, [0, -1]] = 120
    places = np.rint(middle + test.latent.z_mean / _REACH * middle).astype(int)
    places = np.clip(places, 1, _SIDE - 2)
    colors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in CLASS_COLORS], np.uint8)
    for dx in (0, 1):
        for dy in (0, 1):
            picture[_SIDE - 1 - places[:, 1] + dy, places[:, 0] - dx] = colors[
                test.labels % len(colors)
            ]
    return picture
