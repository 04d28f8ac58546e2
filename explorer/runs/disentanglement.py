"""Scores of disentanglement of a checkpoint whose data set's factors are known."""

from explorer import checkpoints, datasets
from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.latent import disentanglement
from explorer.latent.disentanglement import Found


def has_factors(checkpoint: Checkpoint) -> bool:
    """Return whether the factors of a checkpoint's test images are known; no image is read."""
    return bool(datasets.info(checkpoint.dataset).factor_names)


def measure(name: str, seed: int = 0) -> Found:
    """Measure the codes of a checkpoint's test images (a VAE's means); takes a second or two.

    Raises:
        ExplorerError: If the checkpoint is damaged, or the factors of its data are not known.
    """
    checkpoint = checkpoints.get(name)
    if not has_factors(checkpoint):
        known = [each.name for each in datasets.DATASETS.values() if each.factor_names]
        raise ExplorerError(
            "Disentanglement is measured where the factors of the images are known: train on "
            f"{', '.join(known)}. Received: {checkpoint.dataset}."
        )
    factors = datasets.load(checkpoint.dataset, "test", download=False).factors
    assert factors is not None
    return disentanglement.measure(checkpoint.codes().latent.z_mean, factors, seed)
