"""The two maps of the cluster page: the same points, coloured by cluster and by label."""

import numpy as np
import streamlit as st
from scipy.spatial import KDTree

from explorer import checkpoints, datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.figures import clusters as cluster_figures
from explorer.projection import Projection
from explorer.projection.spec import ProjectionSpec
from explorer.runs import clusterings
from explorer.runs.clusterings import Cells
from explorer.ui.components import gallery as galleries
from explorer.ui.components import plot as plots
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.plot import plot
from explorer.ui.map import inspector
from explorer.ui.shared import cached, legend, state
from explorer.ui.shared import clusterings as clusters
from explorer.ui.shared.cached import Key
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.fragment import fragment

_CHOSEN = "image chosen below the maps"
_HEIGHT = 325
_HELP = (
    "Left by cluster, right by label. A cluster has the colour of its most frequent class; where "
    "several clusters share one, the largest has it and the others have other shades of it. "
    "The clusters are found in all dimensions of the points, the picture only shows them. "
    "Cells: on the raw axes of two latent dimensions the clustering itself is asked for every "
    "place; in other pictures each place takes the cluster of the nearest point drawn (a Voronoi "
    "diagram of the points)."
)


def draw(
    checkpoint: Checkpoint,
    view: ClusterView,
    projection: Projection,
    layers: tuple[str, ...],
    headline: str,
) -> None:
    """Draw both maps, the legend that they share, and below them what they show."""
    key = cached.key(checkpoint)
    names = datasets.info(checkpoint.dataset).class_names
    n = len(projection.indices)
    left, right = st.columns(2, gap="small")
    with left:
        st.caption("By cluster", text_alignment="center")
        plot(
            _cluster_map(key, projection.spec, view.spec, layers, projection, view),
            key=charts(projection)[0],
            alt=f"Scatter plot of {n:,} test images, coloured by cluster",
            height=_HEIGHT,
            selectable=True,
            group=f"cluster-maps-{checkpoint.dataset}",
        )
    with right:
        st.caption("By label", text_alignment="center")
        plot(
            _label_map(key, projection.spec, view.spec, layers, names, projection, view),
            key=charts(projection)[1],
            alt=f"Scatter plot of the same {n:,} test images, coloured by label",
            height=_HEIGHT,
            selectable=True,
            group=f"cluster-maps-{checkpoint.dataset}",
        )
    legend.chips(names)
    notes = _notes(view, projection, layers)
    st.caption(" · ".join([headline, *notes]), help=_HELP)


def charts(projection: Projection) -> tuple[str, str]:
    """Return the keys of both charts."""
    shown = f"{projection.spec.n_components}d"
    return f"cluster-map-{shown}", f"label-map-{shown}"


@fragment()
def point(checkpoint: Checkpoint, view: ClusterView, projection: Projection) -> None:
    """Draw the chosen image; a click on either map chooses another, and moves both rings."""
    n = len(view.labels)
    index = state.point(checkpoint.dataset, n)
    for chart in charts(projection):
        plots.pick_point(chart, index, state.choose_point)
    if index is None:
        st.caption("Click a point: its image appears here, and a ring on both maps.")
        return
    key = cached.key(checkpoint)
    z = cached.codes(key).latent.z_mean[[index]]
    tiles = [Tile(cached.decode(checkpoint, z)[0], "reconstruction", role="reconstruction")]
    try:
        tiles.insert(0, Tile(cached.originals(checkpoint)[index], "original", role="original"))
    except ExplorerError:
        st.caption("The original images are not on this machine.")
    gallery(tiles, key="cluster-point", columns=2, about=index)
    name = datasets.info(checkpoint.dataset).class_names[view.labels[index]]
    found = view.run.clustering
    cluster = int(found.labels[index])
    text = f"**{name}** · image {index:,}  \n"
    if cluster < 0:
        text += "in no cluster"
    else:
        rank = int(np.flatnonzero(view.run.members(cluster) == index)[0])
        size = int(view.profile.sizes[cluster])
        text += f"cluster **{view.names[cluster]}**, no. {rank + 1:,} of {size:,} from its centre"
    if found.confidence is not None:
        text += f", sure to {found.confidence[index]:.0%}"
    st.markdown(text)


def pictures(checkpoint: Checkpoint, index: np.ndarray, key: str, n: int) -> None:
    """Draw the first n of some test images; a click on one chooses it on the maps."""
    names = datasets.info(checkpoint.dataset).class_names
    labels = cached.codes(cached.key(checkpoint)).labels
    shown = index[:n]
    tiles = [
        Tile(image, alt=f"{names[labels[row]]}, image {row}", index=int(row))
        for image, row in zip(inspector.pictures(checkpoint, shown), shown, strict=True)
    ]
    gallery(tiles, key=key, width=48, on_click=lambda: _choose(key))
    if st.session_state.pop(_CHOSEN, False):
        st.rerun()  # the maps lie outside of the fragment that was clicked


