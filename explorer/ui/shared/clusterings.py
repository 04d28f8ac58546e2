"""Clusterings as pages see them: from the folder, at once, or as a job that is watched."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from explorer import checkpoints, datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.clustering.base import NOISE
from explorer.clustering.confusion import Confusion, Profile, confusion, profile
from explorer.clustering.spec import ClusteringSpec, default_spec
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.figures import clusters
from explorer.projection import Projection
from explorer.projection.spec import ProjectionSpec
from explorer.runs import points
from explorer.runs.clusterings import ClusteringRequest, ClusterRun
from explorer.ui.components.scatter_map import Groups
from explorer.ui.server import files
from explorer.ui.shared import cached, provide
from explorer.ui.shared.cached import Key

_CHOSEN = "clustering of"
_RUNS = "clusterings seen"
_KEPT_RUNS = 8
IN_NONE = "in no cluster"


@dataclass(frozen=True, eq=False)
class ClusterView:
    """A run with what all its drawings need.

    Attributes:
        run: The run.
        labels: Class of each test image, shape (n,).
        matched: Classes against clusters.
        profile: Size, majority and purity of each cluster.
        colors: Of each cluster.
        names: Of each cluster: number and, where there are labels, most frequent class.
    """

    run: ClusterRun
    labels: np.ndarray
    matched: Confusion
    profile: Profile
    colors: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """Names of the columns of `matched`."""
        return [IN_NONE if c == NOISE else self.names[c] for c in self.matched.clusters]

    @property
    def order(self) -> list[int]:
        """Clusters in the order of the legend: of the classes they are matched to, else theirs."""
        matched = [int(c) for c in self.matched.clusters if c != NOISE]
        return matched if len(self.matched.classes) > 1 else sorted(matched)

    @property
    def spec(self) -> ClusteringSpec:
        """How the clusters were found."""
        return self.run.spec


@keep(64)
def _view(key: Key, spec: ClusteringSpec, _run: ClusterRun) -> ClusterView:
    labels = cached.codes(key).labels
    info = datasets.info(checkpoints.get(key.name).dataset)
    found = _run.clustering
    about = profile(labels, found.labels, len(found.centers))
    matched = confusion(labels, found.labels)
    names = tuple(
        f"{cluster} · {info.class_names[label]}" if label >= 0 else f"{cluster} · empty"
        for cluster, label in enumerate(about.majority)
    )
    colors = tuple(clusters.cluster_colors(about))
    if not info.labelled:
        names = tuple(f"Cluster {cluster}" for cluster in range(len(names)))
        colors = tuple(figures.class_color(cluster) for cluster in range(len(names)))
    return ClusterView(_run, labels, matched, about, colors, names)


def view_of(checkpoint: Checkpoint, run: ClusterRun | None) -> ClusterView | None:
    """Return a run with what its drawings need; None of None."""
    return None if run is None else _view(cached.key(checkpoint), run.spec, run)


def finished(checkpoint: Checkpoint, spec: ClusteringSpec) -> ClusterView | None:
    """Return a clustering that was computed before, or None."""
    return view_of(checkpoint, provide.find(ClusteringRequest(checkpoint.name, spec)))


def get(
    checkpoint: Checkpoint, spec: ClusteringSpec, place: str = "clustering"
) -> ClusterView | None:
    """Do `provide.provide` for a clustering of the test images.

    Args:
        checkpoint: Whose test images are clustered.
        spec: How.
        place: As for `job_status.watch`.

    Raises:
        ExplorerError: If the points cannot be had or clustered.
    """
    request = ClusteringRequest(checkpoint.name, spec)
    return view_of(checkpoint, provide.provide(request, place))


def choose(checkpoint: Checkpoint, spec: ClusteringSpec) -> None:
    """Remember the clustering that is looked at: for the other pages, and for comparison."""
    st.session_state.setdefault(_CHOSEN, {})[checkpoint.name] = spec
    runs = st.session_state.setdefault(_RUNS, {}).setdefault(checkpoint.name, [])
    runs[:] = [spec, *(other for other in runs if other.hash != spec.hash)][:_KEPT_RUNS]


def seen(checkpoint: Checkpoint) -> list[ClusterView]:
    """Return the clusterings that were looked at, the latest first."""
    runs = st.session_state.get(_RUNS, {}).get(checkpoint.name, [])
    return [view for spec in runs if (view := finished(checkpoint, spec)) is not None]


def _in_use(checkpoint: Checkpoint) -> ClusteringSpec:
    """Return the clustering last looked at; before any, k-means with a cluster per class."""
    spec: ClusteringSpec | None = st.session_state.get(_CHOSEN, {}).get(checkpoint.name)
    if spec is not None and finished(checkpoint, spec) is not None:
        return spec
    return usual(checkpoint)


def usual(checkpoint: Checkpoint) -> ClusteringSpec:
    """Return k-means with a cluster per class: what is shown before any other is chosen."""
    return default_spec("kmeans", n_clusters=datasets.info(checkpoint.dataset).usual_clusters)


def in_use(checkpoint: Checkpoint) -> ClusterView | None:
    """Do `get` for the clustering last looked at; before any, k-means, a cluster per class."""
    # A place of its own: what the cluster page computes meanwhile goes on.
    return get(checkpoint, _in_use(checkpoint), place="clustering in use")


@dataclass(frozen=True, eq=False)
class Centroids:
    """Where clusters lie in latent space.

    Attributes:
        names: Of each cluster, shape (k,).
        z: The centroids, shape (k, z_dim).
    """

    names: tuple[str, ...]
    z: np.ndarray


def in_sight(checkpoint: Checkpoint) -> ClusterView | None:
    """Return the clustering in use, if it is there: nothing is computed."""
    return finished(checkpoint, _in_use(checkpoint))


def centroids(checkpoint: Checkpoint, view: ClusterView) -> Centroids:
    """Return the centroids of a clustering as codes.

    Of clusters that were found among pixels, these are the mean codes of their test images.
    """
    found = view.run.clustering
    z = cached.codes(cached.key(checkpoint)).latent.z_mean
    filled = [cluster for cluster in range(len(view.names)) if view.profile.sizes[cluster]]
    codes = [
        found.centers[cluster]
        if found.spec.space == "latent"
        else z[found.labels == cluster].mean(axis=0)
        for cluster in filled
    ]
    return Centroids(tuple(view.names[cluster] for cluster in filled), np.array(codes))


def usable(checkpoint: Checkpoint, spec: ClusteringSpec) -> ClusteringSpec:
    """Return the spec as it can be done on this machine, and say so if that is another."""
    found = points.fitting(checkpoint, spec)
    if found.note:
        st.warning(found.note, icon=":material/info:")
    return found.spec


def groups(view: ClusterView) -> Groups:
    """Return a clustering as groups of a 2-D map; the last group is of points in no cluster."""
    spec, n_clusters = view.spec, len(view.names)

    def column(checkpoint: Checkpoint) -> np.ndarray:
        run = provide.at_once(ClusteringRequest(checkpoint.name, spec))
        if run is None:
            raise ExplorerError(f"{checkpoint.name} has no clustering by {spec.method.title} yet.")
        labels = run.clustering.labels
        return np.where(labels == NOISE, n_clusters, labels)

    return Groups(
        files.offer_column(f"clusters-{spec.hash}", column),
        [*view.names, IN_NONE],
        [*view.colors, f"{clusters.NOISE_COLOR}80"],
        [*view.order, n_clusters],
    )


def scatter(checkpoint: Checkpoint, projection: Projection, view: ClusterView) -> str:
    """Return the scatter plot of a projection, coloured by a clustering, as JSON."""
    return _scatter(cached.key(checkpoint), projection.spec, view.spec, projection, view)


@keep(64)
def _scatter(
    key: Key,
    picture: ProjectionSpec,
    spec: ClusteringSpec,
    _projection: Projection,
    _view: ClusterView,
) -> str:
    return figures.to_json(by_cluster(cached.codes(key).reconstruction_error, _projection, _view))


def by_cluster(errors: np.ndarray, projection: Projection, view: ClusterView) -> Any:
    """Return the figure of a projection with points coloured by cluster."""
    rows = projection.indices
    labels = view.run.clustering.labels[rows]
    groups = clusters.groups(labels, view.names, view.colors, view.order)
    return figures.scatter_by_group(projection, groups, errors[rows])
