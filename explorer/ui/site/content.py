"""What the page is told: the messages of the app's own pages, for a visitor who chose nothing."""

from collections.abc import Iterator
from dataclasses import replace

from explorer.checkpoints import Checkpoint
from explorer.core.errors import ExplorerError
from explorer.models.spec import LOSS_UNITS
from explorer.projection import METHODS, Projection, ProjectionSpec
from explorer.runs.clusterings import ClusteringRequest
from explorer.runs.projections import ProjectionRequest
from explorer.ui.components import pad, scatter_map
from explorer.ui.components.contract import PadData
from explorer.ui.components.contract_site import SiteColourData, SiteData, SitePictureData
from explorer.ui.decode import pad_data
from explorer.ui.map import colours, inspector, picture
from explorer.ui.map.colours import Drawing
from explorer.ui.shared import cached, clusterings, glossary
from explorer.ui.shared.clusterings import ClusterView
from explorer.ui.shared.provide import at_once

_MAP = "map"
_FEW = 3  # latent dimensions, whose raw axes tell more than any picture
_COLOURS = 16  # latent dimensions of which each is a colour, at most


def spec(checkpoint: Checkpoint, method: str) -> ProjectionSpec:
    """Return the 2-D picture of all test codes by a method, as the map page asks for it first.

    Raises:
        ExplorerError: If there is no such method.
    """
    if method not in METHODS:
        raise ExplorerError(
            f"A projection is one of {', '.join(METHODS)}. Received: {method[:100]!r}."
        )
    usual = ProjectionSpec(METHODS[method]())
    n = len(cached.codes(cached.key(checkpoint)).labels)
    every = usual.method.quick or usual.method.for_many
    return replace(usual, sample_size=n) if every and n > usual.sample_size else usual


def offered(checkpoint: Checkpoint) -> list[ProjectionSpec]:
    """Return the pictures that are there, or quick to compute; the one to show first in front."""
    few = checkpoint.z_dim <= _FEW
    methods = [name for name in METHODS if few or name != "raw"]
    first = "raw" if few else "tsne"
    methods.sort(key=lambda name: name != first)
    specs = [spec(checkpoint, method) for method in methods]
    return [each for each in specs if at_once(ProjectionRequest(checkpoint.name, each)) is not None]


def site_data(checkpoint: Checkpoint, specs: list[ProjectionSpec], images: bool) -> SiteData:
    """Return everything that the page is told. Addresses are those of the app's files.

    Args:
        checkpoint: Whose.
        specs: The pictures, which are there or quick; the one to show first in front.
        images: Whether the test images are on it, where they are on this machine and not too many.

    Raises:
        ExplorerError: If the checkpoint is damaged, or a picture is not there.
    """
    clustering = _clustering(checkpoint)
    pictures = [_picture(checkpoint, spec, clustering) for spec in specs]
    decoded = _pad(checkpoint, clustering)
    for each in pictures:
        each["map"]["image"] = None  # there is no server that would send it
    if not images:
        decoded["images"] = None
        for each in pictures:
            each["map"]["images"] = None
    told = [text for each in pictures for text in (each["caption"], *_notes(each))]
    about_code = inspector.code_caption(checkpoint)
    return {
        "pictures": pictures,
        "pad": decoded,
        "count": len(cached.codes(cached.key(checkpoint)).labels),
        "point": inspector.typical(checkpoint),
        "error_unit": LOSS_UNITS[checkpoint.model.loss],
        "code_caption": about_code,
        "terms": _terms("\n".join([*told, about_code])),
    }


def _clustering(checkpoint: Checkpoint) -> ClusterView | None:
    """Return k-means with a cluster per class, if it is there or quick and can be kept."""
    request = ClusteringRequest(checkpoint.name, clusterings.usual(checkpoint))
    try:
        return clusterings.view_of(checkpoint, at_once(request))
    except ExplorerError:
        return None


def _picture(
    checkpoint: Checkpoint, spec: ProjectionSpec, clustering: ClusterView | None
) -> SitePictureData:
    view = at_once(ProjectionRequest(checkpoint.name, spec))
    if view is None:
        raise ExplorerError(
            f"{checkpoint.name} has no projection by {spec.method.title} yet: compute it with "
            f"'python -m explorer project {checkpoint.name} --method {spec.method.name}'."
        )
    drawn = list(_drawings(checkpoint, view, clustering))
    first = drawn[0][2].color
    alt = f"Scatter plot of {len(view.indices):,} test images"
    return {
        "name": spec.method.name,
        "title": spec.method.title,
        "caption": picture.caption(checkpoint, view),
        "map": scatter_map.message(checkpoint, view, first, name=_MAP, group=_MAP, alt=alt),
        "colours": [
            SiteColourData(
                name=name,
                title=title,
                note=drawing.note,
                color=scatter_map.color_data(checkpoint, drawing.color),
            )
            for name, title, drawing in drawn
        ],
    }


def _drawings(
    checkpoint: Checkpoint, view: Projection, clustering: ClusterView | None
) -> Iterator[tuple[str, str, Drawing]]:
    """Yield the colours: name, title, and how points are drawn."""
    axes = {f"z{axis}" for axis in range(checkpoint.z_dim)}
    for name, colour in colours.colours(checkpoint).items():
        if name in axes and len(axes) > _COLOURS:
            continue
        if name != "cluster":
            yield name, colour.title, colour.draw(checkpoint, view)
        elif clustering is not None:
            yield name, colour.title, colours.by_clustering(checkpoint, view, clustering)


def _pad(checkpoint: Checkpoint, clustering: ClusterView | None) -> PadData:
    start = pad_data.of_image(checkpoint, inspector.typical(checkpoint), token="")
    return pad.message(pad_data.describe(checkpoint, start, clustering), "pad")


def _notes(picture: SitePictureData) -> Iterator[str]:
    return (colour["note"] for colour in picture["colours"])


def _terms(texts: str) -> dict[str, str]:
    """Return the terms of the glossary that are in some texts, with what they mean."""
    return {term: glossary.meaning(term) for term in glossary.TERMS if term in texts}
