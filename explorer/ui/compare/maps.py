"""The two maps of the compare page, at one scale where there is one, and what must be known."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.core import spaces
from explorer.projection import Projection
from explorer.ui.compare import colours
from explorer.ui.compare.form import Choice, Side
from explorer.ui.components.contract import CrossData, MarksData
from explorer.ui.components.save import save_maps
from explorer.ui.components.scatter_map import Extent, classes, scatter_map
from explorer.ui.shared import glossary, projections, text
from explorer.ui.shared.projections import Unfinished
from explorer.ui.shared.sidebar import or_sentence

NAME = "compare-maps"  # both maps have one point chosen, and one under the pointer
SIDES = ("left", "right")


def group(choice: Choice) -> str:
    """Return the name of the group of charts that highlight the same images."""
    return f"{NAME}-{choice.left.checkpoint.dataset}"


def draw(choice: Choice, ends: tuple[int, int] | None = None) -> None:
    """Draw both maps; in the place of one that is not there yet, how it is computed.

    Args:
        choice: What is compared.
        ends: Two test images, marked as A and B.
    """
    with st.container(key=NAME, horizontal=True, gap="small"):
        places = [st.container(gap="xxsmall") for _ in choice.sides]
    found: list[Projection | None] = [None, None]
    for number, (side, place) in enumerate(zip(choice.sides, places, strict=True)):
        with place:
            st.markdown(f"**{text.plain(side.checkpoint.name)}**")
            or_sentence(partial(_provide, choice, number, found))
    views = [view for view in found if view is not None]
    one_scale = len(views) == 2 and all(side.has_scale for side in choice.sides)
    extent = _extent(views) if one_scale else None
    drawn = colours.draw(choice, views)
    for number, (side, view, place) in enumerate(zip(choice.sides, found, places, strict=True)):
        if view is not None:
            with place:
                scatter_map(
                    side.checkpoint,
                    view,
                    drawn.of(number),
                    key=f"compare-map-{number}",
                    name=NAME,
                    group=group(choice),
                    marks=None if ends is None else _marks(side, view, ends),
                    alt=f"{side.checkpoint.name}: {_what(view)}",
                    extent=extent,
                    camera=NAME if extent else None,
                )
    if len(views) == 2:
        notes = [*_notes(views, one_scale), *drawn.notes]
        told, button = st.columns([6, 1], gap="small", vertical_alignment="center")
        with told:
            glossary.caption(" · ".join(notes))
        with button:
            title = " · ".join(dict.fromkeys(side.checkpoint.name for side in choice.sides))
            save_maps(NAME, title, " · ".join(notes).replace("**", ""), key="compare-save")


def _provide(choice: Choice, number: int, found: list[Projection | None]) -> None:
    """Put the picture of a side among those that are there, or draw how it is computed."""
    left, right = choice.sides
    if number and left == right:
        found[1] = found[0]  # one job, watched on the left
        return
    side = choice.sides[number]
    found[number] = projections.provide(
        side.checkpoint,
        side.spec,
        partial(_frame, side, f"compare-frame-{number}"),
        place=f"projection {SIDES[number]}",
    )


def _frame(side: Side, key: str, frame: Unfinished) -> None:
    color = classes(side.checkpoint)
    scatter_map(
        side.checkpoint, frame.view, color, key=key, alt=frame.caption, unfinished=frame.begun
    )
    st.caption(frame.caption)


def _marks(side: Side, view: Projection, ends: tuple[int, int]) -> MarksData | None:
    """Return crosses at two images, and the line between them where a place is a code."""
    rows = [np.flatnonzero(view.indices == end) for end in ends]
    if not all(len(row) for row in rows):
        return None  # one of them is not in the picture
    places = np.concatenate([view.embedding[row] for row in rows])
    crosses: list[CrossData] = [
        {"name": name, "x": float(x), "y": float(y)}
        for name, (x, y) in zip("AB", places, strict=True)
    ]
    line = [places.ravel().tolist()] if side.has_scale else []
    return {"crosses": crosses, "outlines": line, "cells": None}


def _what(view: Projection) -> str:
    space = spaces.TITLES[view.spec.space].lower()
    return f"{view.spec.method.title} of {space} of {len(view.indices):,} test images"


def _extent(views: list[Projection]) -> Extent:
    """Return the smallest box around the points of all pictures."""
    points = np.concatenate([view.embedding for view in views])
    (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, right, bottom, top


def _notes(views: list[Projection], one_scale: bool) -> list[str]:
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
    return parts
