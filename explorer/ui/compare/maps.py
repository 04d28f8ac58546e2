"""The two maps of the compare page, at one scale where there is one, and the image on both."""

import hashlib

import numpy as np
import streamlit as st

from explorer import datasets
from explorer.core import spaces
from explorer.core.errors import ExplorerError
from explorer.core.memory import keep
from explorer.latent import comparison
from explorer.projection import Projection
from explorer.ui.compare.form import Choice, Side
from explorer.ui.compare.spaces import unit
from explorer.ui.components import plot as plots
from explorer.ui.components.gallery import Tile, gallery
from explorer.ui.components.scatter_map import Extent, Groups, Values, classes, scatter_map
from explorer.ui.map import inspector
from explorer.ui.server import files
from explorer.ui.shared import cached, glossary, projections, state, text
from explorer.ui.shared.cached import Key
from explorer.ui.shared.fragment import fragment

NAME = "compare-maps"  # both maps have one point chosen, and one under the pointer
GALLERY = "compare-point"


def draw(choice: Choice) -> bool:
    """Draw both maps; return whether both are there."""
    sides = (choice.left, choice.right)
    with st.container(key="compare-maps", horizontal=True, gap="small"):
        places = [st.container(gap="xxsmall") for _ in sides]
    found: list[Projection] = []
    for side, place in zip(sides, places, strict=True):
        with place:
            st.markdown(f"**{text.plain(side.checkpoint.name)}**")
            view = projections.provide(side.checkpoint, side.spec)
            if view is None:
                return False  # the other one is computed after it
            found.append(view)
    one_scale = all(side.has_scale for side in sides)
    extent = _extent(found) if one_scale else None
    for number, (side, view, place) in enumerate(zip(sides, found, places, strict=True)):
        with place:
            _map(choice, side, view, f"compare-map-{number}", extent)
    glossary.caption(_notes(sides, found, one_scale, choice))
    return True


def _map(choice: Choice, side: Side, view: Projection, key: str, extent: Extent | None) -> None:
    what = f"{view.spec.method.title} of {spaces.TITLES[view.spec.space].lower()}"
    scatter_map(
        side.checkpoint,
        view,
        _color(choice, side),
        key=key,
        name=NAME,
        group=f"{NAME}-{side.checkpoint.dataset}",
        alt=f"{side.checkpoint.name}: {what} of {len(view.indices):,} test images",
        extent=extent,
        camera=NAME if extent else None,
    )


def _extent(views: list[Projection]) -> Extent:
    """Return the smallest box around the points of all pictures."""
    points = np.concatenate([view.embedding for view in views])
    (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, right, bottom, top


def _color(choice: Choice, side: Side) -> Groups | Values:
    if choice.colour != "shared":
        return classes(side.checkpoint)
    keys = (cached.key(choice.left.checkpoint), cached.key(choice.right.checkpoint))
    shared(*keys)  # an error is said here
    name = hashlib.sha256(repr(keys).encode()).hexdigest()[:16]
    column = files.offer_column(f"shared-{name}", lambda checkpoint: shared(*keys))
    return Values(column, "in common", 0.0, 1.0)


@keep(8)
def shared(left: Key, right: Key) -> np.ndarray:
    """Return the share of each image's nearest codes that two checkpoints agree on, (n,)."""
    a, b = (cached.codes(key).latent.z_mean for key in (left, right))
    return comparison.shared_neighbours(a, b)


def _notes(
    sides: tuple[Side, Side], views: list[Projection], one_scale: bool, choice: Choice
) -> str:
    parts = [
        f"{view.spec.method.title} of {len(view.indices):,} test images, by "
        f"{projections.SPACE_TEXTS[view.spec.space]}"
        for view in views
    ]
    parts = parts[:1] if parts[0] == parts[1] else [f"Left: {parts[0]}", f"right: {parts[1]}"]
    parts.append(
        "both at one scale: drag or zoom one, and the other follows"
        if one_scale
        else "each at a scale of its own: the two have no common unit"
    )
    if choice.colour == "shared":
        keys = [cached.key(side.checkpoint) for side in sides]
        parts.append(
            f"on average **{shared(*keys).mean():.0%}** of the {comparison.NEIGHBOURS} nearest "
            "codes are the same in both latent spaces"
        )
    return " · ".join(parts)


@fragment()
def point(choice: Choice) -> None:
    """Draw the chosen image as both models draw it; a click on either map chooses another."""
    left, right = choice.left.checkpoint, choice.right.checkpoint
    tests = [cached.codes(cached.key(each)) for each in (left, right)]
    if len(tests[0].labels) != len(tests[1].labels):
        raise ExplorerError(
            "These checkpoints do not have the same test images. Received: "
            f"{len(tests[0].labels):,} and {len(tests[1].labels):,}."
        )
    index = state.point(left.dataset, len(tests[0].labels))
    plots.pick_point(NAME, index, state.choose_point)
    if index is None:
        index = inspector.typical(left)
        st.caption("Click a point: its image appears here, and a ring on both maps.")
    name = datasets.info(left.dataset).class_names[tests[0].labels[index]]
    st.markdown(f"**{text.plain(name)}** · image {index:,}")
    tiles = []
    try:
        tiles.append(Tile(cached.originals(left)[index], "original"))
    except ExplorerError:
        st.caption("The original images are not on this machine.")
    for each, test, side in zip((left, right), tests, ("left", "right"), strict=True):
        image = cached.decode(each, test.latent.z_mean[[index]])[0]
        tiles.append(Tile(image, side, f"reconstruction by {each.name}"))
    gallery(tiles, key=GALLERY, columns=3)
    for each, test, side in zip((left, right), tests, ("Left", "Right"), strict=True):
        error = test.reconstruction_error
        st.markdown(
            f"{side}: error **{error[index]:.1f}** {unit(each)}, higher than "
            f"**{np.mean(error < error[index]):.0%}** of its images"
        )
