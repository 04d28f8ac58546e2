"""What the 2-D maps of the cluster page show besides points: centroids, ellipses, cells."""

from collections.abc import Sequence

import numpy as np

from explorer.figures import clusters
from explorer.projection import Projection
from explorer.runs import clusterings
from explorer.runs.clusterings import Cells
from explorer.ui.components.contract import CellsData, CrossData, MarksData
from explorer.ui.components.gallery import data_url
from explorer.ui.server import files
from explorer.ui.shared.clusterings import ClusterView

_CONFIDENCE = 5.991  # χ² with 2 degrees of freedom, 95 %
_CORNERS = 72
_OPACITY = 0.28


def marks(projection: Projection, view: ClusterView, layers: tuple[str, ...]) -> MarksData:
    """Return what layers, keys of `form.LAYERS`, add to a 2-D map."""
    return {
        "crosses": _crosses(projection, view) if "centroids" in layers else [],
        "outlines": _ellipses(projection, view) if "ellipses" in layers else [],
        "cells": cells_image(cells(projection, view), view.colors) if "cells" in layers else None,
    }


def places(projection: Projection, view: ClusterView) -> np.ndarray:
    """Return the places of the centroids, shape (k, 2 or 3); NaN where there is none."""
    found = view.run.clustering
    typical = [next(iter(view.run.members(c)), -1) for c in range(len(view.names))]
    centers = found.centers if found.spec.space == "latent" else None
    return clusters.centroid_places(projection, centers, np.array(typical, int))


def _crosses(projection: Projection, view: ClusterView) -> list[CrossData]:
    return [
        {"name": str(cluster), "x": float(x), "y": float(y)}
        for cluster, (x, y) in enumerate(places(projection, view))
        if np.isfinite([x, y]).all()
    ]


def _ellipses(projection: Projection, view: ClusterView) -> list[list[float]]:
    if not has_ellipses(projection, view):
        return []
    found = view.run.clustering
    assert projection.spec.data_axes is not None
    assert found.covariances is not None
    axes = list(projection.spec.data_axes)
    outlines = ellipses(found.centers[:, axes], found.covariances[:, axes][:, :, axes])
    return [outline.ravel().round(5).tolist() for outline in outlines]


def ellipses(centers: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Return the outline that holds 95 % of each Gaussian, shape (k, 72, 2).

    Args:
        centers: Shape (k, 2).
        covariances: Shape (k, 2, 2).
    """
    turn = np.linspace(0, 2 * np.pi, _CORNERS, endpoint=False)
    circle = np.sqrt(_CONFIDENCE) * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    values, vectors = np.linalg.eigh(covariances)
    return np.asarray(centers[:, None] + circle @ (vectors * np.sqrt(values)[:, None]).mT)


def has_ellipses(projection: Projection, view: ClusterView) -> bool:
    """Return whether the clusters are Gaussians on the axes of the picture."""
    picture = projection.spec
    flat = picture.data_axes is not None and picture.n_components == 2
    found = view.run.clustering
    plane = flat and view.spec.space == "latent" and found.centers.shape[1] > 1
    return plane and found.covariances is not None


def has_exact_cells(projection: Projection, view: ClusterView) -> bool:
    """Return whether the clustering itself was asked for each place of the picture."""
    plane = projection.spec.data_axes == (0, 1)
    return plane and view.spec.space == "latent" and view.run.cells is not None


def cells(projection: Projection, view: ClusterView) -> Cells:
    """Return the cluster of each place: the clustering's own, else that of the nearest point."""
    from scipy.spatial import KDTree

    if has_exact_cells(projection, view) and view.run.cells is not None:
        return view.run.cells
    x, y = clusterings.grid(files.strip(projection.embedding))
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    _, nearest = KDTree(projection.embedding).query(plane)
    labels = view.run.clustering.labels[projection.indices]
    return Cells(x, y, labels[nearest].reshape(len(y), len(x)).astype(np.int16))


def cells_image(found: Cells, colors: Sequence[str]) -> CellsData:
    """Return the plane in the colours of its clusters, faint, clear where there is none."""
    table = np.array([_rgba(color) for color in colors] + [(0, 0, 0, 0)], np.float32)
    image = table[found.clusters.astype(int)][::-1]  # NOISE, −1, is the last row of the table
    half_x, half_y = np.diff(found.x[:2])[0] / 2, np.diff(found.y[:2])[0] / 2
    return {
        "src": data_url(image),
        "left": float(found.x[0] - half_x),
        "right": float(found.x[-1] + half_x),
        "bottom": float(found.y[0] - half_y),
        "top": float(found.y[-1] + half_y),
    }


def _rgba(color: str) -> tuple[float, ...]:
    return *(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)), _OPACITY
