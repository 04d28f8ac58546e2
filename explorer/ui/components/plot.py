"""Plotly charts on which points can be picked, in 2-D and in 3-D, without a redrawing."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from explorer.ui.components.bits import packed, unpacked
from explorer.ui.components.frontend import mount


def plot(
    figure: str,
    *,
    key: str,
    alt: str,
    height: int | None = 450,
    selectable: bool = False,
    group: str | None = None,
    name: str | None = None,
    follows: str = "",
) -> None:
    """Draw a figure.

    Args:
        figure: The figure as JSON (`figures.to_json`). The first entry of a point's `customdata`
            is its index. The last trace of a `selectable` figure in 3-D is its ring; the one whose
            `meta` is "selected" takes the points that are selected.
        key: Key of the chart, by which `pick_point` and `pick_group` know it.
        alt: What the figure shows, in words, for those who cannot see it.
        height: In pixels; None: as high as a map.
        selectable: Whether points can be picked.
        group: Charts of one group highlight the same points, those in the last box or lasso on any
            of them; None: a group of its own, named by `key`.
        name: By which `pick_point` knows it; charts of one name have one point chosen. None: `key`.
        follows: Name of the replay whose epoch is marked on the x axes; "" for none.
    """
    mount(
        {
            "role": "chart",
            "name": name or key,
            "group": group or key,
            "figure": figure,
            "selectable": selectable,
            "follows": follows,
            "height": height,
            "alt": alt,
        },
        key=key,
    )


def pick_point(chart: str, ring: int | None, on_pick: Callable[[int], None]) -> None:
    """Hear of clicks on a chart, and ring a point on it.

    It is drawn by the fragment that a click shall rerun; it shows nothing itself.

    Args:
        chart: Key of the chart.
        ring: Index of the point to be ringed, or None.
        on_pick: Called before the rerun that a click causes, with the index of its point.
    """
    key = f"{chart}-point"

    def tell() -> None:
        index = st.session_state[key].get("clicked")
        if isinstance(index, int) and not isinstance(index, bool):
            on_pick(index)

    mount({"role": "point", "chart": chart, "shown": ring}, key=key, on_clicked_change=tell)


def pick_group(group: str, rows: np.ndarray, on_pick: Callable[[np.ndarray], None]) -> None:
    """Hear of boxes and lassos on a group of charts, and highlight points on them.

    It is drawn by the fragment that a new selection shall rerun; it shows nothing itself.

    Args:
        group: Name of the group.
        rows: Indices of the points to be highlighted.
        on_pick: Called before the rerun that a new selection causes, with the ascending indices
            of its points.
    """
    key = f"{group}-group"

    def tell() -> None:
        picked = unpacked(st.session_state[key].get("selected"))
        if picked is not None:
            on_pick(picked)

    mount(
        {"role": "group", "group": group, "shown": packed(rows)},
        key=key,
        on_selected_change=tell,
    )
