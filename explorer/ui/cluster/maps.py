"""The two maps of the cluster page: the same points, coloured by cluster and by label."""

from typing import Any

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.clustering.spec import ClusteringSpec
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.figures import clusters as cluster_figures
from explorer.projection import Projection
from explorer.projection.spec import ProjectionSpec
from explorer.runs.clusterings import ClusteringRequest
from explorer.ui.cluster import marks
from explorer.ui.components import plot as plots
from explorer.ui.components.gallery import gallery
from explorer.ui.components.plot import plot
from explorer.ui.components.scatter_map import Groups, Values, classes, scatter_map
from explorer.ui.server import files
from explorer.ui.shared import cached, glossary, legend, naming, provide, selected, sights, state
from explorer.ui.shared import clusterings as clusters
from explorer.ui.shared.cached import Key
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.fragment import fragment
from explorer.ui.shared.projections import Unfinished
from explorer.ui.shared.text import plain

POINT = "cluster-maps"  # both maps have one point chosen, and one under the pointer
_HEIGHT = 480
_CELLS = (
    "Cells: on the raw axes of two latent dimensions the clustering itself is asked for every "
    "place; in other pictures each place takes the cluster of the nearest point drawn (a Voronoi "
    "diagram of the points)."
)
_HELP = (
    "A cluster has the colour of its most frequent class; where "
    "several clusters share one, the largest has it and the others have other shades of it. "
    "The clusters are found in all dimensions of the points, the picture only shows them. "
    f"{_CELLS}"
)


def draw(
    checkpoint: Checkpoint,
    view: ClusterView | None,
    projection: Projection,
    layers: tuple[str, ...],
    frame: Unfinished | None = None,
) -> None:
    """Draw both maps, and below them what must be known to read them; one map without labels.

    Args:
        checkpoint: Whose test images these are.
        view: The clusters; None: not yet computed, and both maps show the classes.
        projection: The picture.
        layers: What is drawn besides the points, keys of `form.LAYERS`.
        frame: Of what `projection` is a part, while it is being computed.
    """
    n = len(projection.indices)
    labelled = naming.labelled(checkpoint)
    by_cluster = f"Map of {n:,} test images, coloured by cluster"
    with st.container(key="cluster-maps", horizontal=True, gap="small"):
        with st.container(gap="xxsmall"):
            st.markdown("**By cluster**" if view else "**By cluster** (not yet)")
            _map(checkpoint, view, projection, layers, "cluster-map", by_cluster, frame)
        if labelled:
            with st.container(gap="xxsmall"):
                st.markdown("**By label**")
                alt = f"Map of the same {n:,} test images, coloured by label"
                _map(checkpoint, None, projection, layers, "label-map", alt, frame, view)
    if projection.spec.n_components == 3 and labelled:
        legend.chips(datasets.info(checkpoint.dataset).class_names)
    notes = [frame.caption if frame else f"{projection.spec.method.title} of {n:,} test images"]
    if view is not None:
        notes += _notes(view, projection, layers)
    glossary.caption(" · ".join(notes), help=_HELP if labelled else _CELLS)


def _map(
    checkpoint: Checkpoint,
    view: ClusterView | None,
    projection: Projection,
    layers: tuple[str, ...],
    key: str,
    alt: str,
    frame: Unfinished | None,
    marked: ClusterView | None = None,
) -> None:
    """Draw one map: by cluster, or by label with the centroids of the clusters `marked`."""
    shown = projection.spec.n_components
    names: dict[str, Any] = {
        "key": f"{key}-{shown}d",
        "name": f"{POINT}-{shown}d",
        "group": f"{POINT}-{checkpoint.dataset}",
        "alt": alt,
    }
    marked = view or marked
    own = layers if view else tuple(layer for layer in layers if layer != "cells")
    if shown == 3:
        codes = cached.key(checkpoint)
        spec = view.spec if view else None
        figure = _figure(codes, projection.spec, spec, layers, projection, view, marked)
        plot(figure, height=_HEIGHT, selectable=True, **names)
        return
    added = marks.marks(projection, marked, own) if marked else None
    color = _color(checkpoint, view, layers)
    names |= {"marks": added, "old": frame is not None, "unfinished": bool(frame and frame.begun)}
    scatter_map(checkpoint, projection, color, **names)