def _choose(key: str) -> None:
    state.choose_point(galleries.clicked(key))
    st.session_state[_CHOSEN] = True


@keep(48)
def _cluster_map(
    key: Key,
    picture: ProjectionSpec,
    spec: ClusteringSpec,
    layers: tuple[str, ...],
    _projection: Projection,
    _view: ClusterView,
) -> str:
    test = cached.codes(key)
    rows = _projection.indices
    confidence = _view.run.clustering.confidence
    if "uncertainty" in layers and confidence is not None:
        class_names = datasets.info(checkpoints.get(key.name).dataset).class_names
        figure = figures.scatter_by_value(
            _projection,
            1 - confidence[rows],
            "uncertainty",
            test.labels[rows],
            test.reconstruction_error[rows],
            class_names,
        )
    else:
        figure = clusters.by_cluster(test.reconstruction_error, _projection, _view)
    _add_marks(figure, layers, _projection, _view)
    if "cells" in layers and picture.n_components == 2:
        cells = _cells(_projection, _view)
        cluster_figures.add_cells(figure, cells, _view.colors)
        cluster_figures.end_axes_at_cells(figure, cells)
    return cluster_figures.compact(figure)


@keep(48)
def _label_map(
    key: Key,
    picture: ProjectionSpec,
    spec: ClusteringSpec,
    layers: tuple[str, ...],
    class_names: tuple[str, ...],
    _projection: Projection,
    _view: ClusterView,
) -> str:
    test = cached.codes(key)
    rows = _projection.indices
    figure = figures.scatter_by_class(
        _projection, test.labels[rows], test.reconstruction_error[rows], class_names
    )
    _add_marks(figure, layers, _projection, _view)
    if "cells" in layers and picture.n_components == 2:
        cluster_figures.end_axes_at_cells(figure, _cells(_projection, _view))  # as the other map
    return cluster_figures.compact(figure)


def _add_marks(
    figure: object, layers: tuple[str, ...], projection: Projection, view: ClusterView
) -> None:
    found = view.run.clustering
    picture = projection.spec
    latent = found.spec.space == "latent"
    if "ellipses" in layers and _has_ellipses(view, projection):
        assert picture.data_axes is not None
        assert found.covariances is not None
        axes = list(picture.data_axes)
        cluster_figures.add_ellipses(
            figure, found.centers[:, axes], found.covariances[:, axes][:, :, axes]
        )
    if "centroids" in layers:
        k = len(view.names)
        typical = np.array([next(iter(view.run.members(c)), -1) for c in range(k)], int)
        places = cluster_figures.centroid_places(
            projection, found.centers if latent else None, typical
        )
        cluster_figures.add_centroids(figure, places, view.names)


def _cells(projection: Projection, view: ClusterView) -> Cells:
    if _has_exact_cells(view, projection) and view.run.cells is not None:
        return view.run.cells
    x, y = clusterings.grid(projection.embedding)
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    _, nearest = KDTree(projection.embedding).query(places)
    labels = view.run.clustering.labels[projection.indices]
    return Cells(x, y, labels[nearest].reshape(len(y), len(x)).astype(np.int16))


def _has_exact_cells(view: ClusterView, projection: Projection) -> bool:
    plane = projection.spec.data_axes == (0, 1)
    return plane and view.spec.space == "latent" and view.run.cells is not None


def _has_ellipses(view: ClusterView, projection: Projection) -> bool:
    picture = projection.spec
    flat = picture.data_axes is not None and picture.n_components == 2
    return flat and view.spec.space == "latent" and view.run.clustering.covariances is not None


def _notes(view: ClusterView, projection: Projection, layers: tuple[str, ...]) -> list[str]:
    """Say of each layer what must be known to read it."""
    picture = projection.spec
    parts = []
    if "cells" in layers:
        if picture.n_components == 3:
            parts.append("cells: in 2-D only")
        elif _has_exact_cells(view, projection):
            parts.append("cells: exact")
        else:
            parts.append("cells: by the labels of the points drawn, no borders in the data")
    if "ellipses" in layers:
        parts.append(
            "ellipses: 95 % of each component"
            if _has_ellipses(view, projection)
            else "ellipses need 2 or 3 latent dimensions, unscaled or standardised, on raw axes"
        )
    if "centroids" in layers:
        exact = picture.data_axes is not None and view.spec.space == "latent"
        where = "centroids" if exact else "images nearest to the centroids"
        parts.append(f"crosses: {where}")
    if "uncertainty" in layers and view.run.clustering.confidence is not None:
        parts.append("uncertainty: 1 − the probability of the point's own cluster")
    return parts
