"""What the decode page needs of a checkpoint, and the place in latent space that is kept."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer import datasets, figures
from explorer.checkpoints import Checkpoint
from explorer.core import memory
from explorer.latent import geometry, neighbors
from explorer.latent.geometry import LinearMap
from explorer.latent.stats import LatentStats, Prior, fitted_prior, standard_prior
from explorer.projection import Projection, ProjectionSpec
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components.pad import NamedCode, PadData, PadMap, Start
from explorer.ui.server import files
from explorer.ui.shared import cached, clusterings, glossary, naming, state
from explorer.ui.shared.cached import Key
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.provide import at_once

_PLACE = "decode place"
_BEGUN = "decode places begun"
_Z = "z"
_DIGITS = 5
# What sorts the sliders, in the glossary.
_IMPORTANCE = {"ae": "variance", "vae": "KL divergence"}
# Words of the captions that not everybody knows, in the glossary.
_TERMS = ("standard deviations", "σ", "decoder", "prior", "Gaussian fitted to the codes")
# No z of a link lies farther out: real codes are of the order of 1.
_FARTHEST = 1000.0


@dataclass(frozen=True, eq=False)
class Space:
    """A checkpoint's latent space as its real codes fill it.

    Attributes:
        z_mean: The codes, shape (n, z_dim), float32.
        labels: Shape (n,).
        class_names: Name of each label.
        stats: How the codes fill the space.
        neighbour_quantiles: How far codes lie from each other, shape (101,).
        error_quantiles: Of the reconstruction errors, shape (101,).
        prior: Where new codes are drawn from.
    """

    z_mean: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    stats: LatentStats
    neighbour_quantiles: np.ndarray
    error_quantiles: np.ndarray
    prior: Prior


@memory.keep(16)
def _space(key: Key, dataset: str) -> Space:
    test = cached.codes(key)
    z = test.latent.z_mean
    kl = test.latent.kl
    return Space(
        z_mean=z,
        labels=test.labels,
        class_names=naming.written(datasets.info(dataset).class_names),
        stats=cached.latent_stats(key),
        neighbour_quantiles=neighbors.neighbour_quantiles(z),
        error_quantiles=np.quantile(test.reconstruction_error, np.linspace(0, 1, 101)),
        prior=fitted_prior(z) if kl is None else standard_prior(z.shape[1]),
    )


def space(checkpoint: Checkpoint) -> Space:
    """Return a checkpoint's latent space. Shared by all users: not to be written to."""
    return _space(cached.key(checkpoint), checkpoint.dataset)


@memory.keep(64)
def _linear(key: Key, spec: ProjectionSpec, _view: Projection) -> LinearMap | None:
    if not spec.method.linear:
        return None
    z = cached.codes(key).latent.z_mean
    return geometry.linear_map(z[_view.indices], _view.embedding)


def _maps(checkpoint: Checkpoint) -> tuple[PadMap, ...]:
    key = cached.key(checkpoint)
    return tuple(
        PadMap(
            spec.method.title,
            files.address(checkpoint, f"points-{spec.method.name}"),
            _linear(key, spec, view),
        )
        for spec in files.MAPS
        if (view := at_once(ProjectionRequest(checkpoint.name, spec))) is not None
    )


def pad_data(checkpoint: Checkpoint, start: Start) -> PadData:
    """Return what the browser needs to decode this checkpoint, with what the visitor has chosen.

    Args:
        checkpoint: Whose decoder.
        start: Where to begin.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    chosen = state.point(checkpoint.dataset, len(space(checkpoint).labels))
    return describe(checkpoint, start, clusterings.in_sight(checkpoint), chosen)


def describe(
    checkpoint: Checkpoint,
    start: Start,
    clustering: ClusterView | None = None,
    selection: int | None = None,
) -> PadData:
    """Return what a browser needs to decode a checkpoint.

    Args:
        checkpoint: Whose decoder.
        start: Where to begin.
        clustering: Whose centroids are offered.
        selection: Index of the image that is chosen elsewhere.

    Raises:
        ExplorerError: If the checkpoint is damaged.
    """
    here = space(checkpoint)
    return PadData(
        name=checkpoint.name,
        kind=checkpoint.model.kind,
        image_shape=checkpoint.model.image_shape,
        model=files.address(checkpoint, "decoder"),
        encoder=files.encoder_address(checkpoint),
        stds=files.address(checkpoint, "stds") if checkpoint.model.kind == "vae" else None,
        loss=checkpoint.model.loss,
        error_quantiles=here.error_quantiles,
        drawing=datasets.info(checkpoint.dataset).drawing,
        codes=files.address(checkpoint, "codes"),
        labels=files.address(checkpoint, "labels"),
        stats=here.stats,
        neighbour_quantiles=here.neighbour_quantiles,
        prior=here.prior,
        class_names=here.class_names,
        class_colors=tuple(figures.class_color(i) for i in range(len(here.class_names))),
        start=start,
        images=files.image_address(checkpoint),
        maps=_maps(checkpoint),
        centroids=_centroids(checkpoint, clustering),
        importance_help=glossary.meaning(_IMPORTANCE[checkpoint.model.kind]),
        terms={term: glossary.meaning(term) for term in _TERMS},
        selection=selection,
    )


def _centroids(checkpoint: Checkpoint, view: ClusterView | None) -> tuple[NamedCode, ...]:
    if view is None:
        return ()
    found = clusterings.centroids(checkpoint, view)
    return tuple(
        NamedCode(name, tuple(z.tolist())) for name, z in zip(found.names, found.z, strict=True)
    )


def of_image(checkpoint: Checkpoint, index: int, token: str) -> Start:
    """Return the start at the code of test image `index`."""
    z = tuple(space(checkpoint).z_mean[index].tolist())
    return Start(token, index, z, home=z)


def start(checkpoint: Checkpoint) -> Start:
    """Return where to begin: where the user was, else the URL's z, else the chosen image, else 0.

    Another checkpoint, or another image chosen on the map, is another start.
    """
    codes = space(checkpoint).z_mean
    chosen = state.point(checkpoint.dataset, len(codes))
    key = cached.key(checkpoint)
    about = f"{key.name}-{key.changed}-{chosen}"
    kept = st.session_state.get(_PLACE)
    back = state.went_back()
    if kept is not None and not back and kept.token.startswith(f"{about}/"):
        return Start(kept.token, None, kept.z, kept.home)
    linked = _linked(codes.shape[1]) if kept is None or back else None
    # Who goes back moves the pad, though it is still about the same.
    begun = st.session_state[_BEGUN] = st.session_state.get(_BEGUN, 0) + 1
    token = f"{about}/{begun}"
    index = 0 if chosen is None else chosen
    begin = Start(token, None, linked, linked) if linked else of_image(checkpoint, index, token)
    st.session_state[_PLACE] = begin
    if linked is None and _Z in st.query_params:
        del st.query_params[_Z]
    return begin


def keep(start: Start, z: tuple[float, ...]) -> None:
    """Keep where the user let go: for the next visit of the page, and in the URL."""
    st.session_state[_PLACE] = Start(start.token, None, z, start.home)
    text = ",".join(f"{value:.{_DIGITS}g}" for value in z)
    if st.query_params.get(_Z) != text:
        st.query_params[_Z] = text


def _linked(z_dim: int) -> tuple[float, ...] | None:
    try:
        z = tuple(float(value) for value in st.query_params.get(_Z, "").split(","))
    except ValueError:
        return None
    return z if len(z) == z_dim and all(abs(value) <= _FARTHEST for value in z) else None
