"""Plotly charts on which points can be picked, in 2-D and in 3-D, without a redrawing."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.components.frontend import ignore, mount


def plot(
    figure: str,
    *,
    key: str,
    alt: str,
    height: int = 450,
    selectable: bool = False,
    group: str | None = None,
) -> None:
    """Draw a figure.

    Args:
        figure: The figure as JSON (`figures.to_json`). The first entry of a point's `customdata`
            is its index. The last trace of a `selectable` figure in 3-D is its ring.
        key: Key of the chart, by which `pick_point` and `pick_group` know it.
        alt: What the figure shows, in words, for those who cannot see it.
        height: In pixels.
        selectable: Whether points can be picked.
        group: Charts of one group highlight the same points, those in the last box or lasso on any
            of them; None: a group of its own, named by `key`.
    """
    mount(
        {
            "role": "chart",
            "name": key,
            "group": group or key,
            "figure": figure,
            "selectable": selectable,
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


def pick_group(group: str, about: str) -> list[int]:
    """Hear of boxes and lassos on a group of charts; return the indices in the last one.

    Args:
        group: Name of the group.
        about: What the indices are of: of something else, nothing is picked yet.
    """
    key = f"{group}-{about}-group"
    known = st.session_state.get(key)
    result = mount(
        {
            "role": "group",
            "group": group,
            "shown": (known.get("lasso") if known else None) or [],
        },
        key=key,
        default={"lasso": []},
        on_lasso_change=ignore,
    )
    indices = result.lasso if isinstance(result.lasso, list) else []
    return [index for index in indices if isinstance(index, int)]
