"""What is done to points before a method sees them: noise, scaling, PCA."""

from typing import Any

import numpy as np

from explorer.core.errors import ExplorerError

SCALING_TITLES = {
    "none": "as they are",
    "normalizer": "each point to length 1",
    "standard": "each value to mean 0, deviation 1",
}


def transformers(scaling: str, pca: int, seed: int) -> list[Any]:
    """Return scikit-learn's transformers for a scaling and a number of principal components."""
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import Normalizer, StandardScaler

    steps: list[Any] = []
    if scaling != "none":
        steps.append(Normalizer() if scaling == "normalizer" else StandardScaler())
    if pca:
        steps.append(PCA(pca, random_state=seed))
    return steps


def as_points(x: np.ndarray) -> np.ndarray:
    """Return `x` as finite floats of shape (n, d); axes after the first are flattened.

    Raises:
        ExplorerError: If `x` is empty, has fewer than two axes, or values that are not finite
            real numbers.
    """
    x = np.asarray(x)
    if x.ndim < 2 or x.size == 0 or x.dtype.kind not in "fiub":
        raise ExplorerError(
            "Points to cluster are an array of numbers with one row per point. "
            f"Received: shape {x.shape}, type {x.dtype}."
        )
    if x.dtype not in (np.float32, np.float64):
        x = x.astype(np.float32)
    bad = ~np.isfinite(x).reshape(len(x), -1).all(axis=1)
    if bad.any():
        raise ExplorerError(
            "Points to cluster must be finite numbers; remove the rows with NaN or infinity. "
            f"Received: {bad.sum()} such rows, the first is row {bad.argmax()}."
        )
    points: np.ndarray = x.reshape(len(x), -1)
    return points


def add_noise(images: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    """Add Gaussian noise of standard deviation `sigma` to images in [0, 1], and clip to [0, 1].

    For the spaces "latent" and "reconstructed", add it to the images and encode those.

    Returns:
        float32 of the same shape; the same seed gives the same noise.

    Raises:
        ExplorerError: If the values do not lie in [0, 1], or `sigma` is negative or not finite.
    """
    images = np.asarray(images, dtype=np.float32)
    if not np.isfinite(sigma) or sigma < 0:
        raise ExplorerError(f"The noise must be a number from 0 up. Received: {sigma}.")
    if images.size and not (images.min() >= 0 and images.max() <= 1):
        raise ExplorerError(
            "Noise is added to images with values in [0, 1]; divide grey levels by 255. "
            f"Received: values from {images.min():g} to {images.max():g}."
        )
    noise = np.random.default_rng(seed).standard_normal(images.shape, dtype=np.float32)
    return np.asarray(np.clip(images + np.float32(sigma) * noise, 0, 1))
