"""Plotly charts on which points can be picked, in 2-D and in 3-D, without a redrawing."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from explorer.core import storage

ASSETS = Path(__file__).parents[1] / "assets"

# Plotly's own rules take the borders of what lies in its chart: these are more specific.
_CSS = """
.js-plotly-plot .svg-container .explorer-ring {
  position: absolute; overflow: hidden; pointer-events: none; }
.js-plotly-plot .svg-container .explorer-ring div {
  position: absolute; width: 22px; height: 22px; box-sizing: border-box; border-radius: 50%;
  border: 4px solid var(--st-primary-color); transform: translate(-50%, -50%); }
"""


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
    data = {
        **{"figure": figure, "name": key, "group": group or key},
        **{"height": height, "alt": alt, "selectable": selectable},
    }
    _plot()(key=key, data=data)


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

    data = {"name": chart, "wants": "click", "shown": ring}
    _pick()(key=key, data=data, on_clicked_change=tell)


def pick_group(group: str, about: str) -> list[int]:
    """Hear of boxes and lassos on a group of charts; return the indices in the last one.

    Args:
        group: Name of the group.
        about: What the indices are of: of something else, nothing is picked yet.
    """
    key = f"{group}-{about}-group"
    known = st.session_state.get(key)
    result = _pick()(
        key=key,
        data={
            "name": group,
            "wants": "lasso",
            "shown": (known.get("lasso") if known else None) or [],
        },
        default={"lasso": []},
        on_lasso_change=_nothing,
    )
    indices = result.lasso if isinstance(result.lasso, list) else []
    return [index for index in indices if isinstance(index, int)]


def _nothing() -> None:
    pass


@cache
def _plot() -> Any:
    _provide_plotly()
    return st.components.v2.component("explorer.plot", css=_CSS, js="plot.js", isolate_styles=False)


@cache
def _pick() -> Any:
    return st.components.v2.component("explorer.pick", js="pick.js", isolate_styles=False)


def _provide_plotly() -> None:
    """Copy Plotly's JavaScript out of its Python package: one version for both, and no build."""
    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    target = ASSETS / source.name
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        with storage.atomic_path(target) as temporary:
            shutil.copyfile(source, temporary)
