"""Clusterings in files, one for each spec."""

from pathlib import Path

import numpy as np

from explorer.clustering.base import NOISE
from explorer.clustering.compute import Clustering
from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.core.storage import read_npz, write_npz


def file_of(spec: ClusteringSpec, folder: Path) -> Path:
    """Return where the clustering of a spec is kept in `folder`."""
    return folder / f"{spec.name}.npz"


def save(clustering: Clustering, folder: Path) -> Path:
    """Keep a clustering in `folder`, under the name of its spec; return the file.

    The name is the spec's alone, so use one folder per checkpoint.
    """
    content = {key: value for key, value in vars(clustering).items() if value is not None}
    del content["spec"]  # the file's name stands for it
    path = file_of(clustering.spec, folder)
    write_npz(path, **{key: np.asarray(value) for key, value in content.items()})
    return path


def load(spec: ClusteringSpec, folder: Path, n: int, d: int) -> Clustering | None:
    """Read what `save` kept for `spec`.

    Returns:
        The clustering, or None if there is none, the file is damaged, or it is not one of n points
        of d values.
    """
    try:
        content = read_npz(file_of(spec, folder), "labels", "centers", "finished", "seconds")
        scalars = {key: value.item() for key, value in content.items() if value.ndim == 0}
        found = Clustering(**{**content, **scalars, "spec": spec})
        return found if _fits(found, n, d) else None
    except (ExplorerError, TypeError):
        return None


def _fits(found: Clustering, n: int, d: int) -> bool:
    """Return whether all that is there has the shape and the values that `Clustering` tells of."""
    k = len(found.centers)
    shapes = {
        "labels": (n,),
        "centers": (k, d),
        "probabilities": (n, k),
        "confidence": (n,),
        "covariances": (k, d, d),
        "starts": (0 if found.starts is None else len(found.starts), 2),
    }
    kinds = {True: "i", False: "f"}
    content = {name: value for name, value in vars(found).items() if value is not None}
    del content["spec"]
    arrays = {name: content.pop(name) for name in shapes if name in content}
    return (
        all(isinstance(value, int | float) for value in content.values())
        and all(np.shape(array) == shapes[name] for name, array in arrays.items())
        and all(array.dtype.kind == kinds[name == "labels"] for name, array in arrays.items())
        and all(np.isfinite(array).all() for name, array in arrays.items() if name != "centers")
        and not np.isinf(found.centers).any()
        and bool(((found.labels >= NOISE) & (found.labels < k)).all())
    )
