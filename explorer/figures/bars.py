"""Bar charts: a code, and the classes of some points."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.colors import ACCENT, class_color
from explorer.figures.words import plain


def code_bars(z: np.ndarray, mean: np.ndarray, std: np.ndarray) -> dict[str, Any]:
    """Draw a code as bars, over the range (mean ± 2 standard deviations) of all test codes.

    It is drawn on every click: a plain dict takes a tenth of the time of a validated figure.

    Args:
        z: Shape (z_dim,).
        mean: Shape (z_dim,), of all codes.
        std: Shape (z_dim,), of all codes.
    """
    axes = np.arange(len(z))
    usual = {
        "type": "bar",
        **{"x": axes, "y": 4 * std, "base": mean - 2 * std},
        "marker": {"color": "rgba(140,140,150,0.25)"},
        "hoverinfo": "skip",
    }
    bars = {
        "type": "bar",
        **{"x": axes, "y": z, "width": 0.45},
        "marker": {"color": ACCENT},
        "hovertemplate": "z<sub>%{x}</sub> = %{y:.2f}<extra></extra>",
    }
    layout = {
        "barmode": "overlay",
        "showlegend": False,
        "margin": {"l": 38, "r": 4, "t": 4, "b": 24},
        "xaxis": {"tickvals": axes[:: max(1, len(z) // 10)], "showgrid": False},
        "yaxis": {"nticks": 4},
    }
    return {"data": [usual, bars], "layout": layout}


def class_counts(counts: np.ndarray, class_names: Sequence[str]) -> go.Figure:
    """Draw how many of some points each class has: counts of shape (n_classes,)."""
    shown = np.flatnonzero(counts)[::-1]
    figure = go.Figure(
        go.Bar(
            y=[plain(class_names[label]) for label in shown],
            x=counts[shown],
            orientation="h",
            marker={"color": [class_color(int(label)) for label in shown]},
            text=counts[shown],
            textposition="auto",
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    figure.update_layout(
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
        showlegend=False,
        xaxis={"visible": False},
        yaxis={"automargin": True, "type": "category"},
    )
    return figure
