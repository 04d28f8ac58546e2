"""A Plotly chart that answers a click, in 2-D and in 3-D, and keeps its view while it does."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from explorer import storage

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Selection:
    """What a hand chose on a chart.

    Attributes:
        clicked: Index of the point clicked just now, or None.
        lasso: Indices of the points in the drawn box or lasso; empty without one.
    """

    clicked: int | None
    lasso: list[int]


def plot(
    figure: str,
    *,
    key: str,
    alt: str,
    height: int = 450,
    selectable: bool = False,
    ring: int | None = None,
    on_click: Callable[[], None] | None = None,
) -> Selection:
    """Draw a figure.

    Args:
        figure: The figure as JSON (`figures.to_json`). The first entry of a point's `customdata`
            is its index. The last trace of a `selectable` figure is its ring.
        key: Key of the widget.
        alt: What the figure shows, in words, for those who cannot see it.
        height: In pixels.
        selectable: Whether clicks, boxes and lassos are answered.
        ring: Index of the point to be ringed.
        on_click: Called before the rerun that a click causes; `clicked(key)` is its index.
    """
    data: dict[str, Any] = {
        "figure": figure,
        "height": height,
        "alt": alt,
        "selectable": selectable,
    }
    if selectable:
        data["ring"] = ring
    result = _component()(
        key=key,
        data=data,
        default={"lasso": []} if selectable else None,
        on_clicked_change=on_click or _nothing,
        on_lasso_change=_nothing,
    )
    return Selection(result.clicked, list(result.lasso or []))


def clicked(key: str) -> int | None:
    """Return the index clicked on the chart called `key`, inside its `on_click`."""
    value = st.session_state[key].get("clicked")
    return value if isinstance(value, int) else None


def _nothing() -> None:
    pass


@cache
def _component() -> Any:
    _provide_plotly()
    return st.components.v2.component("explorer.plot", js="plot.js", isolate_styles=False)


def _provide_plotly() -> None:
    """Copy Plotly's JavaScript out of its Python package: one version for both, and no build."""
    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    target = ASSETS / source.name
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        with storage.atomic_path(target) as temporary:
            shutil.copyfile(source, temporary)