def _color(
    checkpoint: Checkpoint, view: ClusterView | None, layers: tuple[str, ...]
) -> Groups | Values:
    if view is None:
        return classes(checkpoint)
    confidence = view.run.clustering.confidence
    if "uncertainty" not in layers or confidence is None:
        return clusters.groups(view)
    spec = view.spec

    def column(checkpoint: Checkpoint) -> np.ndarray:
        run = provide.at_once(ClusteringRequest(checkpoint.name, spec))
        if run is None or run.clustering.confidence is None:
            raise ExplorerError(f"{checkpoint.name} has no such clustering yet.")
        return 1 - run.clustering.confidence

    low, high = np.percentile(1 - confidence, [1, 99])
    offered = files.offer_column(f"uncertainty-{spec.hash}", column)
    return Values(offered, "uncertainty", float(low), float(high))


def chart(projection: Projection) -> str:
    """Return the name under which clicks on either map are heard."""
    return f"{POINT}-{projection.spec.n_components}d"


@fragment()
def point(checkpoint: Checkpoint, view: ClusterView, projection: Projection) -> None:
    """Draw the chosen image; a click on either map chooses another, and moves both rings.

    What is selected on either map is so on both, and on the map page.
    """
    n = len(view.labels)
    index = state.point(checkpoint.dataset, n)
    plots.pick_point(chart(projection), index, state.choose_point)
    rows = selected.rows(checkpoint)
    plots.pick_group(
        f"{POINT}-{checkpoint.dataset}",
        rows,
        lambda picked: selected.select(checkpoint, picked[picked < n]),
    )
    if len(rows):
        st.caption(f"**{len(rows):,}** selected: **Map** shows what they are.")
    if index is None:
        where = "both maps" if naming.labelled(checkpoint) else "the map"
        st.caption(f"Click a point: its image appears here, and a ring on {where}.")
        return
    if not (sights.has_originals(checkpoint) or sights.are_codes(checkpoint)):
        st.caption("The original images are not on this machine.")
    tiles = [tile for tile in sights.tiles(checkpoint, index) if tile.role != "difference"]
    gallery(tiles, key="cluster-point", columns=2, about=index)
    found = view.run.clustering
    cluster = int(found.labels[index])
    told = f"{naming.title(checkpoint, index)}  \n"
    if cluster < 0:
        told += clusters.IN_NONE
    else:
        rank = int(np.flatnonzero(view.run.members(cluster) == index)[0])
        size = int(view.profile.sizes[cluster])
        told += f"cluster **{plain(view.names[cluster])}**, "
        told += f"no. {rank + 1:,} of {size:,} from its centre"
    if found.confidence is not None:
        told += f", sure to {found.confidence[index]:.0%}"
    st.markdown(told)


@keep(48)
def _figure(
    key: Key,
    picture: ProjectionSpec,
    spec: ClusteringSpec | None,
    layers: tuple[str, ...],
    _projection: Projection,
    _view: ClusterView | None,
    _marked: ClusterView | None,
) -> str:
    """Return the picture in 3-D, by the clusters of `_view` or by label, as JSON."""
    test = cached.codes(key)
    rows = _projection.indices
    labels, errors = test.labels[rows], test.reconstruction_error[rows]
    names = datasets.info(checkpoints.get(key.name).dataset).class_names
    confidence = _view.run.clustering.confidence if _view else None
    if _view is None:
        figure = figures.scatter_by_class(_projection, labels, errors, names)
    elif "uncertainty" in layers and confidence is not None:
        doubt = 1 - confidence[rows]
        figure = figures.scatter_by_value(_projection, doubt, "uncertainty", labels, errors, names)
    else:
        figure = clusters.by_cluster(test.reconstruction_error, _projection, _view)
    if "centroids" in layers and _marked is not None:
        cluster_figures.add_centroids(figure, marks.places(_projection, _marked))
    return cluster_figures.compact(figure)


def _notes(view: ClusterView, projection: Projection, layers: tuple[str, ...]) -> list[str]:
    """Say of each layer what must be known to read it."""
    picture = projection.spec
    parts = []
    if "cells" in layers:
        if picture.n_components == 3:
            parts.append("cells: in 2-D only")
        elif marks.has_exact_cells(projection, view):
            parts.append("cells: exact")
        else:
            parts.append("cells: by the labels of the points drawn, no borders in the data")
    if "ellipses" in layers:
        parts.append(
            "ellipses: 95 % of each component"
            if marks.has_ellipses(projection, view)
            else "ellipses need 2 or 3 latent dimensions, unscaled or standardised, on raw axes"
        )
    if "centroids" in layers:
        exact = picture.data_axes is not None and view.spec.space == "latent"
        where = "centroids" if exact else "images nearest to the centroids"
        parts.append(f"crosses: {where}, with the numbers of their clusters")
    if "uncertainty" in layers and view.run.clustering.confidence is not None:
        parts.append("uncertainty: 1 − the probability of the point's own cluster")
    return parts
