"""UMAP: the library, which tells its progress only through a progress bar, and its transformer."""

import io
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


class UMAPTransformer:
    """UMAP (McInnes et al., 2018) with scikit-learn's methods, which tells of its epochs.

    The results are those of `umap.UMAP` with the same parameters and seed.

    Args:
        n_neighbors: Neighbours of each point, itself included.
        min_dist: How close two points may lie in the embedding.
        n_components: Dimensions of the embedding.
        seed: Decides all that is random.
        on_epoch: Called with the epoch and the number of epochs; stops UMAP by raising.
    """

    def __init__(
        self,
        n_neighbors: int,
        min_dist: float,
        n_components: int,
        seed: int,
        on_epoch: Callable[[int, int], None],
    ) -> None:
        self._model = import_umap().UMAP(
            n_neighbors=n_neighbors,
            min_dist=min_dist,
            n_components=n_components,
            random_state=seed,
            n_jobs=1,
            tqdm_kwds=epoch_bar(on_epoch),
        )

    def fit_transform(self, points: np.ndarray) -> np.ndarray:
        """Return the embedding of points (n, d), shape (n, n_components), float32."""
        with warnings.catch_warnings():
            # Duplicates and separate islands leave its graph without a spectrum: it begins at
            # random then, and says so.
            warnings.simplefilter("ignore", UserWarning)
            return np.asarray(self._model.fit_transform(points))

    def transform(self, points: np.ndarray) -> np.ndarray:
        """Place other points (m, d) into the embedding; shape (m, n_components), float32."""
        return np.asarray(self._model.transform(points))


def epoch_bar(on_epoch: Callable[[int, int], None]) -> dict[str, Any]:
    """Return the options of UMAP's progress bar that make it tell of every fifth epoch.

    Args:
        on_epoch: Called with the epoch and the number of epochs; stops UMAP by raising.
    """
    return {
        "file": _EpochListener(on_epoch),
        "bar_format": "{n}/{total}",
        "disable": False,
        "mininterval": 0.0,
        "miniters": 5,
    }


class _EpochListener(io.StringIO):
    """The file that UMAP's progress bar writes to: the only place where it tells of its epochs."""

    def __init__(self, on_epoch: Callable[[int, int], None]) -> None:
        super().__init__()
        self._on_epoch = on_epoch
        self._stopped = False

    def write(self, text: str) -> int:
        epoch, _, total = text.strip().partition("/")
        if epoch.isdigit() and total.isdigit() and not self._stopped:
            try:
                self._on_epoch(int(epoch), int(total))
            except Exception:
                # The bar writes once more while the exception passes through it.
                self._stopped = True
                raise
        return len(text)


def import_umap() -> Any:
    """Import UMAP without its parametric variant, which would load TensorFlow (6 to 11 s)."""
    name = "umap.parametric_umap"
    blocked = name not in sys.modules
    if blocked:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)
            import umap
            import umap.layouts
            import umap.umap_
    finally:
        if blocked:
            del sys.modules[name]
    return umap
