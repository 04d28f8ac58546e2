"""Codes that somebody brings without their model: a checkpoint in which nothing can be decoded."""

import time
from dataclasses import asdict

import numpy as np

from explorer import datasets
from explorer.checkpoints import store
from explorer.checkpoints.store import SCHEMA, Checkpoint
from explorer.core import storage
from explorer.core.errors import ExplorerError
from explorer.models.spec import BroughtSpec


def write(
    name: str,
    dataset: str,
    z_mean: np.ndarray,
    labels: np.ndarray,
    z_log_var: np.ndarray | None = None,
) -> Checkpoint:
    """Write a checkpoint of codes alone; return it.

    Args:
        name: Its name, which must be free.
        dataset: Name of the data set whose test images, in their order, the codes are of.
        z_mean: The codes, (n, z_dim), finite.
        labels: Class of each, (n,), as the data set numbers them; 0 where there are none.
        z_log_var: Log variances of a VAE's codes, (n, z_dim), or None.

    Raises:
        ExplorerError: If the name is taken, or the codes are not those of the data set.
    """
    about = datasets.info(dataset)
    if len(z_mean) != about.n_test:
        raise ExplorerError(
            f"{about.title} has {about.n_test:,} test images: bring a code of each. "
            f"Received: {len(z_mean):,} codes."
        )
    kind = "ae" if z_log_var is None else "vae"
    spec = BroughtSpec(kind, "none", about.image_shape, z_mean.shape[1])
    codes = {"z_mean": z_mean} if z_log_var is None else {"z_mean": z_mean, "z_log_var": z_log_var}
    arrays = {key: np.asarray(value, np.float32) for key, value in codes.items()}
    with store.new_folder(name) as folder:
        storage.write_npz(folder / "codes.npz", labels=labels.astype(np.int64), **arrays)
        config = {
            "schema": SCHEMA,
            "dataset": dataset,
            "model": asdict(spec),
            "training": {"epochs": 0},
            "metrics": {},
            "created": time.strftime("%Y-%m-%dT%H:%M:%S"),
        }
        storage.write_json(folder / "config.json", config)
    return store.get(name)
