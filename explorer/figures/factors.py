"""What latent dimensions tell of known factors, to a Plotly figure."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from explorer.figures.colors import ACCENT
from explorer.figures.words import plain

_MOST_TEXTS = 12  # dimensions whose cells are still wide enough for a number


def heat_map(information: np.ndarray, factors: Sequence[str]) -> go.Figure:
    """Draw factors against dimensions.

    Args:
        information: Normalised mutual information, shape (k, d), in [0, 1].
        factors: Name of each factor.
    """
    rgb = ",".join(str(int(ACCENT[i : i + 2], 16)) for i in (1, 3, 5))
    n_factors, n_dimensions = information.shape
    figure = go.Figure(
        go.Heatmap(
            z=information,
            zmin=0,
            zmax=1,
            colorscale=[[0, f"rgba({rgb},0.03)"], [1, f"rgba({rgb},1)"]],
            showscale=False,
            text=[[plain(name)] * n_dimensions for name in factors],
            hovertemplate="<b>%{text}</b> from z%{x}: %{z:.3f}<extra></extra>",
            xgap=1,
            ygap=1,
        )
    )
    # As annotations the numbers have the text's colour in both themes.
    figure.update_layout(
        annotations=[
            {"x": j, "y": k, "text": f"{value:.2f}", "showarrow": False, "font": {"size": 14}}
            for k, row in enumerate(information.tolist())
            for j, value in enumerate(row)
            if n_dimensions <= _MOST_TEXTS
        ],
        dragmode=False,
        margin={"l": 8, "r": 8, "t": 8, "b": 8, "autoexpand": True},
    )
    usual = {"showgrid": False, "zeroline": False, "fixedrange": True, "automargin": True}
    figure.update_xaxes(
        tickvals=list(range(n_dimensions)),
        ticktext=[f"z{j}" for j in range(n_dimensions)],
        **usual,
    )
    figure.update_yaxes(
        tickvals=list(range(n_factors)),
        ticktext=[plain(name) for name in factors],
        autorange="reversed",
        **usual,
    )
    return figure
